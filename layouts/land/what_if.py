"""The view 模拟评价 of the per-mu page: sliders at the left, what they do at the right, saved scenarios below."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component
from markupsafe import Markup

from cockpit import formatting
from cockpit.evaluation.policy.changes import BASELINE_LABELS, PolicySlider
from cockpit.evaluation.results.record import Scenario
from cockpit.views.land.what_if import ScenarioOption, SliderGroup, WhatIf, what_if
from layouts.components.client import Fragment
from layouts.components.panel import PanelContents, PanelKind, PanelSpec, empty, link_tabs
from layouts.land.firm_explanation import EXPLANATION
from layouts.land.outcome import OUTCOME_PANELS
from layouts.land.summary import SCORES_PATH
from layouts.land.tabs import tabs
from layouts.page import Filters, Page
from layouts.ui import ids
from layouts.ui.attributes import attributes
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import macro, render

_LONGEST_NAME, _LONGEST_AUTHOR = 60, 20
_slider_heading = macro("land/slider_parts.html", "heading")
_slider_name = macro("land/slider_parts.html", "name")
_reset_button = macro("land/slider_parts.html", "reset")


def render_head(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render the row over the view: the year, the scenario that is changed, and the one it is compared with."""
    if view is None:
        hint = "发布含“年度评价”表的工作簿、并由管理员放入评价办法后，可在这里调整权重、分档和门槛，即时看到谁升谁降。"
        return PanelContents(tabs(context) + empty("还没有年度评价数据或评价办法，无法试算", hint))
    published = context.selection.replace(changes="", base="", versus="")
    years = [(f"{y}年", context.href(published.replace(period=str(y))), y == view.year) for y in view.years]
    choices = [
        link_tabs(years, "评价年度"),
        _scenario_menu("方案", view.scenario, view.scenarios, "base", context),
        _scenario_menu("对照", view.versus, view.scenarios, "versus", context),
    ]
    return PanelContents(tabs(context, *choices))


def _scenario_menu(
    label: str, current: ScenarioOption, scenarios: tuple[ScenarioOption, ...], field: str, context: RenderContext
) -> Markup:
    """Render a menu that sets ``field`` (base or versus) of the selection; another base drops the changes of the sliders."""
    cleared = {"changes": ""} if field == "base" else {}
    options = [
        {
            "text": scenario.name,
            "href": context.href(context.selection.replace(**{field: scenario.key}, **cleared)),
            "is_current": scenario is current,
            "title": scenario.policy.name,
        }
        for scenario in scenarios
    ]
    keep = "sim" if field == "versus" else ""
    return render("land/menu.html", summary=f"{label}：{current.name}", title=current.policy.name, options=options, keep=keep)


def render_sliders(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render a slider for each number of the scenario, group by group."""
    if view is None:
        return PanelContents()
    base_values: dict[str, float | str] = {s.key: s.value for group in view.slider_groups for s in group.sliders}
    base_values |= {group.baseline_key: "policy" for group in view.slider_groups}
    opened = context.selection.group or view.slider_groups[0].group
    components = [
        dcc.Store(id=ids.SCENARIO_BASE, data=base_values),
        dcc.Store(id=ids.DATA_VERSION, data=view.version),
        *(_slider_group(group, view, is_open=group.group == opened) for group in view.slider_groups),
    ]
    return PanelContents(
        [html.Div(components, className="sliders")],
        subtitle="拖动即算，只是试算",
        tools=Markup(_reset_button()),
        caption=view.caption,
    )


def _slider_group(group: SliderGroup, view: WhatIf, *, is_open: bool) -> html.Details:
    baselines = dcc.RadioItems(
        id=ids.baseline(group.baseline_key),
        options=[{"label": label, "value": key} for key, label in BASELINE_LABELS.items()],
        value=group.baseline,
        className="segmented",
        inline=True,
    )
    components: list[Component] = []
    for kind, sliders in groupby(group.sliders, key=lambda slider: slider.kind):
        components.append(Fragment(Markup(_slider_heading(kind, group.baseline_key[:-1])), "h3"))
        components += [_slider_row(slider, view) for slider in sliders]
    components += [html.H3("基准值"), baselines]
    return html.Details([html.Summary(f"{group.group}企业"), html.Div(components, className="slider-group")], open=is_open)


def _slider_row(slider: PolicySlider, view: WhatIf) -> html.Div:
    value = float(view.changes.get(slider.key, slider.value))
    control = dcc.Slider(
        min=slider.low,
        max=max(slider.high, value),
        step=slider.step,
        value=value,
        marks=None,
        updatemode="drag",
        id=ids.slider(slider.key),
    )
    title = f"方案原值 {slider.value:g}{slider.unit}"
    name = Fragment(Markup(_slider_name(slider.name, slider.unit)), "span", className="slider-name", attributes={"title": title})
    return html.Div([name, control], className="slider-row", title=title)


def render_scenarios(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render the form that saves, exports and publishes what is set now, and the saved scenarios."""
    if view is None:
        return PanelContents(title="方案")
    return PanelContents(
        render("land/scenarios.html", scenarios=[_scenario_row(scenario, view, context) for scenario in view.saved]),
        subtitle=f"{view.year}年度 · 已保存 {len(view.saved)}个方案",
        controls=_form(),
    )


def _scenario_row(scenario: Scenario, view: WhatIf, context: RenderContext) -> dict[str, object]:
    name = scenario.name
    opened = context.selection.replace(base=name, versus="", changes="")
    return {
        "name": name,
        "saved": f"{scenario.saved_by} · {formatting.format_local_time(scenario.saved_at)}",
        "open_href": context.href(opened),
        "compare_href": context.href(context.selection.replace(versus=name)),
        "export_href": opened.href(SCORES_PATH),
        "is_current": name in (view.scenario.key, view.versus.key),
    }


def _form() -> list[Component]:
    """Build the form of name, person and actions; it stays mounted, so that nothing typed is lost."""
    save = html.Button("保存方案", id=ids.SAVE_SCENARIO, className="button", type="button")
    export = html.A("导出名单", href=SCORES_PATH, className="button quiet", download="", **attributes(data_current_query=""))
    publish = html.Details(
        [
            html.Summary("发布为正式等级…", id=ids.PUBLISH_OPENER, className="button quiet"),
            html.Div(
                [
                    html.P("正在计算会改变哪些企业…", id=ids.PUBLISH_PREVIEW, role="status"),
                    html.Button("确认发布", id=ids.PUBLISH_SCENARIO, className="button", type="button"),
                ],
                className="menu confirm",
            ),
        ],
        className="choice publish",
    )
    name = _field("名称", ids.SCENARIO_NAME, _LONGEST_NAME, "如：税收权重40")
    author = _field("姓名", ids.SCENARIO_AUTHOR, _LONGEST_AUTHOR, "保存、发布人")
    return [
        html.Div([name, author, save, export, publish], className="scenario-form"),
        html.Div(id=ids.SCENARIO_STATUS, className="scenario-status", role="status"),
        dcc.Store(id=ids.SCENARIO_TO_DELETE),
    ]


def _field(label: str, identity: str, longest: int, hint: str) -> html.Label:
    field: Any = dbc.Input(id=identity, type="text", maxlength=longest, className="search", placeholder=hint)
    return html.Label([label, field])


PAGE = Page(
    "what-if",
    "模拟评价",
    (
        PanelSpec("kpis", "模拟评价", what_if, render_head),
        PanelSpec("sliders", "调整规则", what_if, render_sliders, PanelKind.COMPONENTS, span=4),
        *OUTCOME_PANELS,
        PanelSpec("scenarios", "保存、对比、发布", what_if, render_scenarios, PanelKind.COMPONENTS, span=8),
        EXPLANATION,
    ),
    tab="land",
    # The year is chosen over the page; comparison and month have no effect.
    filters=frozenset((Filters.TOWN, Filters.INDUSTRY)),
    # Saved scenarios change without a new data version.
    cacheable=False,
)
