"""Innovation and talent (创新与人才): headline figures, the ladder of carriers, and who is on it."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.innovation import carriers as innovation
from cockpit.views.innovation import spread as innovation_spread
from cockpit.views.innovation import talent as innovation_talent
from cockpit.views.innovation.carriers import RD, Entry, Ladder, Listing, Step, Summary
from cockpit.views.innovation.state import LEVELS
from cockpit.views.innovation.talent import ALL, LEADING, Stock, people
from cockpit.views.parts import Kpi
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import Panel
from layouts.components.sparkline import sparkline
from layouts.innovation.parts import goal_bar, level_words, nothing
from layouts.innovation.spread import draw_research, draw_spread, draw_years
from layouts.innovation.talent import draw_talents
from layouts.page import Env, Page, PanelSpec
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

#: Carriers of a step that stand on it, and of a list that stand open; the others are told as a number or in a list below.
PLATES, SHOWN = 7, 14


def draw_headline(view: Summary, env: Env) -> Panel:
    """The headline figures."""
    said = view.caption.definition
    others = " · ".join(f"{level_words(level)} {n:,}" for level, n in view.levels if level != LEVELS[0])
    share = f"占 {formatting.percent(view.national / view.carriers)}" if view.carriers else ""
    shown = " · ".join(f"{level_words(level)} {n:,}" for level, n in view.demonstrator_levels)
    found = [
        _counted("创新载体", view.carriers, view, _new(view.added, view.year), "重大平台至众创空间五类", said),
        _counted("国家级载体", view.national, view, share, others, said),
        _counted("服务型制造示范", view.demonstrators, view, _new(view.demonstrators_added, view.year), shown, said),
        *(_stock(category, view.stocks) for category in (LEADING, ALL)),
        _research(view.rd, env),
    ]
    return Panel("kpis", "创新与人才概况", cells(found), caption=view.caption)


def _counted(name: str, number: int, view: Summary, versus: str, note: str, definition: str) -> Cell:
    if not view.known:
        return Cell(name, formatting.MISSING, "", definition, note="还没有创新载体数据")
    return Cell(name, f"{number:,}", "个", definition, versus=versus, note=note)


def _new(added: int, year: int) -> str:
    return f"{year}年新认定 {added:,} 个" if added else f"{year}年没有新认定"


def _stock(category: str, stocks: tuple[Stock, ...]) -> Cell:
    stock = next((s for s in stocks if s.category == category), None)
    if stock is None:
        return Cell(category, formatting.MISSING, "", "", note="还没有人才数据")
    shown, standing = people(stock.value), stock.standing
    moved = None if math.isnan(stock.change) else change(stock.change, is_percent=False)
    versus = f"{stock.year}年" if moved is None else f"比{stock.year - 1}年"
    note = goal_bar(standing) if standing else "没有设定目标"
    return Cell(category, shown.text, shown.unit, "全区年度数，来源：人才", change=moved, versus=versus, note=note)


def _research(found: Kpi, env: Env) -> Cell:
    shown = formatting.figure(RD, found.compared.value)
    compares = env.selection.compare is not Compare.NONE
    moved = change(found.compared.change, is_percent=True, reason=found.compared.reason) if compares else None
    spark = html.Div(sparkline(RD, found.spark, found.spark_base), className="kpi-spark")
    versus = (found.compared.reason or COMPARE_LABELS[env.selection.compare]) if compares else "研发费用 ÷ 营业收入"
    return Cell(RD.name, shown.text, shown.unit, RD.definition, change=moved, versus=versus, note=spark)


def draw_ladder(view: Ladder, env: Env) -> Panel:
    """The five steps as steps: the carriers stand on them, level and chain are told on each."""
    title = "创新载体阶梯"
    if not view.steps:
        return Panel("ladder", title, nothing("创新载体", env, known=view.known), caption=view.caption)
    content = html.Ol([_step(s, at) for at, s in enumerate(view.steps)], className="ladder")
    told = "自下而上五级 · 底色浓淡为级别，左侧色条为产业链"
    return Panel("ladder", title, content, subtitle=told, reading=view.reading, caption=view.caption)


def _step(step: Step, rise: int) -> html.Li:
    plates: list[Any] = [_plate(e) for e in step.entries[:PLATES]]
    if len(step.entries) > PLATES:
        rest = step.entries[PLATES:]
        plates.append(html.Span(f"另 {len(rest):,} 个", className="plate-rest", title="、".join(e.name for e in rest)))
    levels = " · ".join(f"{level or level_words(level)} {n:,}" for level, n in step.levels)
    block = html.Div(
        [
            html.Span([html.Span(f"{len(step.entries):,}", className="figure"), html.Span("个", className="unit")]),
            html.H3(step.kind),
            html.Span(levels or "所选范围没有", className="rung-levels"),
        ],
        className="rung-block",
    )
    return html.Li([html.Div(plates, className="plates"), block], className=f"rung rise-{rise}")


def _plate(entry: Entry) -> html.Div:
    facts = " · ".join(w for w in (entry.kind, level_words(entry.level), entry.town, entry.chain, _year(entry)) if w)
    colour = css_color(chain_token(entry.chain_key)) if entry.chain_key else css_color("line2")
    return html.Div(
        [
            html.I(style={"background": colour}),
            html.Span(
                [html.Span(entry.name, className="plate-name"), html.Span(entry.level, className="plate-level")],
                className=f"plate-body level-{entry.rank}",
            ),
        ],
        className="plate",
        title=f"{entry.name}：{facts}",
    )


def _year(entry: Entry) -> str:
    return f"{entry.year}年认定" if entry.year else "未填认定年份"


def draw_roster(view: Listing, env: Env) -> Panel:
    """All carriers, the latest first."""
    title = "载体名录"
    if not view.entries:
        return Panel("carriers", title, nothing("创新载体", env, known=view.known), caption=view.caption)
    told = f"{len(view.entries):,} 个 · 最近认定在前"
    return Panel("carriers", title, _list(view, with_kind=True), subtitle=told, reading=view.reading, caption=view.caption)


def draw_demonstrators(view: Listing, env: Env) -> Panel:
    """The demonstrators of service-oriented manufacturing."""
    title = "服务型制造示范"
    if not view.entries:
        return Panel("demonstrators", title, nothing("服务型制造示范", env, known=view.known), caption=view.caption)
    told = f"{len(view.entries):,} 个 · 不计入载体"
    return Panel("demonstrators", title, _list(view), subtitle=told, reading=view.reading, caption=view.caption)


def _list(view: Listing, *, with_kind: bool = False) -> list[Any]:
    """The first rows open, the others in a list below; both in the same columns."""
    heads = ["名称", *(["类型"] if with_kind else []), "级别", "镇街", "产业链", "认定年份"]
    head = html.Thead(html.Tr([html.Th(h, className="text" if h != "认定年份" else "", scope="col") for h in heads]))
    rows = [_row(e, view, with_kind=with_kind) for e in view.entries]
    look = f"table carriers-table{' with-kind' if with_kind else ''}"
    content: list[Any] = [html.Table([head, html.Tbody(rows[:SHOWN])], className=look)]
    if len(rows) > SHOWN:
        rest = html.Table(html.Tbody(rows[SHOWN:]), className=look)
        content.append(html.Details([html.Summary(f"其余 {len(rows) - SHOWN:,} 个"), rest], className="way-rest"))
    return content


def _row(entry: Entry, view: Listing, *, with_kind: bool) -> html.Tr:
    swatch = (
        [html.I(style={"background": css_color(chain_token(entry.chain_key))}, className="swatch")] if entry.chain_key else []
    )
    missing = formatting.MISSING
    cells_ = [
        html.Td(entry.name, className="text carrier-name", title=entry.name),
        *([html.Td(entry.kind, className="text")] if with_kind else []),
        html.Td(entry.level or missing, className="text"),
        html.Td(entry.town or missing, className="text"),
        html.Td([*swatch, entry.chain or missing], className="text"),
        html.Td(str(entry.year) if entry.year else "未填", className="new" if entry.year == view.year else ""),
    ]
    return html.Tr(cells_)


PAGE = Page(
    "innovation",
    "创新与人才",
    (
        PanelSpec("kpis", "创新与人才概况", innovation.summary, draw_headline),
        PanelSpec("ladder", "创新载体阶梯", innovation.ladder, draw_ladder),
        PanelSpec("talents", "人才目标与人才计划", innovation_talent.talents, draw_talents),
        PanelSpec("carrier-spread", "载体分布", innovation_spread.spread, draw_spread),
        PanelSpec("research", "研发强度", innovation_spread.research, draw_research),
        PanelSpec("years", "历年认定", innovation_spread.years, draw_years, has_graph=True),
        PanelSpec("demonstrators", "服务型制造示范", innovation.demonstrators, draw_demonstrators),
        PanelSpec("carriers", "载体名录", innovation.roster, draw_roster),
    ),
    tab="innovation",
)
