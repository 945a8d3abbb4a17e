"""Headline figures of the per-mu page under the row of its views, years, groups and records."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.results.record import EvaluationRecord
from cockpit.selection import View
from cockpit.views.land.evaluation import LandHeadline
from layouts.components.cells import Cell, cells
from layouts.components.change import change, count_change
from layouts.components.panel import PanelContents, link_tabs, navigate
from layouts.land.tabs import PATH, tabs, unpublished
from layouts.ui import html
from layouts.ui.render_context import RenderContext

_WAN, _YI = Scale("万元", whole=True), Scale("亿元", 1e4)
_PER_MU = Scale("万元/亩")
#: The public notice as a workbook; `server/downloads.py` answers it.
NOTICE = "/download/notice.xlsx"


def render_headline(view: LandHeadline | None, context: RenderContext) -> PanelContents:
    """The figures of the year's published evaluation, or what to do before the first one."""
    if view is None:
        return PanelContents(title="亩均效益", body=[tabs(context), unpublished(context)])
    return PanelContents(
        title="亩均效益", body=[tabs(context, *_choices(view, context)), cells(_cells(view, context))], caption=view.caption
    )


def _choices(view: LandHeadline, context: RenderContext) -> list[Any]:
    """Year, group, record, and the public notice."""
    chosen = context.selection
    years = [(f"{y}年", context.href(chosen.replace(period=str(y), record=0)), y == view.year) for y in view.years]
    groups = [("全部", context.href(chosen.replace(group="")), not view.group)]
    groups += [(g, context.href(chosen.replace(group=g)), g == view.group) for g in view.groups]
    notice = html.A(
        "公示名单", href=chosen.href(NOTICE), className="export", download="", title="下载全部企业的得分、等级和说明（Excel）"
    )
    return [link_tabs(years, "评价年度"), link_tabs(groups, "评价类型"), _records(view, context), _rule(view), notice]


def _rule(view: LandHeadline) -> html.Details:
    """The published policy in words."""
    lines = [html.Div([html.Dt(name), html.Dd(words)]) for name, words in view.rule]
    return html.Details([html.Summary("评价办法"), html.Div(html.Dl(lines), className="menu rule")], className="choice")


def _records(view: LandHeadline, context: RenderContext) -> html.Details:
    """The record that is shown, and the year's others: old ones stay readable."""
    newest = view.records[0].id if view.records else view.record.id
    links = []
    for record in view.records:
        target = context.selection.replace(record=0 if record.id == newest else record.id, period=str(record.year))
        on = record.id == view.record.id
        links.append(
            navigate(_record_words(record, newest), context.href(target), "on" if on else "", title=_record_title(record))
        )
    told = f"评价记录 {view.record.id}" + ("" if view.record.id == newest else "（旧）")
    return html.Details(
        [html.Summary(told, title=_record_title(view.record)), html.Div(links, className="menu")], className="choice"
    )


def _record_words(record: EvaluationRecord, newest: int) -> str:
    state = "现行" if record.id == newest else "旧"
    return f"记录 {record.id}（{state}） · {formatting.format_local_time(record.published_at)[:10]} · {record.published_by}"


def _record_title(record: EvaluationRecord) -> str:
    return (
        f"{record.policy_name}；办法指纹 {record.policy_sha256[:12]}；数据版本 {record.data_version}；"
        f"{formatting.format_local_time(record.published_at)} 由 {record.published_by} 发布"
    )


def _cells(view: LandHeadline, context: RenderContext) -> list[Cell]:
    return [*_yield_cells(view), *_worst_cells(view), _cleared_cell(view, context)]


def _yield_cells(view: LandHeadline) -> list[Cell]:
    """How much the land yields, and how many firms are good."""
    moved = view.tax_per_mu / view.tax_per_mu_base - 1 if view.tax_per_mu_base > 0 else math.nan
    return [
        Cell(
            "亩均税收（评价口径）",
            formatting.format_number(view.tax_per_mu, _PER_MU),
            _PER_MU.unit,
            "评价税收之和 ÷ 用地面积之和，含规上和宗地企业。与总览的亩均税收（规上、近12个月入库税收）口径不同。",
            change(moved, is_percent=False),
            "比上年",
            view.group or "、".join(view.groups),
        ),
        Cell(
            "A、B类企业占比",
            formatting.format_percent(view.ab_share).removesuffix("%"),
            "%",
            "评为A类、B类的企业数 ÷ 评定了A—D等级的企业数。",
            change(view.ab_share - view.ab_base, is_percent=True),
            "比上年",
            f"A {view.counts['A']:,} 家 · B {view.counts['B']:,} 家",
        ),
    ]


def _worst_cells(view: LandHeadline) -> list[Cell]:
    """The D firms: how many, what land they hold, and what lifting them would bring."""
    lift = _WAN if abs(view.lift) < _YI.factor else _YI
    return [
        Cell(
            "D类企业",
            f"{view.counts['D']:,}",
            "家",
            "评为D类的企业数；不定等级的企业不计。",
            count_change(view.counts["D"] - view.worst_base, "家"),
            "比上年",
            " · ".join(f"{key} {n:,} 家" for key, n in view.worst_by_group),
        ),
        Cell(
            "D类占地",
            f"{formatting.round_half_up(view.worst_land, 0):,}",
            "亩",
            "D类企业的用地面积之和；占比的分母为评定了等级的企业的用地、税收。",
            html.B(formatting.format_percent(view.worst_land_share)),
            "占评价用地",
            f"税收只占 {formatting.format_percent(view.worst_tax_share)}",
        ),
        Cell(
            "D类提至C类中位",
            formatting.format_number(view.lift, lift),
            lift.unit,
            "每家D类企业的亩均税收若提到同组C类企业的中位数，全年可多得的税收；已高于中位数的不计。",
            None,
            "可增税收（测算）",
            "同组C类亩均税收中位数",
        ),
    ]


def _cleared_cell(view: LandHeadline, context: RenderContext) -> Cell:
    return Cell(
        "累计盘活用地",
        formatting.format_number(view.cleared, Scale("亩")),
        "亩",
        "截至期末，完成整治的低效企业盘活的用地面积之和。",
        None,
        "完成整治",
        navigate("看低效整治 →", context.selection.shared.replace(view=View.REMEDIATION).href(PATH), "row-link"),
    )
