"""The view 低效整治 of the per-mu page."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("remediation", "低效整治", (), tab="land")
