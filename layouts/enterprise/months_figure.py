"""A firm's months over the year before, with the median firm of its chain; below them how both grew."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Scale
from cockpit.district.district import District
from cockpit.district.terms import LevelTerms
from cockpit.views.enterprise.months import FirmTrend, FirmTrendPoint, format_multiple
from layouts.charts.annotations import note, spread_labels
from layouts.charts.axes import FEW_LABELS, MANY_LABELS, label_step, month_axis, month_label, month_ticks, tick_height, value_grid
from layouts.charts.labels import wrapped
from layouts.charts.traces import NO_HOVER, bar_hover, columns, hover, line
from layouts.ui.theme import Viewport, chain_token, layout

#: Bottom of the lines and top of the columns, in parts of the figure's height.
_LINES_FROM, _COLUMNS_TO = 0.4, 0.27
#: How many times smaller or larger the median may be to be shown on the firm's own scale.
_FAR = 6.0
#: Least distance of two names of lines, as a part of the scale.
_NAME_GAP = 0.13
#: Labels over columns that a phone has room for, and a wider figure.
_FEW_GROWTH_LABELS, _MANY_GROWTH_LABELS = 4, 12


class _Series(NamedTuple):
    """A line: its name, values in the stored unit, colour token, width and dash."""

    name: str
    values: list[float]
    token: str
    width: float
    dash: str


def months_figure(view: FirmTrend, district: District, viewport: Viewport) -> dict[str, Any] | None:
    """Build the figure, ``None`` without months."""
    if not view.points:
        return None
    series = _series(view, district)
    known = [v for s in series for v in s.values if not math.isnan(v)]
    scale = formatting.scale_for(view.metric, known)
    low, high = min(known) / scale.factor, max(known) / scale.factor
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    span = (low - margin, high + margin)
    tooltips = [_tooltip(view, p, district.terms) for p in view.points]
    months = [p.point.month for p in view.points]
    return {
        "data": [*_lines(series, scale, tooltips, viewport), *_growth_traces(view, tooltips, viewport)],
        "layout": layout(
            viewport,
            xaxis=month_axis(_ticks(view, viewport), anchor="y2"),
            yaxis={"domain": [_LINES_FROM, 1], "range": list(span), **value_grid(viewport)},
            yaxis2=_growth_axis(view),
            margin={
                "l": viewport.px(46),
                "r": viewport.px(112),
                "t": viewport.px(10),
                "b": tick_height(months, viewport),
                "pad": 0,
            },
            annotations=[
                *_line_names(series, scale, span, len(months) - 1, viewport),
                *_growth_labels(view, viewport),
                *_growth_names(view, viewport),
            ],
            bargap=0.36,
            hovermode="x",
        ),
    }


def median_fits(view: FirmTrend) -> bool:
    """Return whether the median is near enough to the firm's own values to be shown on their scale."""
    pairs = [(abs(p.point.value), p.median) for p in view.points if p.median > 0 and abs(p.point.value) > 0]
    ratios = [value / median for value, median in pairs]
    return bool(ratios) and max(ratios) <= _FAR and min(ratios) >= 1 / _FAR


def _series(view: FirmTrend, district: District) -> list[_Series]:
    """Return the lines that have any value, this year's last."""
    year = m.year_of(view.points[-1].point.month)
    series = [_Series(f"{year - 1}年", [p.point.base for p in view.points], "prev", 1.75, "solid")]
    if median_fits(view):
        series.append(_Series("链中位", [p.median for p in view.points], chain_token(district, view.chain_key), 1.75, "dot"))
    series.append(_Series(f"{year}年", [p.point.value for p in view.points], "now", 2.5, "solid"))
    return [s for s in series if not all(map(math.isnan, s.values))]


def _lines(series: list[_Series], scale: Scale, tooltips: list[str], viewport: Viewport) -> list[dict[str, Any]]:
    """Build the lines; the last one has the tooltips."""
    lines = []
    for s in series:
        is_last = s is series[-1]
        shown = hover(tooltips) | {"hoverinfo": "text"} if is_last else NO_HOVER
        values = [v / scale.factor for v in s.values]
        lines.append(line(values, s.token, s.width, viewport, dash=s.dash, connectgaps=False, **shown))
    return lines


def _growth_traces(view: FirmTrend, tooltips: list[str], viewport: Viewport) -> list[dict[str, Any]]:
    """Build the growth of the firm as columns, and of the median as a mark on each."""
    growth, end = [p.point.change * 100 for p in view.points], len(view.points) - 1
    colors = []
    for i, value in enumerate(growth):
        token = "up" if value >= 0 else "down"
        colors.append(viewport.token(token) if i == end else viewport.faded(token, 0.45))
    mark = {
        "color": viewport.token("t1"),
        "symbol": "line-ew",
        "size": viewport.px(16),
        "line": {"color": viewport.token("t1"), "width": viewport.px(2)},
    }
    medians = line([p.median_change * 100 for p in view.points], "t1", 0, viewport, yaxis="y2", **NO_HOVER)
    del medians["line"]
    return [
        columns(growth, colors, yaxis="y2", **bar_hover(tooltips)),
        medians | {"mode": "markers", "marker": mark},
    ]


def _known_growth(view: FirmTrend) -> list[float]:
    return [c * 100 for p in view.points for c in (p.point.change, p.median_change) if not math.isnan(c)]


def _growth_axis(view: FirmTrend) -> dict[str, Any]:
    """Build the axis of growth, with room above (and below) the columns for their labels."""
    known = _known_growth(view)
    high, low = max([*known, 0.0]), min([*known, 0.0])
    margin = (high - low) * (0.6 if low < 0 < high else 0.35) or 1.0
    return {
        "domain": [0, _COLUMNS_TO],
        "range": [low - (margin if low < 0 else 0), high + (margin if high > 0 or low == 0 else 0)],
        "visible": False,
    }


def _line_names(
    series: list[_Series], scale: Scale, span: tuple[float, float], end: int, viewport: Viewport
) -> list[dict[str, Any]]:
    """Build names and last values at the right end of the lines, spread to at least a line's height."""
    low, high = span
    rows = sorted((_last_known(s.values) / scale.factor, s.name, s.token) for s in series)
    heights = spread_labels([value for value, *_ in rows], (high - low) * _NAME_GAP, low)
    labels = []
    for (value, name, token), height in zip(reversed(rows), reversed(heights), strict=True):
        text = f"{name} {formatting.format_number(value * scale.factor, scale)}"
        bold, color = (f"<b>{text}</b>", "t1") if token == "now" else (text, "t3")
        labels.append(note(end, height, bold, color, viewport, xref="x", yref="y", xanchor="left", xshift=viewport.px(8)))
    return labels


def _last_known(values: list[float]) -> float:
    return next(v for v in reversed(values) if not math.isnan(v))


def _growth_labels(view: FirmTrend, viewport: Viewport) -> list[dict[str, Any]]:
    """Build the growth over columns; on a crowded axis only over every other one, and always over the last."""
    end = len(view.points) - 1
    step = label_step(len(view.points), _FEW_GROWTH_LABELS if viewport.narrow else _MANY_GROWTH_LABELS)
    labels = []
    for i, p in enumerate(view.points):
        change, median = p.point.change * 100, p.median_change * 100
        if math.isnan(change) or (end - i) % step:
            continue
        is_up = change >= 0
        # The label keeps clear of the median's mark, which may be beyond the column's end.
        ends = [change] if math.isnan(median) else [change, median]
        token = ("up" if is_up else "down") if i == end else "t2"
        text = formatting.format_signed(change, 1)
        bold = f"<b>{text}</b>" if i == end else text
        beside = {"xref": "x", "yref": "y2", "xanchor": "center", "yshift": viewport.px(10 if is_up else -10)}
        labels.append(note(i, max(ends) if is_up else min(ends), bold, token, viewport, **beside))
    return labels


def _growth_names(view: FirmTrend, viewport: Viewport) -> list[dict[str, Any]]:
    """Name the columns and the marks on them, at the right."""
    if not _known_growth(view):
        return []
    x, beside = len(view.points) - 0.5, {"xref": "x", "yref": "y2", "xanchor": "left", "xshift": viewport.px(8)}
    return [
        note(x, 0, "同比 %", "t3", viewport, yshift=viewport.px(24), **beside),
        note(x, 0, "— 链中位", "t3", viewport, yshift=viewport.px(7), **beside),
    ]


def _ticks(view: FirmTrend, viewport: Viewport) -> list[str]:
    """Format the months; the last one is always labelled."""
    months = [p.point.month for p in view.points]
    labels = [month_label(p.point.month, p.point.covered) for p in view.points]
    step = label_step(len(months), FEW_LABELS if viewport.narrow else MANY_LABELS)
    return month_ticks(months, labels, step=step, short_years=viewport.narrow)


def _tooltip(view: FirmTrend, month: FirmTrendPoint, terms: LevelTerms) -> str:
    metric, point = view.metric, month.point
    lines = [
        f"<b>{m.year_of(point.month)}年{month_label(point.month, point.covered)}</b>",
        f"{metric.label} {formatting.format_value(metric, point.value)}",
    ]
    if not math.isnan(point.base):
        change = formatting.format_change(point.change, is_percent=False)
        lines.append(f"上年同期 {formatting.format_value(metric, point.base)}，同比 {change}")
    if not math.isnan(month.median):
        lines.append(f"{view.chain}中位数 {formatting.format_value(metric, month.median)}（{month.firms:,}家）")
        if month.median > 0 and point.value >= 0:
            lines.append(f"本企业为其{format_multiple(point.value / month.median)}")
    lines.append(wrapped(f"口径：{metric.definition_for(terms)}"))
    return "<br>".join(lines)
