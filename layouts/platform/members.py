"""Members of the platform against the others of their industries: growth, output per firm, by industry."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.platform.members import GROUPS, OUTPUT, IndustryRow, MemberComparison, MemberGroup, OutputPair
from layouts.chain.tabs import page_token
from layouts.components.bars import Bar, bars, extent
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, empty
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import css_color


def render_comparison(view: MemberComparison, context: RenderContext) -> PanelContents:
    """Render both groups side by side, and that this says nothing of causes."""
    if not view.sides or not any(group.now.firms for group in view.sides):
        body = no_data(context) if view.flagged else _no_members()
        return PanelContents(body, insight=view.insight, caption=view.caption)
    if not view.base and not view.first:
        hint = "期间以前没有同样月份的数据，或没有选择对比；换一个较晚的期间再看。"
        return PanelContents(empty("没有更早的产值可以对比", hint), caption=view.caption)
    token = page_token(context)
    body = render(
        "platform/members.html",
        base=view.base,
        first=view.first,
        growth=_growth_bars(view, token) if view.base else [],
        means=_means(view, token) if view.first else None,
        industries=[_industry(row) for row in view.industries] if view.base else [],
    )
    return PanelContents(body, subtitle="规上 · 同行业（两位数）· 产值", insight=view.insight, caption=view.caption)


def _no_members() -> Markup:
    return empty("企业名录没有标记时尚E家成员", "在“企业名录”表的“时尚E家成员”一列填“是”，发布后这里对比两组企业的产值。")


def _growth_bars(view: MemberComparison, token: str) -> list[tuple[str, Markup]]:
    """Build (title, bars) of the growth of the same firms, and of all firms, on one scale."""
    span = extent([v for group in view.sides for v in (group.now.growth * 100, group.now.growth_of_all * 100)])
    same = [_growth_bar(group, group.now.growth, group.now.same, token) for group in view.sides]
    every = [_growth_bar(group, group.now.growth_of_all, group.now.firms, token) for group in view.sides]
    return [
        (f"同一批企业 · 产值{view.base} %", bars(same, "pairs", span)),
        (f"全部企业（含进出）· 产值{view.base} %", bars(every, "pairs", span)),
    ]


def _growth_bar(group: MemberGroup, growth: float, firms: int, token: str) -> Bar:
    end = 0.0 if math.isnan(growth) else growth * 100
    label = formatting.format_change(growth, is_percent=False)
    return Bar(f"{group.name} {firms:,}家", 0.0, end, label, _group_token(group, token))


def _group_token(group: MemberGroup, token: str) -> str:
    """Return the token of a group's colour: the chain's for members."""
    return token if group.name == GROUPS[0] else "bar"


def _means(view: MemberComparison, token: str) -> dict[str, object]:
    """Build the output per firm in the first year, and what has been added since."""
    means = [v for group in view.sides for v in (group.since.mean, group.since.mean_before) if not math.isnan(v)]
    scale, most = formatting.scale_for(OUTPUT, means), max(means, default=1.0) or 1.0
    return {"unit": scale.unit, "rows": [_mean(group, scale, most, token) for group in view.sides if group.since.same]}


def _mean(group: MemberGroup, scale: Scale, most: float, token: str) -> dict[str, object]:
    pair = group.since
    less, more = sorted((pair.mean_before, pair.mean))
    return {
        "name": f"{group.name} {pair.same:,}家",
        "change": change(pair.growth, is_percent=False),
        "color": css_color(_group_token(group, token)),
        "width": f"{less / most * 100:.2f}",
        "added_width": f"{(more - less) / most * 100:.2f}",
        "before": formatting.format_number(pair.mean_before, scale),
        "now": formatting.format_number(pair.mean, scale),
    }


def _industry(row: IndustryRow) -> dict[str, object]:
    own, other = row.sides
    return {
        "name": row.name,
        "members": f"{own.same:,}",
        "member_growth": change(own.growth, is_percent=False, arrow=False),
        "others": f"{other.same:,}",
        "other_growth": change(other.growth, is_percent=False, arrow=False),
        "gap": _gap(own, other),
    }


def _gap(own: OutputPair, other: OutputPair) -> str:
    """Format the difference of the two growth rates as they are shown."""
    if math.isnan(own.growth) or math.isnan(other.growth):
        return formatting.MISSING
    return formatting.format_signed(float(formatting.percent_gap(own.growth, other.growth)), 1)
