"""Innovation and talent (创新与人才)."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("innovation", "创新与人才", (), tab="innovation")
