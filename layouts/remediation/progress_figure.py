"""Remediation month by month: firms listed and done so far over the land put back in each month."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Metric
from cockpit.views.remediation.progress import ProgressMonth
from layouts.charts.text import wrapped
from layouts.ui.theme import Screen, layout

Figure = dict[str, Any]
_LINES_FROM, _COLUMNS_TO = 0.4, 0.26
_LEAST_GAP = 0.12


def progress_figure(points: tuple[ProgressMonth, ...], metric: Metric, on: Screen) -> Figure | None:
    """The figure, or ``None`` without months. ``metric``: the catalogue's land put back to use."""
    if not points:
        return None
    x, end = list(range(len(points))), len(points) - 1
    hover = [_hover(p, metric) for p in points]
    lines = [
        _line(x, [p.listed for p in points], "prev", 1.75, on) | {"hoverinfo": "skip"},
        _line(x, [p.done for p in points], "now", 2.5, on)
        | {"text": hover, "hovertemplate": "%{text}<extra></extra>", "fill": "tonexty", "fillcolor": on.faded("prev", 0.12)},
    ]
    most = max(p.listed for p in points)
    columns = {
        "type": "bar",
        "x": x,
        "y": [p.released for p in points],
        "yaxis": "y2",
        "marker": {"color": [on.token("now" if i == end else "bar") for i in x]},
        "text": hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    return {
        "data": [*lines, columns],
        "layout": layout(
            on,
            xaxis={"range": [-0.5, end + 0.5], "tickvals": x, "ticktext": _ticks(points, on), "anchor": "y2", "tickangle": 0},
            yaxis={"domain": [_LINES_FROM, 1], "range": [0, most * 1.08 or 1], **_grid(on)},
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [0, max(p.released for p in points) * 1.45 or 1], "visible": False},
            margin={"l": on.px(36), "r": on.px(88), "t": on.px(10), "b": on.px(40 if _crosses_years(points) else 24), "pad": 0},
            annotations=[*_line_labels(points, most, on), *_column_labels(points, metric, on)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def _line(x: list[int], y: list[int], token: str, width: float, on: Screen) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 1 else "markers",
        "x": x,
        "y": y,
        "line": {"color": on.token(token), "width": on.px(width)},
        "marker": {"color": on.token(token), "size": on.px(6)},
    }


def _grid(on: Screen) -> dict[str, Any]:
    return {"showgrid": True, "gridcolor": on.token("line"), "gridwidth": on.px(1), "nticks": 4, "separatethousands": True}


def _line_labels(points: tuple[ProgressMonth, ...], most: int, on: Screen) -> list[dict[str, Any]]:
    """Both lines' names at their right ends, at least a line apart; what lies between them where it is widest."""
    last, end = points[-1], len(points) - 1
    gap = max(most, 1) * _LEAST_GAP
    upper = max(float(last.listed), last.done + gap)
    told = [(upper, f"列入 {last.listed:,} 家", "t3"), (float(last.done), f"<b>完成 {last.done:,} 家</b>", "t1")]
    more = {"xanchor": "left", "xshift": on.px(8), "yref": "y"}
    labels = [_note(end, at, text, on.token(token), on, **more) for at, text, token in told]
    widths = [p.listed - p.done for p in points]
    # A month whose neighbours are as wide leaves room at both sides of the word; at the ends stand axis and names.
    clear = [min(widths[i - 1 : i + 2]) for i in range(1, end)]
    if clear and max(clear) > 2 * gap:
        at = clear.index(max(clear)) + 1
        middle = (points[at].listed + points[at].done) / 2
        labels.append(_note(at, middle, "在治", on.token("t3"), on, xanchor="center", yref="y"))
    return labels


def _column_labels(points: tuple[ProgressMonth, ...], metric: Metric, on: Screen) -> list[dict[str, Any]]:
    """Land over each column; on a crowded axis only every other one and always the last."""
    end = len(points) - 1
    step = max(1, math.ceil(len(points) / (6 if on.narrow else 14)))
    labels = []
    for i, point in enumerate(points):
        if point.released <= 0 or (end - i) % step:
            continue
        text, last = f"{formatting.rounded(point.released, 0):,}", i == end
        colour = on.token("t1" if last else "t2")
        words = f"<b>{text}</b>" if last else text
        labels.append(_note(i, point.released, words, colour, on, xanchor="center", yref="y2", yshift=on.px(9)))
    unit = f"{metric.label} {metric.unit}"
    labels.append(_note(end + 0.5, 0, unit, on.token("t3"), on, xanchor="left", yref="y2", yshift=on.px(8), xshift=on.px(4)))
    return labels


def _note(x: float, y: float, text: str, colour: str, on: Screen, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": on.px(12), "color": colour}, "xref": "x", **more}


def _ticks(points: tuple[ProgressMonth, ...], on: Screen) -> list[str]:
    """Months; where those of several years stand side by side, the year under each one's first."""
    # The panel takes a third of a desk, so it is as narrow there as on a phone.
    step = max(1, math.ceil(len(points) / 6))
    end, told, texts = len(points) - 1, 0, []
    for i, point in enumerate(points):
        year = m.year_of(point.month)
        if (end - i) % step:
            texts.append("")
            continue
        words = f"{m.number_of(point.month)}月"
        texts.append(f"{words}<br>{year % 100:02d}年" if _crosses_years(points) and year != told else words)
        told = year
    return texts


def _crosses_years(points: tuple[ProgressMonth, ...]) -> bool:
    return m.year_of(points[0].month) != m.year_of(points[-1].month)


def _hover(point: ProgressMonth, metric: Metric) -> str:
    lines = [
        f"<b>{m.year_of(point.month)}年{m.number_of(point.month)}月</b>",
        f"当月完成 {point.finished:,} 家，累计 {point.done:,} 家",
        f"累计列入 {point.listed:,} 家，月末在治 {point.listed - point.done:,} 家",
        f"当月{metric.label} {formatting.figure(metric, point.released)}",
        wrapped(f"口径：{metric.definition}"),
    ]
    return "<br>".join(lines)
