"""The firm's page drawn: its grade explained, the firms most like it, its projects, and where the figures come from."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.metrics import METRICS
from cockpit.views.enterprise.identity import Provenance, Source
from cockpit.views.enterprise.peers import FirmProject, FirmProjects, Peer, Peers
from cockpit.views.land.firms import FirmStory
from layouts.components.panel import Panel, empty, navigate
from layouts.land.explanation_parts import grade_tile, grade_years, indicator_table, remediation_steps, score_words, standing
from layouts.page import Env
from layouts.ui import html

_STEPS = 4


def draw_grade(view: FirmStory | None, env: Env) -> Panel:
    """The newest grade explained, the years before, and remediation."""
    if view is None:
        return Panel("grade", "亩均评价", empty("尚未发布年度评价", "发布后可看等级、得分和怎样才能升级。"))
    beside = [grade_years(view), *(remediation_steps(view) or [_never_listed()])]
    if view.explanation is None:
        content = [html.P(f"没有参加{view.year}年度评价", className="firm-none"), html.Div(beside, className="story-parts")]
        return Panel("grade", "亩均评价", content, caption=view.caption)
    told = view.explanation
    content = [
        html.Div([html.P(told.sentence, className="story-sentence"), standing(told)], className="firm-standing"),
        html.Div(indicator_table(told), className="scroll"),
        score_words(told),
        html.Div(beside, className="story-parts"),
    ]
    link = env.selection.shared.but(firm=told.credit_code).href("/land")
    tools = navigate("在名单里看 →", link, "story-page")
    return Panel("grade", "亩均评价", content, subtitle=f"{view.year}年度 · {told.group}", tools=tools, caption=view.caption)


def _never_listed() -> html.Div:
    return html.Div([html.H3("低效整治"), html.P("没有列入过低效整治", className="empty-hint")])


def draw_peers(view: Peers | None, env: Env) -> Panel:
    """The firms most like it; each leads to its own page."""
    if view is None:
        return Panel("peers", "最相近的企业")
    if len(view.rows) < 2:
        return Panel("peers", "最相近的企业", empty(view.reason, view.place), caption=view.caption)
    scale = formatting.scale_for(METRICS["output"], [r.size for r in view.rows])
    heads = ("企业", "镇街", "等级", "用地 亩", f"{view.size} {scale.unit}", "用工 人", "亩均税收 万元/亩")
    head = html.Thead(html.Tr([html.Th(h, className="text" if i < 2 else "", scope="col") for i, h in enumerate(heads)]))
    rows = [_peer(r, formatting.number(r.size, scale), env) for r in view.rows]
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table peers-table"), className="scroll")
    subtitle = f"{view.place}，从{view.pool:,}家中取规模最近的{len(view.rows) - 1}家"
    return Panel("peers", "最相近的企业", table, subtitle=subtitle, reading=_standing_among(view), caption=view.caption)


def _standing_among(view: Peers) -> str:
    """How its yield per mu stands to those of firms of its size."""
    own, others = view.rows[0], [r.tax_per_mu for r in view.rows[1:] if not math.isnan(r.tax_per_mu)]
    if math.isnan(own.tax_per_mu) or not others:
        return ""
    above = sum(value > own.tax_per_mu for value in others)
    place = "最高" if not above else "最低" if above == len(others) else f"居第{above + 1}"
    return (
        f"亩均税收 {formatting.number(own.tax_per_mu, METRICS['tax_per_mu'].scales[0])} 万元/亩，在这{len(others) + 1}家中{place}"
    )


def _peer(row: Peer, size: str, env: Env) -> html.Tr:
    name: Any = html.B(row.name) if row.own else navigate(row.name, env.selection.href(f"/enterprise/{row.code}"), "row-link")
    figures = (
        _figure(row.land, 1),
        size,
        _figure(row.staff, 0),
        formatting.number(row.tax_per_mu, METRICS["tax_per_mu"].scales[0]),
    )
    words = [html.Td(name, className="text"), html.Td(row.town, className="text"), html.Td(grade_tile(row.grade))]
    return html.Tr([*words, *(html.Td(f) for f in figures)], className="on" if row.own else "")


def _figure(value: float, digits: int) -> str:
    return formatting.MISSING if math.isnan(value) else f"{formatting.rounded(value, digits):,}"


def draw_projects(view: FirmProjects | None, env: Env) -> Panel:
    """Projects that the firm invests in."""
    if view is None:
        return Panel("firm-projects", "投资项目")
    if not view.rows:
        hint = "按投资主体与企业名称完全一致匹配。" if view.known else "项目台账发布后可见。"
        fact = "项目台账里没有以本企业为投资主体的项目" if view.known else "还没有项目台账"
        return Panel("firm-projects", "投资项目", empty(fact, hint), caption=view.caption)
    scale = formatting.scale_for(METRICS["signed_investment"], [r.planned for r in view.rows])
    heads = ("项目", "领域", f"计划投资 {scale.unit}", f"完成投资 {scale.unit}", "签约", "进度")
    head = html.Thead(html.Tr([html.Th(h, className="text" if i < 2 else "", scope="col") for i, h in enumerate(heads)]))
    rows = [
        html.Tr(
            [
                html.Td(r.name, className="text", title=r.number),
                html.Td(r.field or formatting.MISSING, className="text"),
                html.Td(formatting.number(r.planned, scale)),
                html.Td(formatting.number(r.invested, scale)),
                html.Td(f"{r.signed_on:%Y-%m-%d}" if r.signed_on else formatting.MISSING),
                html.Td(_progress(r)),
            ]
        )
        for r in view.rows
    ]
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table"), className="scroll")
    return Panel("firm-projects", "投资项目", table, subtitle=f"{len(view.rows)} 个", caption=view.caption)


def _progress(row: FirmProject) -> html.Span:
    """Four steps and the word of the one reached."""
    steps = [html.I(className="step done" if i < row.step else "step") for i in range(_STEPS)]
    return html.Span([*steps, row.stage], className="firm-steps")


_ORIGIN_HEADS = ("数据", "哪一行", "文件", "表", "行", "批次", "发布人", "发布时间")


def draw_sources(view: Provenance | None, env: Env) -> Panel:
    """The rows behind the page: batch, file, sheet, row, who published them and when."""
    if view is None:
        return Panel("sources", "数据出处")
    content: list[Any] = [html.Div(_origins(view.shown), className="scroll")]
    rest = len(view.every) - len(view.shown)
    if rest:
        every = html.Div(_origins(view.every), className="scroll firm-every")
        content.append(html.Details([html.Summary(f"全部 {len(view.every)} 行"), every], className="firm-rest"))
    record = ""
    if view.record is not None:
        when = formatting.local_time(view.record.published_at)
        record = f"等级出自评价记录 {view.record.id}（{view.record.policy_name}），{view.record.published_by} {when} 发布"
    newest = f"最近一次更新 {formatting.local_time(view.newest)}"
    return Panel("sources", "数据出处", content, subtitle=newest, reading=record, caption=view.caption)


def _origins(rows: tuple[Source, ...]) -> html.Table:
    head = html.Thead(html.Tr([html.Th(h, className="" if h in ("行", "批次") else "text", scope="col") for h in _ORIGIN_HEADS]))
    return html.Table([head, html.Tbody([_origin(r) for r in rows])], className="table sources-table")


def _origin(row: Source) -> html.Tr:
    found = row.origin
    return html.Tr(
        [
            html.Td(row.title, className="text"),
            html.Td(row.which or "本企业", className="text"),
            html.Td(found.file, className="text", title=found.file),
            html.Td(found.sheet or formatting.MISSING, className="text"),
            html.Td(f"{found.row:,}" if found.row else formatting.MISSING),
            html.Td(f"{found.batch:,}"),
            html.Td(found.who, className="text"),
            html.Td(formatting.local_time(found.when), className="text"),
        ]
    )
