"""A firm's months over the year before, with the middle firm of its chain; under them how both grew."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Scale
from cockpit.views.enterprise.months import FirmMonth, FirmMonths, times
from layouts.charts.text import apart, wrapped
from layouts.charts.trend_lines import month_words
from layouts.ui.theme import Screen, chain_token, layout

Figure = dict[str, Any]
_LINES_FROM, _COLUMNS_TO = 0.4, 0.27
#: How many times smaller or larger the median may be to stand on the firm's own scale.
_FAR = 6.0


def months_figure(view: FirmMonths, on: Screen) -> Figure | None:
    """The figure, or ``None`` without months."""
    if not view.points:
        return None
    shows_median = median_fits(view)
    series = _series(view, shows_median)
    known = [v for _, values, *_ in series for v in values if not math.isnan(v)]
    scale = formatting.scale_for(view.metric, known)
    low, high = min(known) / scale.factor, max(known) / scale.factor
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    x, end = list(range(len(view.points))), len(view.points) - 1
    hover = [_hover(view, p) for p in view.points]
    lines = [_line(x, values, token, width, dash, on, scale.factor) for _, values, token, width, dash in series]
    lines[-1] |= {"text": hover, "hovertemplate": "%{text}<extra></extra>", "hoverinfo": "text"}
    crosses = m.year_of(view.points[0].point.month) != m.year_of(view.points[-1].point.month)
    return {
        "data": [*lines, *_growth(view, x, hover, on)],
        "layout": layout(
            on,
            xaxis={"range": [-0.5, end + 0.5], "tickvals": x, "ticktext": _ticks(view, on), "anchor": "y2", "tickangle": 0},
            yaxis={"domain": [_LINES_FROM, 1], "range": [low - pad, high + pad], **_grid(on)},
            yaxis2=_growth_axis(view),
            margin={"l": on.px(46), "r": on.px(112), "t": on.px(10), "b": on.px(40 if crosses else 24), "pad": 0},
            annotations=[*_names(series, scale, (low - pad, high + pad), end, on), *_growth_labels(view, on)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def median_fits(view: FirmMonths) -> bool:
    """Whether the median is near enough to the firm's own figures to be drawn on their scale."""
    pairs = [(abs(p.point.value), p.median) for p in view.points if p.median > 0 and abs(p.point.value) > 0]
    ratios = [value / median for value, median in pairs]
    return bool(ratios) and max(ratios) <= _FAR and min(ratios) >= 1 / _FAR


_Series = list[tuple[str, list[float], str, float, str]]


def _series(view: FirmMonths, shows_median: bool) -> _Series:
    """(name, values, colour token, width, dash) of each line, this year's last."""
    year = m.year_of(view.points[-1].point.month)
    found: _Series = [(f"{year - 1}年", [p.point.base for p in view.points], "prev", 1.75, "solid")]
    if shows_median:
        found.append(("链中位", [p.median for p in view.points], chain_token(view.chain_key), 1.75, "dot"))
    found.append((f"{year}年", [p.point.value for p in view.points], "now", 2.5, "solid"))
    return [s for s in found if not all(map(math.isnan, s[1]))]


def _line(x: list[int], values: list[float], token: str, width: float, dash: str, on: Screen, factor: float) -> Figure:
    y = [None if math.isnan(v) else v / factor for v in values]
    alone = sum(v is not None for v in y) == 1
    look = {"color": on.token(token), "width": on.px(width), "dash": dash}
    return {
        "type": "scatter",
        "mode": "markers" if alone else "lines",
        "marker": {"color": on.token(token), "size": on.px(6)},
        "x": x,
        "y": y,
        "line": look,
        "hoverinfo": "skip",
        "connectgaps": False,
    }


def _growth(view: FirmMonths, x: list[int], hover: list[str], on: Screen) -> list[Figure]:
    """Growth of the firm as columns, of the median as a mark on each."""
    changes, end = [p.point.change * 100 for p in view.points], len(x) - 1
    colours = []
    for i, value in enumerate(changes):
        token = "up" if value >= 0 else "down"
        colours.append(on.token(token) if i == end else on.faded(token, 0.45))
    columns = {
        "type": "bar",
        "x": x,
        "y": [None if math.isnan(c) else c for c in changes],
        "yaxis": "y2",
        "marker": {"color": colours},
        "text": hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    medians = [p.median_change * 100 for p in view.points]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": [None if math.isnan(c) else c for c in medians],
        "yaxis": "y2",
        "marker": {
            "color": on.token("t1"),
            "symbol": "line-ew",
            "size": on.px(16),
            "line": {"color": on.token("t1"), "width": on.px(2)},
        },
        "hoverinfo": "skip",
    }
    return [columns, marks]


def _growths(view: FirmMonths) -> list[float]:
    return [c * 100 for p in view.points for c in (p.point.change, p.median_change) if not math.isnan(c)]


def _growth_axis(view: FirmMonths) -> dict[str, Any]:
    """Room above (and below) the columns for their labels."""
    known = _growths(view)
    high, low = max([*known, 0.0]), min([*known, 0.0])
    room = (high - low) * (0.6 if low < 0 < high else 0.35) or 1.0
    return {
        "domain": [0, _COLUMNS_TO],
        "range": [low - (room if low < 0 else 0), high + (room if high > 0 or low == 0 else 0)],
        "visible": False,
    }


def _names(series: _Series, scale: Scale, span: tuple[float, float], end: int, on: Screen) -> list[dict[str, Any]]:
    """Names and last figures at the right end, pushed apart by at least a line."""
    low, high = span
    told = []
    for name, values, token, *_ in series:
        at, value = max((i, v) for i, v in enumerate(values) if not math.isnan(v))
        told.append((value / scale.factor, name, token, at))
    told.sort(reverse=True)
    labels = []
    places = apart([value for value, *_ in told], (high - low) * 0.13, low)
    for (value, name, token, _at), place in zip(told, places, strict=True):
        text = f"{name} {formatting.number(value * scale.factor, scale)}"
        colour = on.token("t1" if token == "now" else "t3")
        words = f"<b>{text}</b>" if token == "now" else text
        labels.append(_note(end, place, words, colour, on, xanchor="left", xshift=on.px(8), yref="y"))
    return labels


def _growth_labels(view: FirmMonths, on: Screen) -> list[dict[str, Any]]:
    """Growth over each column; on a crowded axis only every other one and always the last."""
    end = len(view.points) - 1
    step = max(1, math.ceil(len(view.points) / (4 if on.narrow else 12)))
    labels = []
    for i, found in enumerate(view.points):
        change, median = found.point.change * 100, found.median_change * 100
        if math.isnan(change) or (end - i) % step:
            continue
        up = change >= 0
        # The label keeps clear of the median's mark, which may stand beyond the column's end.
        beyond = [change] if math.isnan(median) else [change, median]
        at = max(beyond) if up else min(beyond)
        colour = on.token(("up" if up else "down") if i == end else "t2")
        text = formatting.signed(change, 1)
        bold = f"<b>{text}</b>" if i == end else text
        labels.append(_note(i, at, bold, colour, on, xanchor="center", yref="y2", yshift=on.px(10 if up else -10)))
    if _growths(view):
        said = {"xanchor": "left", "yref": "y2", "xshift": on.px(8)}
        labels.append(_note(end + 0.5, 0, "同比 %", on.token("t3"), on, yshift=on.px(24), **said))
        labels.append(_note(end + 0.5, 0, "— 链中位", on.token("t3"), on, yshift=on.px(7), **said))
    return labels


def _note(x: float, y: float, text: str, colour: str, on: Screen, **more: Any) -> dict[str, Any]:
    font = {"size": on.px(12), "color": colour}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, "xref": "x", **more}


def _grid(on: Screen) -> dict[str, Any]:
    return {"showgrid": True, "gridcolor": on.token("line"), "gridwidth": on.px(1), "nticks": 4, "separatethousands": True}


def _ticks(view: FirmMonths, on: Screen) -> list[str]:
    """Months; where years stand side by side, the year under each one's first."""
    step = max(1, math.ceil(len(view.points) / (6 if on.narrow else 14)))
    end = len(view.points) - 1
    years = {m.year_of(p.point.month) for p in view.points}
    texts, told = [], 0
    for i, found in enumerate(view.points):
        year = m.year_of(found.point.month)
        if (end - i) % step:
            texts.append("")
            continue
        called = f"{year % 100:02d}年" if on.narrow else f"{year}年"
        texts.append(f"{month_words(found.point)}<br>{called}" if len(years) > 1 and year != told else month_words(found.point))
        told = year
    return texts


def _hover(view: FirmMonths, found: FirmMonth) -> str:
    metric, point = view.metric, found.point
    lines = [f"<b>{m.year_of(point.month)}年{month_words(point)}</b>", f"{metric.label} {formatting.figure(metric, point.value)}"]
    if not math.isnan(point.base):
        told = formatting.change(point.change, is_percent=False)
        lines.append(f"上年同期 {formatting.figure(metric, point.base)}，同比 {told}")
    if not math.isnan(found.median):
        told = f"{view.chain}中位数 {formatting.figure(metric, found.median)}（{found.firms:,}家）"
        lines.append(told)
        if found.median > 0 and point.value >= 0:
            lines.append(f"本企业为其{times(point.value / found.median)}")
    lines.append(wrapped(f"口径：{metric.definition}"))
    return "<br>".join(lines)
