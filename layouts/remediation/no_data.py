"""The empty state of the panels of 低效整治."""

from __future__ import annotations

from markupsafe import Markup

from layouts.components.no_data import no_data
from layouts.components.panel import empty
from layouts.ui.render_context import RenderContext


def no_remediation_data(context: RenderContext, *, known: bool) -> Markup:
    """Render that nothing is within the selection, or (not ``known``) that there is no ledger at all."""
    if known:
        return no_data(context)
    return empty("还没有低效整治数据", "发布含“低效整治”表的工作簿后，这里显示列入、在治和完成的企业。")
