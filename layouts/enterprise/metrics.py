"""A firm's key values, its months against the median firm of its chain, and its energy."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.catalogue.metrics import METRICS
from cockpit.views.enterprise.metrics import FirmSummary, FirmValue, FirmYearRow, FirmYears
from cockpit.views.enterprise.months import MONTHLY, FirmEnergy, FirmTrend
from layouts.components.bars import Bar, bars
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import PanelContents, empty, link_tabs
from layouts.components.sparkline import sparkline
from layouts.enterprise.months_figure import median_fits, months_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

#: Metrics with a tab of their own over the months; the others are in a menu.
_FIRST = ("output", "tax", "value_added")


def render_summary(view: FirmSummary | None, context: RenderContext) -> PanelContents:
    """Render the key values with change and rank in the chain; monthly metrics are links that select them."""
    if view is None:
        return PanelContents()
    if not view.values:
        return PanelContents(render("enterprise/none.html", text=f"{view.caption.period}，没有可显示的指标"))
    linked = MONTHLY if view.values[0].metric.key == "output" else ()
    about = f"{view.caption.period} · 位次：{view.among}"
    return PanelContents(
        cells([_cell(value, view, context, is_linked=value.metric.key in linked) for value in view.values])
        + render("enterprise/about.html", text=about, definition=view.caption.definition)
    )


def _cell(value: FirmValue, view: FirmSummary, context: RenderContext, *, is_linked: bool) -> Cell:
    shown = formatting.format_value(value.metric, value.value)
    growth, versus = NOTHING, value.reason
    if not math.isnan(value.value) and view.versus and not value.reason:
        growth, versus = change(value.change, is_percent=value.metric.is_percent), view.versus
    rank = f"链内第 {value.rank:,} / {value.ranked:,}" if value.rank else ""
    note = " · ".join(part for part in (rank, value.note) if part)
    href = context.href(context.selection.replace(metric=value.metric.key)) if is_linked else ""
    return Cell(value.name, shown.text, shown.unit, value.definition, growth, versus, note, href)


def render_months(view: FirmTrend | None, context: RenderContext) -> PanelContents:
    """Render the selected metric month by month; the values of each year for a firm that reports no months."""
    if view is None:
        return PanelContents()
    title, figure = f"各月{view.metric.label}", months_figure(view, context.district, context.viewport)
    if figure is None and view.years is not None:
        return PanelContents(
            _years_table(view.years),
            title="历年评价数据",
            subtitle=f"中位数为{view.years.years[-1]}年{view.years.among}",
            insight=f"{view.reason}，以下为年度评价数据",
            caption=view.caption,
        )
    if figure is None:
        return PanelContents(empty(view.reason, "换一个期间再看"), title=title, caption=view.caption)
    unit = formatting.scale_for(view.metric, [p.point.value for p in view.points]).unit
    dotted = " · 虚线为链中位" if median_fits(view) else ""
    return PanelContents(
        title=title,
        subtitle=f"{unit} · 与上年同月比{dotted}",
        insight=view.insight,
        tools=_metric_choices(view.metric, context),
        figure=figure,
        caption=view.caption,
    )


def _years_table(view: FirmYears) -> Markup:
    """Render the values by year, and the median of the newest."""
    return render("enterprise/years.html", years=view.years, rows=[_year_row(row) for row in view.rows])


def _year_row(row: FirmYearRow) -> dict[str, object]:
    scale = formatting.scale_for(row.metric, [*row.values, row.median])
    return {
        "name": row.name,
        "unit": scale.unit,
        "values": [formatting.format_number(value, scale) for value in row.values],
        "median": formatting.format_number(row.median, scale),
        "firms": f"{row.firms:,}家",
    }


def _metric_choices(selected: Metric, context: RenderContext) -> Markup:
    """Render the first metrics as a row, the others in a menu that bears the name of the selected one."""

    def options(keys: Sequence[str]) -> list[tuple[str, str, bool]]:
        selection = context.selection
        return [(METRICS[key].label, context.href(selection.replace(metric=key)), key == selected.key) for key in keys]

    rest = [key for key in MONTHLY if key not in _FIRST]
    is_in_menu = selected.key in rest
    summary = selected.label if is_in_menu else "更多"
    menu = render("components/menu.html", summary=summary, is_idle=not is_in_menu, options=options(rest))
    return link_tabs(options(_FIRST), "指标") + menu


def render_energy(view: FirmEnergy | None, context: RenderContext) -> PanelContents:
    """Render consumption, and intensity beside those of the chain and the whole."""
    if view is None:
        return PanelContents(render("enterprise/none.html", text="没有能耗数据"))
    energy, power = METRICS["energy"], METRICS["power"]
    scale = formatting.scale_for(METRICS["energy_intensity"], [view.own, view.chain, view.whole])
    body = render(
        "enterprise/energy.html",
        measures=[
            _measure("综合能耗", energy, view.energy, view.versus),
            _measure("用电量", power, view.power, view.versus),
        ],
        sparkline=sparkline(energy, view.spark, view.spark_base) if view.spark else "",
        has_sparkline=bool(view.spark),
        unit=scale.unit,
        bars=_intensities(view, scale),
    )
    subtitle = "越低越好；虚线为上年" if view.spark else "越低越好"
    return PanelContents(body, subtitle=subtitle, insight=view.insight, caption=view.caption)


def _measure(name: str, metric: Metric, compared: Compared, versus: str) -> dict[str, object]:
    has_change = bool(versus) and not math.isnan(compared.value)
    return {
        "name": name,
        "value": formatting.format_value(metric, compared.value),
        "change": change(compared.change, is_percent=False, reason="没有可比的基数") if has_change else NOTHING,
        "versus": versus if has_change else "",
    }


def _intensities(view: FirmEnergy, scale: Scale) -> Markup:
    rows = (("本企业", view.own, "now"), (view.chain_name, view.chain, "bar"), (view.whole_name, view.whole, "bar"))
    return bars([_bar(name, value, token, scale) for name, value, token in rows], "firm-bars")


def _bar(name: str, value: float, token: str, scale: Scale) -> Bar:
    end = 0.0 if math.isnan(value) else value
    return Bar(name, 0.0, end, formatting.format_number(value, scale), token, is_selected=token == "now")
