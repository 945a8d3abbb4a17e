"""Tax against land, both logarithmic: firms of equal 亩均税收 lie on a straight line.

Where firms lie close together, one mark shows all of them (``LandTaxCluster``); a click on it lists them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import UNGRADED
from cockpit.evaluation.results.land_tax_cells import LandTaxCluster
from cockpit.formatting import format_trimmed
from cockpit.views.land.scatter import LandTaxPoint, LandTaxScatter
from layouts.charts.annotations import PAPER, font, note
from layouts.charts.traces import NO_HOVER, hover
from layouts.ui.theme import Viewport, grade_token, layout

#: 亩均税收 (万元/亩) of the lines of equal tax per mu.
_LEVELS = (1.0, 10.0, 50.0, 200.0)
#: Share of the width that counts as the left edge.
_LEFT_EDGE = 0.25
#: Ticks within each power of ten, the fewest first; the last ones are for wide ranges.
_TICKS = ((1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, *map(float, range(2, 10))), (1.0,))
_WIDE_RANGE = 3  # powers of ten
_LARGEST, _SMALLEST = 26.0, 4.0
_OPACITIES = {"A": 0.55, "B": 0.5, "C": 0.55, "D": 0.95, "": 0.45}
#: Grades from the lowest layer to the top one, so that what matters is visible; '' = none.
_LAYERS = ("", "C", "B", "A", "D")

#: A range of an axis as powers of ten.
_Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A firm, or a cluster of firms: land and tax, what its size shows, and what a click on it opens."""

    grade: str
    land: float
    tax: float
    value_added: float
    hover: str
    target: str


def land_tax_figure(view: LandTaxScatter, viewport: Viewport) -> dict[str, Any] | None:
    """Build the figure; ``None`` when no firm can be shown.

    A click on a firm carries ``firm:<code>``, one on a cluster ``cell:<key of its cell>``.
    """
    if not view.firm_count:
        return None
    # Clusters are below single firms.
    marks = [*sorted(map(_cluster_mark, view.clusters), key=lambda m: -m.land), *map(_firm_mark, view.firms)]
    x, y = _range([m.land for m in marks]), _range([m.tax for m in marks])
    most = max((m.value_added for m in marks if m.value_added > 0), default=1.0)
    layers = [_layer([m for m in marks if m.grade == grade], grade, most, viewport) for grade in _LAYERS]
    return {
        "data": [trace for trace in (_level_lines(x, y, viewport), *layers) if trace["x"]],
        "layout": layout(
            viewport,
            xaxis=_log_axis(x) | {"title": _axis_title("用地（亩）", viewport)},
            yaxis=_log_axis(y),
            margin={"l": viewport.px(44), "r": viewport.px(14), "t": viewport.px(22), "b": viewport.px(40), "pad": 0},
            shapes=_limit_line(view.limit, x, y, viewport),
            annotations=[*_limit_label(view.limit, x, y, viewport), *_firm_names(view, x, viewport), _tax_title(viewport)],
            hovermode="closest",
        ),
    }


def _firm_mark(firm: LandTaxPoint) -> _Mark:
    grade = firm.grade if firm.grade in GRADES else ""
    return _Mark(grade, firm.land, firm.tax, firm.value_added, _firm_hover(firm), f"firm:{firm.credit_code}")


def _cluster_mark(cluster: LandTaxCluster) -> _Mark:
    cell = cluster.cell
    return _Mark(cell.grade, *cluster.center, cluster.value_added, _cluster_hover(cluster), f"cell:{cell.key}")


def _range(values: Sequence[float]) -> _Range:
    """Return the range of an axis over all values, with a margin."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return low - 0.08 * (high - low + 1), high + 0.1 * (high - low + 1)


def _log_axis(span: _Range) -> dict[str, Any]:
    """Build a logarithmic axis: wide ranges have ticks at powers of ten, narrow ones as few as give at least two."""
    choices = _TICKS if span[1] - span[0] < _WIDE_RANGE else _TICKS[-1:]
    powers = range(math.floor(span[0]), math.ceil(span[1]) + 1)
    candidates = ([10.0**p * s for p in powers for s in steps if span[0] <= p + math.log10(s) <= span[1]] for steps in choices)
    ticks: list[float] = max(candidates, key=lambda ticks: min(len(ticks), 2))
    return {"type": "log", "range": list(span), "tickvals": ticks, "ticktext": [_tick_label(t) for t in ticks]}


def _axis_title(text: str, viewport: Viewport) -> dict[str, Any]:
    return {"text": text, "font": font("t3", viewport), "standoff": viewport.px(4)}


def _tick_label(value: float) -> str:
    if value >= 1e4:
        return f"{value / 1e4:g}万"
    return f"{value:,.4g}" if value >= 1 else f"{value:.6f}".rstrip("0")


def _tax_title(viewport: Viewport) -> dict[str, Any]:
    corner = {**PAPER, "xanchor": "left", "yanchor": "bottom", "yshift": viewport.px(4)}
    return note(0, 1, "评价税收（万元）", "t3", viewport, **corner)


def _layer(marks: Sequence[_Mark], grade: str, most: float, viewport: Viewport) -> dict[str, Any]:
    """Build the marks of a grade; areas are in proportion to value added, ``most`` is the largest."""
    shares = [math.sqrt(m.value_added / most) if m.value_added > 0 else 0.0 for m in marks]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [m.land for m in marks],
        "y": [m.tax for m in marks],
        "customdata": [m.target for m in marks],
        **hover([m.hover for m in marks]),
        "marker": {
            "size": [viewport.px(max(_SMALLEST, _LARGEST * share)) for share in shares],
            "color": viewport.faded(grade_token(grade), _OPACITIES[grade]),
            "symbol": "diamond" if grade == "D" else "circle",
            "line": {"width": viewport.px(0.5), "color": viewport.token("s1")},
        },
        "name": grade,
    }


def _firm_hover(firm: LandTaxPoint) -> str:
    suffix = "类" if firm.grade in GRADES else ""
    added = formatting.MISSING if math.isnan(firm.value_added) else formatting.format_rounded(firm.value_added, 0)
    return "<br>".join(
        [
            f"<b>{firm.name}</b>",
            f"{firm.grade}{suffix} · 总分{formatting.format_rounded(firm.score, 1)} · 第{firm.rank:.0f}位",
            f"用地 {formatting.format_rounded(firm.land, 1)}亩 · 税收 {formatting.format_rounded(firm.tax, 1)}万元",
            f"亩均税收 {formatting.format_number(firm.tax / firm.land, PER_MU)}万元/亩",
            f"增加值 {added}万元 · 点击看得分说明",
        ]
    )


def _cluster_hover(cluster: LandTaxCluster) -> str:
    cell, total = cluster.cell, cluster
    grade = f"{cell.grade}类" if cell.grade else UNGRADED
    land, tax = (f"{format_trimmed(low)}—{format_trimmed(high)}" for low, high in (cell.land, cell.tax))
    return "<br>".join(
        [
            f"<b>{total.firms:,}家{grade}企业</b>",
            f"每家用地 {land}亩 · 税收 {tax}万元",
            f"合计用地 {formatting.format_rounded(total.land, 1)}亩 · 税收 {formatting.format_rounded(total.tax, 1)}万元",
            f"亩均税收 {formatting.format_number(total.tax / total.land, PER_MU)}万元/亩",
            f"合计增加值 {formatting.format_rounded(total.value_added, 0)}万元 · 点击看名单",
        ]
    )


def _equal_tax_line(level: float, x: _Range, y: _Range) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return both ends (land, tax) of the line of equal tax per mu, cut off where it leaves the figure."""
    low, high = 10 ** y[0], 10 ** y[1]
    start, end = (min(max(10**edge * level, low), high) for edge in x)
    return (start / level, start), (end / level, end)


def _level_lines(x: _Range, y: _Range, viewport: Viewport) -> dict[str, Any]:
    """Build all lines of equal tax per mu with their labels as one trace; as shapes and annotations they would be slow."""
    lands: list[float | None] = []
    taxes: list[float | None] = []
    labels: list[str] = []
    for level in _LEVELS:
        if not (y[0] < x[1] + math.log10(level) and x[0] + math.log10(level) < y[1]):
            continue  # the line doesn't cross the figure
        start, end = _equal_tax_line(level, x, y)
        label_at = max(x[0], y[0] - math.log10(level)) + 0.02
        has_room = label_at + math.log10(level) < y[1] - 0.1
        text = f"{format_trimmed(level)}万元/亩" if level == _LEVELS[-1] else format_trimmed(level)
        lands += [start[0], 10**label_at, end[0], None]
        taxes += [start[1], 10**label_at * level, end[1], None]
        labels += ["", text if has_room else "", "", ""]
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": lands,
        "y": taxes,
        "text": labels,
        "textposition": "top right",
        "textfont": font("t3", viewport),
        "line": {"color": viewport.token("line2"), "width": viewport.px(1), "dash": "dot"},
        **NO_HOVER,
        "cliponaxis": False,
        "name": "亩均税收",
    }


def _limit_line(limit: float, x: _Range, y: _Range, viewport: Viewport) -> list[dict[str, Any]]:
    if math.isnan(limit):
        return []
    (x0, y0), (x1, y1) = _equal_tax_line(limit, x, y)
    style = {"color": viewport.token("grade-d"), "width": viewport.px(1.5)}
    return [{"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "layer": "below", "line": style}]


def _limit_label(limit: float, x: _Range, y: _Range, viewport: Viewport) -> list[dict[str, Any]]:
    if math.isnan(limit):
        return []
    end = min(x[1], y[1] - math.log10(limit))
    text = f"<b>D类线 {format_trimmed(limit)}万元/亩</b>"
    anchor = {"xanchor": "right", "yanchor": "top", "yshift": viewport.px(-10)}
    return [note(end, end + math.log10(limit), text, "grade-d-text", viewport, **anchor)]


def _firm_names(view: LandTaxScatter, x: _Range, viewport: Viewport) -> list[dict[str, Any]]:
    """Name the firms that stand out, except on a phone: at the left of their points, near the left edge at their right."""
    if viewport.narrow:
        return []
    notes = []
    for firm in (view.firms[i] for i in view.named):
        land = math.log10(firm.land)
        side, shift = ("left", 8) if land < x[0] + _LEFT_EDGE * (x[1] - x[0]) else ("right", -8)
        anchor = {"xanchor": side, "yanchor": "bottom", "xshift": viewport.px(shift), "yshift": viewport.px(4)}
        notes.append(note(land, math.log10(firm.tax), firm.short, "t1", viewport, **anchor))
    return notes
