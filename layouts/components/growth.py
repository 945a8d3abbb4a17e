"""Trend and contribution, on every page that has them; and the panel state for a selection without figures."""

from __future__ import annotations

from typing import Any

from cockpit import formatting
from cockpit.catalogue.dimensions import GROUPING_LABELS, Grouping, industry_name
from cockpit.selection import COMPARE_LABELS, SPLITS, Compare, Selection
from cockpit.views.parts import Contributions, Step, Trend
from layouts.components.bars import Bar, bars, extent, steps
from layouts.components.panel import Panel, empty, navigate, switch
from layouts.components.trend_chart import trend_chart
from layouts.page import Env
from layouts.ui import html

_MOST_STEPS = 9
_NARROWEST_FIRST = {
    "stages": "环节",
    "industries": "行业",
    "chains": "产业链",
    "towns": "镇街",
    "comparable": "可比口径",
    "period": "期间",
}


def draw_trend(view: Trend, env: Env) -> Panel:
    """The monthly trend of the chosen metric."""
    drawn = trend_chart(view, env.on)
    unit = formatting.scale_for(view.metric, [v for p in view.points for v in (p.value, p.base, p.before)]).unit
    return Panel(
        "trend",
        f"各月{view.metric.label}",
        nothing(env) if drawn is None else None,
        subtitle=f"{unit} · 与前两年同月比，下为同比",
        reading="" if drawn is None else view.reading,
        drawing=drawn,
        has_drawing=True,
        caption=view.caption,
    )


def draw_contributions(view: Contributions, env: Env) -> Panel:
    """What drove growth: a waterfall of the parts, and the enterprises that pulled and dragged most."""
    options = [(GROUPING_LABELS[g], env.href(env.selection.but(by=g)), g is env.selection.by) for g in SPLITS]
    if not view.steps:
        content = empty("没有可拆分的增长", view.reason, _way_out(env))
        return Panel("contributions", "谁拉动了增长", content, tools=switch(options, "拆分方式"), caption=view.caption)
    content = html.Div(
        [html.Div(_waterfall(view, env), className="waterfall"), html.Div(_beside(view, env), className="movers")],
        className="drivers",
    )
    return Panel(
        "contributions",
        "谁拉动了增长",
        content,
        subtitle=f"{view.metric.label} · 百分点 · 合计 = 所选范围{COMPARE_LABELS[env.selection.compare]}",
        reading=view.reading,
        tools=switch(options, "拆分方式"),
        caption=view.caption,
    )


def _way_out(env: Env) -> Any:
    if env.selection.compare is Compare.NONE:
        return navigate("改为同比", env.href(env.selection.but(compare=Compare.YOY)), "button")
    return _back(env)


def _waterfall(view: Contributions, env: Env) -> html.Div:
    """The parts from the largest to the smallest; where there are too many, those that matter least as one."""
    weightiest = sorted(view.steps, key=lambda s: -abs(s.points))
    told = weightiest if len(weightiest) <= _MOST_STEPS else weightiest[: _MOST_STEPS - 1]
    rows, at = [], 0.0
    for step in (s for s in view.steps if s in told):
        rows.append(Bar(step.name, at, at + step.points, formatting.points(step.shown), "bar", _step_link(step, env)))
        at += step.points
    rest = [s for s in view.steps if s not in told]
    if rest:
        rows.append(Bar(f"其余{len(rest)}个", at, view.total, formatting.points(sum(s.shown for s in rest)), "bar"))
    total = "全区" if not env.selection.is_filtered else "合计"
    rows.append(Bar(total, 0.0, view.total, formatting.points(view.total_shown), "now", on=True))
    return steps(rows)


def _step_link(step: Step, env: Env) -> str:
    dimension = {Grouping.TOWN: "towns", Grouping.INDUSTRY: "industries"}.get(env.selection.by)
    if dimension:
        return env.href(env.selection.toggled(dimension, step.key))
    return env.selection.but(chains=()).href(f"/chain/{step.key}") if step.key else ""


def _beside(view: Contributions, env: Env) -> list[Any]:
    """Beside the waterfall: enterprises for a sum; for a ratio what each part did and what moved weight."""
    return _split(view) if view.metric.is_ratio else _firms(view, env)


def _split(view: Contributions) -> list[Any]:
    most = sorted(view.steps, key=lambda s: -abs(s.points))[:4]
    span = extent([v for s in most for v in (s.own, s.structure)])
    groups = []
    for title, pick in (("自身变化", "own"), ("结构变化", "structure")):
        rows = []
        for step in most:
            points = getattr(step, pick)
            rows.append(Bar(step.name, 0.0, points, formatting.points(points), "up" if points >= 0 else "down"))
        groups.append(html.Div([html.H3(title), bars(rows, "firms", span)], className="mover-group"))
    return groups


def _firms(view: Contributions, env: Env) -> list[Any]:
    """The enterprises that moved the whole most; each leads to its own page."""
    groups: list[Any] = []
    span = extent([s.points for s in (*view.leaders, *view.laggards)])
    for title, found, token in (("拉动最大的企业", view.leaders, "up"), ("拖累最大的企业", view.laggards, "down")):
        if found:
            rows = [Bar(s.name, 0.0, s.points, formatting.points(s.shown), token, _firm_link(s, env)) for s in found]
            groups.append(html.Div([html.H3(title), bars(rows, "firms", span)], className="mover-group"))
    return groups


def _firm_link(step: Step, env: Env) -> str:
    return env.selection.shared.href(f"/enterprise/{step.key}")


def nothing(env: Env) -> html.Div:
    """No figures under this selection: what is selected, and the way out."""
    return empty("所选范围没有数据", _asked(env), _back(env))


def _asked(env: Env) -> str:
    """What is selected, in words."""
    selection = env.selection
    told = [
        ("镇街", "、".join(env.district.town(t).name for t in selection.towns)),
        ("行业", "、".join(industry_name(i) for i in selection.industries)),
        ("环节", "、".join(selection.stages)),
        ("口径", "可比口径" if selection.comparable else ""),
    ]
    words = "，".join(f"{name} = {value}" for name, value in told if value)
    return f"当前筛选：{words}" if words else "换一个期间再看"


def _back(env: Env) -> Any:
    """Links that undo the narrowest filter, and all of them."""
    selection = env.selection
    narrowest = next((f for f in _NARROWEST_FIRST if getattr(selection, f)), None)
    if narrowest is None:
        return None
    rest = selection.but(**{narrowest: getattr(Selection(), narrowest)})
    links = [navigate(f"清除{_NARROWEST_FIRST[narrowest]}筛选", env.href(rest), "button")]
    if rest.but(metric=Selection().metric).is_filtered:
        every = Selection(metric=selection.metric, shade=selection.shade, by=selection.by)
        links.append(navigate("清除全部筛选", env.href(every), "button quiet"))
    return html.Div(links, className="buttons")
