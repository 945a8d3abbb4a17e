"""Space (空间): parks, organic renewal, land put back to use."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("space", "空间", (), tab="space")
