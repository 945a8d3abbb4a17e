"""The view 模拟评价 of the per-mu page."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("what-if", "模拟评价", (), tab="land")
