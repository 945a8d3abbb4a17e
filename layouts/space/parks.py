"""Industrial parks against the benchmark, and the one that the district pack describes."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.parks import Park
from cockpit.views.space.parks import ParkExample, ParkList, ParkRow, benchmark_multiple
from cockpit.views.space.plan import MU, SPACE
from layouts.components.bars import Bar, bar_length, bars
from layouts.components.change import change
from layouts.components.no_data import no_data, no_rows
from layouts.components.panel import PanelContents, empty
from layouts.components.sparkline import line_picture
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

_WAN = Scale("万元", whole=True)


def render_parks(view: ParkList, context: RenderContext) -> PanelContents:
    """Render each park: tax per mu against the benchmark and the year before, occupancy, owners, plots, how it is run."""
    if view.whole is None:
        return PanelContents(_no_parks(view, context), caption=view.caption)
    most = max([r.park.tax_per_mu for r in view.rows if not math.isnan(r.park.tax_per_mu)] or [1.0])
    benchmark = view.benchmark
    has_line = benchmark is not None and most > benchmark.tax_per_mu_wan
    body = render(
        "space/parks.html",
        rows=[_row(row, most, view, context) for row in view.rows],
        whole=_whole(view),
        benchmark=f"┆ {benchmark.name} {benchmark.tax_per_mu_wan:g}" if benchmark and has_line else "",
        line=f"{benchmark.tax_per_mu_wan / most * 100:.2f}" if benchmark and has_line else "",
        years=f"{view.years[0]}—{view.years[-1]}" if len(view.years) > 1 else "",
    )
    subtitle = f"{view.year}年度 · 亩均税收 万元/亩"
    return PanelContents(body, subtitle=subtitle, insight=view.insight, caption=view.caption)


def _no_parks(view: ParkList, context: RenderContext) -> Markup:
    if not view.known:
        return no_rows(context, "产业园区", "园区的入驻率和亩均税收", known=False, subject="园区")
    if not view.year:
        return empty("截至期末还没有整年的园区数据", "园区按年度登记；换一个较晚的期间再看。")
    return no_data(context)


def _row(row: ParkRow, most: float, view: ParkList, context: RenderContext) -> dict[str, object]:
    park, narrative = row.park, context.district.park_narrative
    return {
        "name": park.name,
        "town": row.town,
        "bar": _bar(park, most, view),
        "change": change(row.change, is_percent=False, arrow=False),
        "history": _history(park.name, row.history, view),
        "occupancy": formatting.format_percent(park.occupancy),
        "occupancy_change": _points(row.occupancy_change),
        "owners": _format_count(park.owners),
        "smallest_plot": _format_count(park.smallest_plot),
        "tenants": _format_count(park.tenants),
        "mode": park.mode or formatting.MISSING,
        "is_example": narrative is not None and narrative.park == park.name,
    }


def _bar(park: Park, most: float, view: ParkList) -> dict[str, object]:
    """Build the bar of tax per mu; no bar where it is unknown."""
    if math.isnan(park.tax_per_mu):
        return {"is_known": False, "value": formatting.MISSING}
    value, benchmark = formatting.format_number(park.tax_per_mu, PER_MU), view.benchmark
    is_low = benchmark is not None and park.tax_per_mu < benchmark.tax_per_mu_wan
    multiple = benchmark_multiple(park.tax_per_mu, benchmark)
    title = f"{park.name}亩均税收 {value}万元/亩"
    return {
        "is_known": True,
        "width": bar_length(park.tax_per_mu, most),
        "value": f"{'◆ ' if is_low else ''}{value}",
        "is_low": is_low,
        "title": f"{title}，是{benchmark.name}的{multiple}" if benchmark and multiple else title,
    }


def _history(name: str, values: tuple[float, ...], view: ParkList) -> Markup:
    """Render tax per mu of the last years as a line."""
    years = zip(view.years, values, strict=True)
    label = "，".join(f"{year}年{formatting.format_number(value, PER_MU)}" for year, value in years)
    return line_picture(values, (), f"{name}亩均税收：{label}万元/亩")


def _whole(view: ParkList) -> dict[str, object]:
    whole, benchmark = view.whole, view.benchmark
    assert whole is not None
    multiple = benchmark_multiple(whole.tax_per_mu, benchmark)
    return {
        "name": f"{whole.parks}个园区",
        "tax_per_mu": formatting.format_number(whole.tax_per_mu, PER_MU),
        "multiple": f"{benchmark.name}的{multiple}" if benchmark and multiple else "",
        "change": change(view.whole_change, is_percent=False, arrow=False),
        "history": _history("全部园区", view.whole_history, view),
        "occupancy": formatting.format_percent(whole.occupancy),
        "occupancy_change": _points(view.whole_occupancy_change),
        "tenants": _format_count(whole.tenants),
    }


def _points(difference: float) -> tuple[str, str]:
    """Format a difference of occupancy in percentage points, which its column names: class and text."""
    text = formatting.format_signed(difference * 100, 1)
    return {"+": "up", formatting.MINUS: "down"}.get(text[0], "flat"), text


def _format_count(value: float) -> str:
    """Format a count or a plot, without decimals where it is whole."""
    if math.isnan(value):
        return formatting.MISSING
    return formatting.format_rounded(value, 0 if float(value).is_integer() else 1)


def render_example(view: ParkExample, context: RenderContext) -> PanelContents:
    """Render the park of the district pack: parties, facts, and tax per mu beside plain factories and the other parks."""
    narrative, park = view.narrative, view.park
    if narrative is None:
        return PanelContents(empty(f"{context.district.terms.own}没有园区案例", is_unpublished=True), caption=view.caption)
    body = render(
        "space/park_example.html",
        parties=narrative.parties,
        name=narrative.park,
        has_values=park is not None,
        yields=_yields(view, park) if park else NOTHING,
        same_land=_same_land(view, park) if park else None,
        facts=[*((f.label, f.text) for f in narrative.facts), *(_park_facts(park) if park else ())],
    )
    title = f"{narrative.title}：{narrative.park}"
    return PanelContents(body, title=title, insight=view.insight, caption=view.caption)


def _yields(view: ParkExample, park: Park) -> Markup:
    """Render tax per mu of the park, the other parks, and the benchmark, where known."""
    rows = [(park.name, park.tax_per_mu, "now"), ("其余园区", view.others, "bar")]
    if view.benchmark:
        rows.append((view.benchmark.name, view.benchmark.tax_per_mu_wan, "bar"))
    known = [row for row in rows if not math.isnan(row[1])]
    return bars([Bar(n, 0.0, v, formatting.format_number(v, PER_MU), t, is_selected=t == "now") for n, v, t in known], "items")


def _same_land(view: ParkExample, park: Park) -> dict[str, str] | None:
    """Compare the park's tax with what the same land would yield as plain factories; ``None`` where one is unknown."""
    if view.benchmark is None or math.isnan(view.plain_tax) or math.isnan(park.tax):
        return None
    return {
        "land": formatting.format_number(park.land, MU),
        "benchmark": view.benchmark.name,
        "plain_tax": formatting.format_number(view.plain_tax, _WAN),
        "tax": formatting.format_number(park.tax, _WAN),
    }


def _park_facts(park: Park) -> list[tuple[str, str]]:
    return [
        ("业主", f"{_format_count(park.owners)}家，最小地块 {_format_count(park.smallest_plot)}亩"),
        ("建筑面积", f"{formatting.format_number(park.floor, SPACE)}万平方米"),
        ("入驻", f"{formatting.format_percent(park.occupancy)}，{_format_count(park.tenants)}家企业"),
    ]
