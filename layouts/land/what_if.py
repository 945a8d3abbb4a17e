"""The view 模拟评价 of the per-mu page: dials at the left, what they do at the right, plans below."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc

from cockpit import formatting
from cockpit.evaluation.policy.changes import BASELINE_LABELS, PolicySlider
from cockpit.views.land import what_if
from cockpit.views.land.what_if import ScenarioOption, SliderGroup, WhatIf
from layouts.components.panel import PanelContents, PanelKind, PanelSpec, empty, link_tabs, navigate
from layouts.land import outcome
from layouts.land.firm_explanation import EXPLANATION
from layouts.land.headline import NOTICE
from layouts.land.tabs import tabs
from layouts.page import Page
from layouts.ui import html, ids
from layouts.ui.render_context import RenderContext


def render_head(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """The row over the view: year, the plan that is changed and what it is held against."""
    if view is None:
        words = "发布含“年度评价”表的工作簿后，可在这里调整权重、分档和门槛，即时看到谁升谁降。"
        return PanelContents(title="模拟评价", body=[tabs(context), empty("还没有年度评价数据，无法试算", words)])
    fresh = context.selection.replace(sim="", base="", versus="")
    years = [(f"{y}年", context.href(fresh.replace(period=str(y))), y == view.year) for y in view.years]
    chosen = [
        link_tabs(years, "评价年度"),
        _choice("方案", view.scenario, view.scenarios, "base", context),
        _choice("对照", view.versus, view.scenarios, "versus", context),
    ]
    return PanelContents(title="模拟评价", body=tabs(context, *chosen))


def _choice(
    label: str, chosen: ScenarioOption, known: tuple[ScenarioOption, ...], field: str, context: RenderContext
) -> html.Details:
    links = []
    for plan in known:
        other = context.selection.replace(**{field: plan.key} | ({"sim": ""} if field == "base" else {}))
        more = {"data-keep": "sim"} if field == "versus" else {}
        links.append(navigate(plan.name, context.href(other), "on" if plan is chosen else "", title=plan.policy.name, **more))
    summary = html.Summary(f"{label}：{chosen.name}", title=chosen.policy.name)
    return html.Details([summary, html.Div(links, className="menu")], className="choice")


def render_sliders(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """A slider for each number of the plan, group by group."""
    if view is None:
        return PanelContents(title="调整规则")
    state = {knob.key: knob.value for dial in view.slider_groups for knob in dial.sliders} | {
        d.baseline_key: "policy" for d in view.slider_groups
    }
    content = [
        dcc.Store(id=ids.SCENARIO_BASE, data=state),
        dcc.Store(id=ids.DATA_VERSION, data=view.version),
        *(_dial(d, view, context) for d in view.slider_groups),
    ]
    reset = html.Button("恢复方案原值", className="reset-link", type="button", **{"data-scenario-reset": ""})
    return PanelContents(
        title="调整规则",
        body=html.Div(content, className="dials"),
        subtitle="拖动即算，只是试算",
        tools=reset,
        caption=view.caption,
    )


def _dial(dial: SliderGroup, view: WhatIf, context: RenderContext) -> html.Details:
    first = context.selection.group or view.slider_groups[0].group
    baselines = dcc.RadioItems(
        id=ids.baseline(dial.baseline_key),
        options=[{"label": words, "value": key} for key, words in BASELINE_LABELS.items()],
        value=dial.baseline,
        className="segmented",
        inline=True,
    )
    parts: list[Any] = []
    for kind, found in groupby(dial.sliders, key=lambda k: k.kind):
        parts += [
            html.H4([kind, html.Span(className="weights", **{"data-weights": dial.baseline_key[:-1]})]),
            *(_knob(k, view) for k in found),
        ]
    parts += [html.H4("基准值"), baselines]
    return html.Details([html.Summary(f"{dial.group}企业"), html.Div(parts, className="dial")], open=dial.group == first)


def _knob(knob: PolicySlider, view: WhatIf) -> html.Div:
    value = float(view.changes.get(knob.key, knob.value))
    slider = dcc.Slider(
        min=knob.low,
        max=max(knob.high, value),
        step=knob.step,
        value=value,
        marks=None,
        updatemode="drag",
        id=ids.slider(knob.key),
        className="knob",
    )
    original = f"方案原值 {knob.value:g}{knob.unit}"
    name = html.Span([knob.name, html.Span(knob.unit, className="unit")], className="slider-name", title=original)
    return html.Div([name, slider], className="slider-row", title=original)


def render_scenarios(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Save, export and publish what is set now; the saved plans."""
    if view is None:
        return PanelContents(title="方案")
    rows = [_saved(s.name, f"{s.saved_by} · {formatting.format_local_time(s.saved_at)}", view, context) for s in view.saved]
    nothing = html.P("还没有保存的方案。给当前的调整取个名称，保存后可与别的方案对比。", className="empty-hint")
    table = html.Table(html.Tbody(rows), className="table plans-table") if rows else nothing
    return PanelContents(
        title="保存、对比、发布", body=table, subtitle=f"{view.year}年度 · 已保存 {len(view.saved)} 个方案", controls=_form()
    )


def _saved(name: str, told: str, view: WhatIf, context: RenderContext) -> html.Tr:
    here = context.selection.replace(base=name, versus="", sim="")
    links = [
        navigate("打开", context.href(here), "row-link"),
        navigate("与当前方案对照", context.href(context.selection.replace(versus=name)), "row-link", **{"data-keep": "sim"}),
        html.A("导出", href=here.href(NOTICE), className="row-link", download=""),
        html.Details(
            [
                html.Summary("删除"),
                html.Div(
                    html.Button("确认删除", id=ids.delete_button(name), className="button quiet", type="button"), className="menu"
                ),
            ],
            className="choice quiet-choice",
        ),
    ]
    on = "on" if name in (view.scenario.key, view.versus.key) else ""
    return html.Tr(
        [html.Td(html.B(name), className="text"), html.Td(told, className="text"), html.Td(links, className="plan-links")],
        className=on,
    )


def _form() -> list[Any]:
    """Name and person, and what may be done; it stays mounted, so that nothing typed is lost."""
    save = html.Button("保存方案", id=ids.SAVE_SCENARIO, className="button", type="button")
    export = html.A("导出名单", href=NOTICE, className="button quiet", download="", **{"data-current-query": ""})
    publish = html.Details(
        [
            html.Summary("发布为正式等级…", className="button quiet"),
            html.Div(
                [
                    html.P("将按当前规则为所选年度重新评价全部企业，成为现行等级；旧记录仍可查看，也可按旧办法再次发布来恢复。"),
                    html.Button("确认发布", id=ids.PUBLISH_SCENARIO, className="button", type="button"),
                ],
                className="menu confirm",
            ),
        ],
        className="choice publish",
    )
    return [
        html.Div(
            [
                _field("名称", ids.SCENARIO_NAME, 60, "如：税收权重40"),
                _field("姓名", ids.SCENARIO_AUTHOR, 20, "保存、发布人"),
                save,
                export,
                publish,
            ],
            className="plan-form",
        ),
        html.Div(id=ids.SCENARIO_STATUS, className="plan-told", role="status"),
    ]


def _field(label: str, identity: str, longest: int, hint: str) -> html.Label:
    return html.Label([label, dbc.Input(id=identity, type="text", maxlength=longest, className="search", placeholder=hint)])


PAGE = Page(
    "what-if",
    "模拟评价",
    (
        PanelSpec("kpis", "模拟评价", what_if.what_if, render_head),
        PanelSpec("dials", "调整规则", what_if.what_if, render_sliders, kind=PanelKind.COMPONENTS),
        *(PanelSpec(key, title, what_if.what_if, draw, kind) for key, title, draw, kind in outcome.PANELS),
        PanelSpec("plans", "保存、对比、发布", what_if.what_if, render_scenarios, kind=PanelKind.COMPONENTS),
        EXPLANATION,
    ),
    tab="land",
    # Saved rules are no part of a data version.
    cacheable=False,
)
