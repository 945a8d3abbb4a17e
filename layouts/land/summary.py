"""Key values of the per-mu page, under the row of its views, years, groups and records."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.results.record import EvaluationRecord
from cockpit.selection import View
from cockpit.views.land.evaluation import LandSummary
from layouts.components.cells import Cell, cells
from layouts.components.change import change, count_change
from layouts.components.panel import PanelContents, link_tabs, navigate
from layouts.land.tabs import PATH, tabs
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import macro, render

_WAN, _YI = Scale("万元", whole=True), Scale("亿元", 1e4)
_strong = macro("land/cell_parts.html", "strong")
#: The public notice as a workbook, which `server/downloads.py` serves.
NOTICE_PATH, SCORES_PATH = "/download/notice.xlsx", "/download/scores.xlsx"


def render_summary(view: LandSummary | None, context: RenderContext) -> PanelContents:
    """Render the values of the year's published evaluation; before the first one the panels below say what to do."""
    if view is None:
        return PanelContents(tabs(context))
    return PanelContents(tabs(context, *_choices(view, context)) + cells(_cells(view, context)), caption=view.caption)


def _choices(view: LandSummary, context: RenderContext) -> list[Markup]:
    """Render the choices of year, group and record, the policy, and the link to the public notice."""
    selection = context.selection
    years = [(f"{y}年", context.href(selection.replace(period=str(y), record=0)), y == view.year) for y in view.years]
    groups = [("全部", context.href(selection.replace(group="")), not view.group)]
    groups += [(g, context.href(selection.replace(group=g)), g == view.group) for g in view.groups]
    return [
        link_tabs(years, "评价年度"),
        link_tabs(groups, "评价类型"),
        _record_menu(view, context),
        render("land/policy.html", policy=view.rules),
        render("land/notice_link.html", href=selection.href(NOTICE_PATH), scores_href=selection.href(SCORES_PATH)),
    ]


def _record_menu(view: LandSummary, context: RenderContext) -> Markup:
    """Render a menu of the year's records, named after the one that is shown."""
    newest = view.records[0].id if view.records else view.record.id
    options = []
    for record in view.records:
        selection = context.selection.replace(record=0 if record.id == newest else record.id, period=str(record.year))
        options.append(
            {
                "text": _record_text(record, newest),
                "href": context.href(selection),
                "is_current": record.id == view.record.id,
                "title": _record_title(record),
            }
        )
    summary = f"评价记录 {view.record.id}" + ("" if view.record.id == newest else "（旧）")
    return render("land/menu.html", summary=summary, title=_record_title(view.record), options=options, keep="")


def _record_text(record: EvaluationRecord, newest: int) -> str:
    state = "现行" if record.id == newest else "旧"
    return f"记录 {record.id}（{state}） · {formatting.format_local_day(record.published_at)} · {record.published_by}"


def _record_title(record: EvaluationRecord) -> str:
    return (
        f"{record.policy_name}；办法指纹 {record.policy_sha256[:12]}；数据版本 {record.data_version}；"
        f"{formatting.format_local_time(record.published_at)} 由 {record.published_by} 发布"
    )


def _cells(view: LandSummary, context: RenderContext) -> list[Cell]:
    return [*_per_mu_cells(view), *_worst_cells(view), _released_cell(view, context)]


def _per_mu_cells(view: LandSummary) -> list[Cell]:
    """Build the cells of tax per mu and of the share of A and B firms."""
    growth = view.tax_per_mu / view.tax_per_mu_base - 1 if view.tax_per_mu_base > 0 else math.nan
    return [
        Cell(
            "亩均税收（评价口径）",
            formatting.format_number(view.tax_per_mu, PER_MU),
            PER_MU.unit,
            "评价税收之和 ÷ 用地面积之和，含规上和宗地企业。与总览的亩均税收（规上、近12个月入库税收）口径不同。",
            change(growth, is_percent=False),
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
            f"A {view.counts['A']:,}家 · B {view.counts['B']:,}家",
        ),
    ]


def _worst_cells(view: LandSummary) -> list[Cell]:
    """Build the cells of D firms: their number, their land, and the tax that lifting them to the median C firm would add."""
    lift_scale = _WAN if abs(view.lift) < _YI.factor else _YI
    return [
        Cell(
            "D类企业",
            f"{view.counts['D']:,}",
            "家",
            "评为D类的企业数；不定等级的企业不计。",
            count_change(view.counts["D"] - view.worst_base, "家"),
            "比上年",
            " · ".join(f"{key} {n:,}家" for key, n in view.worst_by_group),
        ),
        Cell(
            "D类占地",
            formatting.format_rounded(view.worst_land, 0),
            "亩",
            "D类企业的用地面积之和；占比的分母为全部参加评价的企业的用地、税收。",
            Markup(_strong(formatting.format_percent(view.worst_land_share))),
            "占评价用地",
            f"税收占 {formatting.format_percent(view.worst_tax_share)}",
        ),
        Cell(
            "D类提至C类中位",
            formatting.format_number(view.lift, lift_scale),
            lift_scale.unit,
            "每家D类企业的亩均税收若提到同组C类企业的中位数，全年可多得的税收；已高于中位数的不计。",
            versus="可增税收（测算）",
            note="同组C类亩均税收中位数",
        ),
    ]


def _released_cell(view: LandSummary, context: RenderContext) -> Cell:
    remediation = context.selection.shared.replace(view=View.REMEDIATION).href(PATH)
    return Cell(
        "累计盘活用地",
        formatting.format_number(view.released_land, Scale("亩")),
        "亩",
        "截至期末，完成整治的低效企业盘活的用地面积之和。",
        versus="完成整治",
        note=navigate("看低效整治 →", remediation, "row-link"),
    )
