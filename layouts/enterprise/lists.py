"""A firm's grade explained, the firms most like it, its projects, and the origins of its data."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.catalogue.metrics import METRICS
from cockpit.views.enterprise.identity import FirmProvenance, FirmRowSource
from cockpit.views.enterprise.peers import FirmProject, FirmProjectList, PeerFirm, PeerFirmList
from cockpit.views.land.firms import FirmExplanation
from layouts.components.panel import PanelContents, empty, navigate
from layouts.land.explanation_parts import (
    grade_tile,
    grade_years,
    indicator_table,
    remediation_steps,
    score_and_rank,
    score_breakdown,
)
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

_STEPS = 4


def render_grade(view: FirmExplanation | None, context: RenderContext) -> PanelContents:
    """Render the newest grade explained, the years before, and remediation."""
    if view is None:
        return PanelContents(empty("尚未发布年度评价", "发布后可看等级、得分和怎样才能升级。"))
    years, remediation = grade_years(view), remediation_steps(view)
    explanation = view.explanation
    if explanation is None:
        body = render("enterprise/no_grade.html", year=view.year, years=years, remediation=remediation)
        return PanelContents(body, caption=view.caption)
    body = render(
        "enterprise/grade.html",
        sentence=explanation.sentence,
        score_and_rank=score_and_rank(explanation, context.district),
        indicators=indicator_table(explanation),
        score_breakdown=score_breakdown(explanation),
        years=years,
        remediation=remediation,
    )
    href = context.selection.shared.replace(firm=explanation.credit_code).href("/land")
    return PanelContents(
        body,
        subtitle=f"{view.year}年度 · {explanation.group}",
        tools=navigate("在名单里看 →", href, "explanation-link"),
        caption=view.caption,
    )


def render_peers(view: PeerFirmList | None, context: RenderContext) -> PanelContents:
    """Render the firms most like it; each leads to its own page."""
    if view is None:
        return PanelContents()
    if len(view.rows) < 2:
        return PanelContents(empty(view.reason, view.chain_and_stage), caption=view.caption)
    scale = formatting.scale_for(METRICS["output"], [r.size for r in view.rows])
    body = render(
        "enterprise/peers.html",
        part=context.district.terms.part,
        size=f"{view.size} {scale.unit}",
        rows=[_peer(row, scale, context) for row in view.rows],
    )
    subtitle = f"{view.chain_and_stage}，从{view.pool:,}家中取规模最近的{len(view.rows) - 1}家"
    return PanelContents(body, subtitle=subtitle, insight=_peers_insight(view), caption=view.caption)


def _peers_insight(view: PeerFirmList) -> str:
    """Say how its tax per mu compares with those of firms of its size."""
    own, others = view.rows[0], [r.tax_per_mu for r in view.rows[1:] if not math.isnan(r.tax_per_mu)]
    if math.isnan(own.tax_per_mu) or not others:
        return ""
    text = formatting.format_number(own.tax_per_mu, PER_MU)
    # As shown: what reads the same is the same.
    equal = sum(formatting.format_number(value, PER_MU) == text for value in others)
    better = sum(value > own.tax_per_mu and formatting.format_number(value, PER_MU) != text for value in others)
    those = "这" if len(others) + 1 == len(view.rows) else "有数据的"
    if equal == len(others):
        return f"亩均税收{text}万元/亩，与{those}{len(others)}家相同"
    rank = "最高" if not better else "最低" if better + equal == len(others) else f"居第{better + 1}"
    return f"亩均税收{text}万元/亩，在{those}{len(others) + 1}家中{'并列' if equal else ''}{rank}"


def _peer(row: PeerFirm, scale: Scale, context: RenderContext) -> dict[str, object]:
    return {
        "name": row.name,
        "href": "" if row.own else context.selection.href(f"/enterprise/{row.code}"),
        "town": row.town,
        "grade": grade_tile(row.grade),
        "land": _round_or_missing(row.land, 1),
        "size": formatting.format_number(row.size, scale),
        "staff": _round_or_missing(row.staff, 0),
        "tax_per_mu": formatting.format_number(row.tax_per_mu, PER_MU),
        "is_own": row.own,
    }


def _round_or_missing(value: float, digits: int) -> str:
    return formatting.format_rounded(value, digits)


def render_projects(view: FirmProjectList | None, context: RenderContext) -> PanelContents:
    """Render the projects that the firm invests in."""
    if view is None:
        return PanelContents()
    if not view.rows:
        hint = "按投资主体与企业名称完全一致匹配。" if view.known else "项目台账发布后可见。"
        fact = "项目台账里没有以本企业为投资主体的项目" if view.known else "还没有项目台账"
        return PanelContents(empty(fact, hint), caption=view.caption)
    scale = formatting.scale_for(METRICS["signed_investment"], [r.planned for r in view.rows])
    body = render("enterprise/projects.html", unit=scale.unit, rows=[_project(row, scale) for row in view.rows], steps=_STEPS)
    return PanelContents(body, subtitle=f"{len(view.rows)}个", caption=view.caption)


def _project(row: FirmProject, scale: Scale) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "field": row.field or formatting.MISSING,
        "planned": formatting.format_number(row.planned, scale),
        "invested": formatting.format_number(row.invested, scale),
        "signed_on": f"{row.signed_on:%Y-%m-%d}" if row.signed_on else formatting.MISSING,
        "step": row.step,
        "stage": row.stage,
    }


def render_sources(view: FirmProvenance | None, context: RenderContext) -> PanelContents:
    """Render the rows behind the page: batch, file, sheet, row, who published them and when."""
    if view is None:
        return PanelContents()
    record = ""
    if view.record is not None:
        when = formatting.format_local_time(view.record.published_at)
        record = f"等级出自评价记录 {view.record.id}（{view.record.policy_name}），{view.record.published_by} {when} 发布"
    return PanelContents(
        _sources(view),
        subtitle=f"最近一次更新 {formatting.format_local_time(view.newest)}",
        insight=record,
        caption=view.caption,
    )


def _sources(view: FirmProvenance) -> Markup:
    every: Sequence[FirmRowSource] = view.every if len(view.every) > len(view.shown) else ()
    return render("enterprise/sources.html", shown=[_source(row) for row in view.shown], every=[_source(row) for row in every])


def _source(row: FirmRowSource) -> dict[str, str]:
    origin = row.origin
    return {
        "title": row.title,
        "which": row.which or "本企业",
        "file": origin.file,
        "sheet": origin.sheet or formatting.MISSING,
        "row": f"{origin.row:,}" if origin.row else formatting.MISSING,
        "batch": f"{origin.batch:,}",
        "who": origin.who,
        "when": formatting.format_local_time(origin.when),
    }
