"""The firm's page drawn: headline figures, months against the chain's middle firm, energy."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.views.enterprise.metrics import FirmFigure, FirmHeadline, FirmYears, YearRow
from cockpit.views.enterprise.months import MONTHLY, Energy, FirmMonths
from layouts.components.bars import Bar, bars
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import Panel, empty, navigate, switch
from layouts.components.sparkline import sparkline
from layouts.enterprise.months_figure import median_fits, months_figure
from layouts.page import Env
from layouts.ui import html

#: Metrics offered over the months at once; the others stand in the menu.
_FIRST = ("output", "tax", "value_added")


def draw_headline(view: FirmHeadline | None, env: Env) -> Panel:
    """The headline figures with change and place in the chain."""
    if view is None:
        return Panel("kpis", "关键指标")
    if not view.figures:
        return Panel("kpis", "关键指标", html.P(f"{view.caption.period}，没有可显示的指标", className="firm-none"))
    links = {k for k in MONTHLY if view.figures[0].metric.key == "output"}
    found = [
        _cell(f, view, env.href(env.selection.but(metric=f.metric.key)) if f.metric.key in links else "") for f in view.figures
    ]
    return Panel("kpis", "关键指标", [cells(found), html.P(_about(view), className="firm-about", title=view.caption.definition)])


def _about(view: FirmHeadline) -> str:
    return f"{view.caption.period} · 位次：{view.among}"


def _cell(figure: FirmFigure, view: FirmHeadline, href: str) -> Cell:
    shown = formatting.figure(figure.metric, figure.value)
    told: Any = None
    versus = figure.reason
    if not math.isnan(figure.value) and view.versus and not figure.reason:
        told, versus = change(figure.change, is_percent=figure.metric.is_percent), view.versus
    place = f"链内第 {figure.rank:,} / {figure.ranked:,}" if figure.rank else ""
    note = " · ".join(p for p in (place, figure.note) if p)
    return Cell(figure.name, shown.text, shown.unit, figure.definition, told, versus, note, href)


def draw_months(view: FirmMonths | None, env: Env) -> Panel:
    """The chosen metric month by month."""
    if view is None:
        return Panel("months", "各月走势", has_graph=True)
    title, figure = f"各月{view.metric.label}", months_figure(view, env.on)
    if figure is None and view.years is not None:
        told = f"{view.reason}，以下为年度评价数据"
        among = f"中位数为{view.years.years[-1]}年{view.years.among}"
        return Panel(
            "months", "历年评价数据", _years(view.years), subtitle=among, reading=told, has_graph=True, caption=view.caption
        )
    if figure is None:
        return Panel("months", title, empty(view.reason, "换一个期间再看"), has_graph=True, caption=view.caption)
    unit = formatting.scale_for(view.metric, [p.point.value for p in view.points]).unit
    dotted = " · 虚线为链中位" if median_fits(view) else ""
    return Panel(
        "months",
        title,
        subtitle=f"{unit} · 与上年同月比{dotted}",
        reading=view.reading,
        tools=_choices(view.metric, env),
        figure=figure,
        has_graph=True,
        caption=view.caption,
    )


def _years(view: FirmYears) -> html.Div:
    """Figures by year, and the middle firm of the newest."""
    heads = ("指标", *(f"{year}年" for year in view.years), "本链中位数")
    head = html.Thead(html.Tr([html.Th(h, className="" if i else "text", scope="col") for i, h in enumerate(heads)]))
    table = html.Table([head, html.Tbody([_year_row(r) for r in view.rows])], className="table years-table")
    return html.Div(table, className="scroll firm-years")


def _year_row(row: YearRow) -> html.Tr:
    scale = formatting.scale_for(row.metric, [*row.values, row.median])
    name = html.Td([row.name, html.Span(scale.unit, className="unit")], className="text")
    median = html.Td(formatting.number(row.median, scale), title=f"{row.firms:,}家")
    return html.Tr([name, *(html.Td(formatting.number(v, scale)) for v in row.values), median])


def _choices(chosen: Metric, env: Env) -> list[Any]:
    """The first metrics as a row, the rest in a menu named after the chosen one."""

    def option(key: str) -> tuple[str, str, bool]:
        return METRICS[key].label, env.href(env.selection.but(metric=key)), key == chosen.key

    rest = [key for key in MONTHLY if key not in _FIRST]
    called = chosen.label if chosen.key in rest else "更多"
    links = [navigate(text, href, "on" if on else "") for text, href, on in map(option, rest)]
    menu = html.Details(
        [html.Summary(called, className="" if chosen.key in rest else "idle"), html.Div(links, className="menu")],
        className="choice",
    )
    return [switch([option(k) for k in _FIRST], "指标"), menu]


def draw_energy(view: Energy | None, env: Env) -> Panel:
    """Consumption, and intensity beside those of the chain and the whole."""
    if view is None:
        return Panel("energy", "能耗", html.P("没有能耗数据", className="firm-none"))
    energy, power = METRICS["energy"], METRICS["power"]
    content = [
        html.Div(
            [_measure("综合能耗", energy, view.energy, view), _measure("用电量", power, view.power, view)], className="firm-pair"
        ),
        html.Div(sparkline(energy, view.spark, view.spark_base), className="firm-spark") if view.spark else None,
        html.H3(f"单位增加值能耗（{_scale(view).unit}）", className="firm-sub"),
        _intensities(view),
    ]
    subtitle = "越低越好；虚线为上年" if view.spark else "越低越好"
    return Panel(
        "energy",
        "能耗",
        html.Div(content, className="firm-energy"),
        subtitle=subtitle,
        reading=view.reading,
        caption=view.caption,
    )


def _measure(name: str, metric: Metric, found: Compared, view: Energy) -> html.Div:
    shown = formatting.figure(metric, found.value)
    told: list[Any] = [html.Span(name, className="kpi-name")]
    told.append(
        html.Div([html.Span(shown.text, className="figure"), html.Span(shown.unit, className="unit")], className="kpi-value")
    )
    if view.versus and not math.isnan(found.value):
        reason = "没有可比的基数"
        told.append(
            html.Div([change(found.change, is_percent=False, reason=reason), html.Span(f" {view.versus}", className="versus")])
        )
    return html.Div(told)


def _scale(view: Energy) -> Any:
    return formatting.scale_for(METRICS["energy_intensity"], [view.own, view.chain, view.whole])


def _intensities(view: Energy) -> html.Div:
    scale = _scale(view)
    rows = (("本企业", view.own, "now"), (view.chain_name, view.chain, "bar"), (view.whole_name, view.whole, "bar"))
    drawn = [
        Bar(name, 0.0, 0.0 if math.isnan(value) else value, formatting.number(value, scale), token, on=token == "now")
        for name, value, token in rows
    ]
    return bars(drawn, "firm-bars")
