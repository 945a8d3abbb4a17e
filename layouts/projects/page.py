"""The projects (项目): from signing to production."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.ledgers.projects import STANDINGS, STEPS
from cockpit.selection import COMPARE_LABELS
from cockpit.views.projects import breakdowns as projects_split
from cockpit.views.projects import funnel as projects
from cockpit.views.projects import listing as projects_list
from cockpit.views.projects import timeline as projects_timeline
from cockpit.views.projects.funnel import Funnel, FunnelStep, Summary
from cockpit.views.projects.state import DONE, PLANNED, STARTED
from cockpit.views.projects.timeline import MOST_LINES, Timeline
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import Panel, navigate, switch
from layouts.page import Env, Page, PanelSpec
from layouts.projects.breakdowns import draw_parts
from layouts.projects.listing import draw_attention, draw_list
from layouts.projects.styles import STANDING_TOKENS, nothing, short, swatch
from layouts.projects.timeline_figure import timeline_figure
from layouts.ui import html
from layouts.ui.theme import css_color


def draw_headline(view: Summary, env: Env) -> Panel:
    """The headline figures."""
    said = view.caption.definition
    found = [
        Cell("签约项目", _count(view.count, view.known), "个", said, *_growth(view, env), note=_origins(view)),
        Cell(
            "开工率",
            *_rate(view.start_rate),
            STARTED.definition,
            versus=_of(view, f"已开工 {view.started:,} 个"),
            note=_days(view),
        ),
        Cell(
            "投资完成率",
            *_rate(view.done_rate),
            DONE.definition,
            versus=_of(view, _spent(view)),
            note=_of(view, "累计完成 ÷ 计划总投资"),
        ),
        Cell(
            "已竣工",
            _count(view.completed, view.known),
            "个",
            said,
            versus=_of(view, f"其中投产 {view.producing:,} 个"),
            note=_built(view),
        ),
        _green(view),
        _behind(view),
    ]
    if not view.known:
        found = [Cell(c.name, formatting.MISSING, "", c.definition) for c in found]
    return Panel("kpis", "项目概况", cells(found), caption=view.caption)


def _count(number: int, known: bool) -> str:
    return f"{number:,}" if known else formatting.MISSING


def _rate(rate: float) -> tuple[str, str]:
    if math.isnan(rate):
        return formatting.MISSING, ""
    return str(formatting.rounded(rate * 100, 1)) if rate else "0", "%"


def _growth(view: Summary, env: Env) -> tuple[Any, str]:
    """The planned investment; before it the growth of the number, where there is a base."""
    planned = f"计划投资 {formatting.figure(PLANNED, view.planned)}" if view.count else view.no_growth
    if math.isnan(view.growth):
        return None, planned
    return change(view.growth, is_percent=False), f"{COMPARE_LABELS[env.selection.compare]} · {planned}"


def _origins(view: Summary) -> str:
    return " · ".join(f"{name} {n:,}" for name, n in view.origins)


def _days(view: Summary) -> str:
    return "" if math.isnan(view.start_days) else f"签约到开工中位 {formatting.rounded(view.start_days, 0):,} 天"


def _of(view: Summary, words: str) -> str:
    """``words`` where there is anything they could be about."""
    return words if view.count else ""


def _spent(view: Summary) -> str:
    return f"完成 {formatting.figure(PLANNED, view.invested)}" if view.invested else "尚无完成投资"


def _built(view: Summary) -> str:
    return f"占签约项目的 {formatting.percent(view.completed / view.count)}" if view.completed else ""


def _green(view: Summary) -> Cell:
    definition = f"台账“绿色能源”为“是”的项目。{view.caption.definition}"
    if view.green is None:
        return Cell("绿色能源项目", formatting.MISSING, "", definition, note="台账未标注绿色能源" if view.count else "")
    green = view.green
    if not green.count:
        return Cell("绿色能源项目", "0", "个", definition, versus="期内没有签约")
    planned = f"占 {formatting.percent(green.share)} · 计划 {formatting.figure(PLANNED, green.planned)}"
    note = f"占计划投资 {formatting.percent(green.planned_share)}，已开工 {green.started:,} 个"
    return Cell("绿色能源项目", f"{green.count:,}", "个", definition, versus=planned, note=note)


def _behind(view: Summary) -> Cell:
    """Projects behind by rule, whenever they were signed."""
    late = sum(n for _, n in view.late)
    told: list[Any] = []
    for concern, n in view.late:
        if n:
            told += [html.Span(f"{'· ' if told else '■ '}{short(concern)} {n:,}"), " "]
    soon = html.Span(f"◆ {view.soon:,} 个下月到期", className="soon") if view.soon else ""
    words = html.Span(told, className="slow late-parts") if told else None
    definition = f"截至期末签约的全部项目，不论哪年签约。{view.concern_definition}"
    return Cell("逾期与停滞", f"{late:,}", "个", definition, change=words, versus="" if late else "都在时限内", note=soon)


def draw_funnel(view: Funnel, env: Env) -> Panel:
    """The four steps; a bar's left part went on to the next step, its right part still stands there."""
    tools = _scope(view, env)
    if not view.steps:
        return Panel("funnel", "从签约到投产", nothing(view.known, env), tools=tools, caption=view.caption)
    rows = [_funnel_row(s, view.steps, env) for s in view.steps]
    subtitle = "个 · 点击看停在此步的项目"
    return Panel(
        "funnel",
        "从签约到投产",
        html.Div(rows, className="funnel"),
        subtitle=subtitle,
        reading=view.reading,
        tools=tools,
        caption=view.caption,
    )


def _scope(view: Funnel, env: Env) -> Any:
    """Where there are projects signed before the period: a link that takes them in."""
    if not view.earlier:
        return None
    every = env.href(env.selection.but(period=view.all_period))
    return switch([("期内签约", env.href(env.selection), True), (f"加上此前 {view.earlier:,} 个", every, False)], "统计范围")


def _funnel_row(step: FunnelStep, steps: tuple[FunnelStep, ...], env: Env) -> html.A:
    whole = steps[0].count
    chosen = env.selection.group == step.standing.value
    gone = (step.count - step.here) / whole * 100
    token, onward = STANDING_TOKENS[step.standing], STANDING_TOKENS[STANDINGS[min(STEPS.index(step.step) + 1, len(STEPS) - 1)]]
    bar = [
        html.Span(className="funnel-gone", style={"width": f"{gone:.2f}%", "background": css_color(onward)}),
        html.Span(style={"width": f"{step.here / whole * 100:.2f}%", "background": css_color(token)}),
    ]
    rate = "" if math.isnan(step.rate) or not step.count else f"转化 {formatting.percent(step.rate)}"
    days = "" if math.isnan(step.days) else f"中位 {formatting.rounded(step.days, 0):,} 天"
    here = f"{step.standing.value} {step.here:,} 个{f' · {_planned(step.here_planned)}' if step.here else ''}"
    cells = [
        html.Span(step.step.value, className="funnel-name"),
        html.Span([html.Span(f"{step.count:,}", className="figure"), html.Span("个", className="unit")]),
        html.Span(" · ".join(w for w in (rate, days) if w), className="funnel-rate"),
        html.Span(_planned(step.planned) if step.count else "", className="funnel-money"),
        html.Span(bar, className="funnel-bar"),
        html.Span([swatch(token), here], className="funnel-here"),
    ]
    href = env.href(env.selection.but(group="" if chosen else step.standing.value))
    title = f"{'清单显示全部项目' if chosen else f'清单只看{step.standing.value}的项目'}"
    return navigate(cells, href, f"funnel-row{' on' if chosen else ''}", title=title)


def _planned(amount: float) -> str:
    return f"计划 {formatting.figure(PLANNED, amount)}"


def draw_timeline(view: Timeline, env: Env) -> Panel:
    """Every project's own line over the months, and how many took each step in each of them."""
    figure = timeline_figure(view, {s.value: t for s, t in STANDING_TOKENS.items()}, env.on)
    cut = f"（计划投资最大的{MOST_LINES}个）" if view.all_lines > len(view.lines) else ""
    keys = [html.Span([swatch(t), s.value]) for s, t in STANDING_TOKENS.items()]
    keys.append(html.Span([swatch("bad"), "逾期或停滞"]))
    return Panel(
        "timeline",
        "项目时间线",
        html.Div(keys, className="flow-key") if figure else nothing(view.known, env),
        subtitle=f"一条线一个项目{cut}，按签约先后；下为各月个数",
        reading=view.reading,
        figure=figure,
        has_graph=True,
        caption=view.caption,
    )


PAGE = Page(
    "projects",
    "项目",
    (
        PanelSpec("kpis", "项目概况", projects.summary, draw_headline),
        PanelSpec("funnel", "从签约到投产", projects.funnel, draw_funnel),
        PanelSpec("timeline", "项目时间线", projects_timeline.timeline, draw_timeline, has_graph=True),
        PanelSpec("attention", "逾期与停滞", projects_list.attention, draw_attention),
        PanelSpec(
            "chain-projects", "各产业链项目", projects_split.chains, draw_parts("chain-projects", "各产业链项目", "chains")
        ),
        PanelSpec("town-projects", "各镇街项目", projects_split.towns, draw_parts("town-projects", "各镇街项目", "towns")),
        PanelSpec("list", "项目清单", projects_list.listing, draw_list),
    ),
    tab="projects",
)
