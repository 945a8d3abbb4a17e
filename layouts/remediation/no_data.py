"""The empty state of the panels of 低效整治."""

from __future__ import annotations

from markupsafe import Markup

from layouts.components.no_data import no_rows
from layouts.ui.render_context import RenderContext


def no_remediation_data(context: RenderContext, *, known: bool) -> Markup:
    """Render that nothing is within the selection, or (not ``known``) that there is no ledger at all."""
    return no_rows(context, "低效整治", "列入、在治和完成的企业", known=known)
