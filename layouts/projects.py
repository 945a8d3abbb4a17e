"""The projects (项目): from signing to production."""

from __future__ import annotations

from layouts.page import Page

PAGE = Page("projects", "项目", (), tab="projects")
