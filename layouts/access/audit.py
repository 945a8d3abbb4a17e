"""The page of the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from layouts.ui.templates import render


@dataclass(frozen=True, slots=True)
class AuditView:
    """``rows``: texts of ``columns``, the newest first; ``None`` = not looked for. ``fields``: the filter as it was entered.

    ``actions``, ``results``: keys and labels of what may be chosen. ``file``, ``earlier``, ``newest``: addresses.
    ``verified``: what the check of the chain came to.
    """

    csrf_token: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]] | None
    fields: Mapping[str, str]
    actions: Sequence[tuple[str, str]]
    results: Sequence[tuple[str, str]]
    file: str
    earlier: str
    newest: str
    verified: str


def audit_body(view: AuditView) -> Markup:
    """Render the page."""
    return render("access/audit.html", view=view)
