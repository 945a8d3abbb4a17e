"""The view 评价结果 of the per-mu page (亩均效益): the published grading of a year."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("land", "亩均效益", (), tab="land")
