"""One enterprise (企业画像)."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("enterprise", "企业画像", (), tab="enterprise")
