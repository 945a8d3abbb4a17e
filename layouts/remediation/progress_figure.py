"""Remediation month by month: firms listed and done so far over the land put back in each month."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.views.remediation.progress import RemediationMonth
from layouts.charts.text import wrapped
from layouts.ui.theme import Viewport, layout

Figure = dict[str, Any]
_LINES_FROM, _COLUMNS_TO = 0.4, 0.26
_LEAST_GAP = 0.12


def progress_figure(points: tuple[RemediationMonth, ...], metric: Metric, terms: LevelTerms, viewport: Viewport) -> Figure | None:
    """The figure, or ``None`` without months. ``metric``: the catalogue's land put back to use."""
    if not points:
        return None
    x, end = list(range(len(points))), len(points) - 1
    hover = [_hover(p, metric, terms) for p in points]
    lines = [
        _line(x, [p.listed for p in points], "prev", 1.75, viewport) | {"hoverinfo": "skip"},
        _line(x, [p.done for p in points], "now", 2.5, viewport)
        | {
            "text": hover,
            "hovertemplate": "%{text}<extra></extra>",
            "fill": "tonexty",
            "fillcolor": viewport.faded("prev", 0.12),
        },
    ]
    most = max(p.listed for p in points)
    columns = {
        "type": "bar",
        "x": x,
        "y": [p.released for p in points],
        "yaxis": "y2",
        "marker": {"color": [viewport.token("now" if i == end else "bar") for i in x]},
        "text": hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    return {
        "data": [*lines, columns],
        "layout": layout(
            viewport,
            xaxis={
                "range": [-0.5, end + 0.5],
                "tickvals": x,
                "ticktext": _ticks(points, viewport),
                "anchor": "y2",
                "tickangle": 0,
            },
            yaxis={"domain": [_LINES_FROM, 1], "range": [0, most * 1.08 or 1], **_grid(viewport)},
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [0, max(p.released for p in points) * 1.45 or 1], "visible": False},
            margin={
                "l": viewport.px(36),
                "r": viewport.px(88),
                "t": viewport.px(10),
                "b": viewport.px(40 if _crosses_years(points) else 24),
                "pad": 0,
            },
            annotations=[*_line_labels(points, most, viewport), *_column_labels(points, metric, viewport)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def _line(x: list[int], y: list[int], token: str, width: float, viewport: Viewport) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 1 else "markers",
        "x": x,
        "y": y,
        "line": {"color": viewport.token(token), "width": viewport.px(width)},
        "marker": {"color": viewport.token(token), "size": viewport.px(6)},
    }


def _grid(viewport: Viewport) -> dict[str, Any]:
    return {
        "showgrid": True,
        "gridcolor": viewport.token("line"),
        "gridwidth": viewport.px(1),
        "nticks": 4,
        "separatethousands": True,
    }


def _line_labels(points: tuple[RemediationMonth, ...], most: int, viewport: Viewport) -> list[dict[str, Any]]:
    """Both lines' names at their right ends, at least a line apart; what lies between them where it is widest."""
    last, end = points[-1], len(points) - 1
    gap = max(most, 1) * _LEAST_GAP
    upper = max(float(last.listed), last.done + gap)
    told = [(upper, f"列入 {last.listed:,} 家", "t3"), (float(last.done), f"<b>完成 {last.done:,} 家</b>", "t1")]
    more = {"xanchor": "left", "xshift": viewport.px(8), "yref": "y"}
    labels = [_note(end, at, text, viewport.token(token), viewport, **more) for at, text, token in told]
    widths = [p.listed - p.done for p in points]
    # A month whose neighbours are as wide leaves room at both sides of the word; at the ends stand axis and names.
    clear = [min(widths[i - 1 : i + 2]) for i in range(1, end)]
    if clear and max(clear) > 2 * gap:
        at = clear.index(max(clear)) + 1
        middle = (points[at].listed + points[at].done) / 2
        labels.append(_note(at, middle, "在治", viewport.token("t3"), viewport, xanchor="center", yref="y"))
    return labels


def _column_labels(points: tuple[RemediationMonth, ...], metric: Metric, viewport: Viewport) -> list[dict[str, Any]]:
    """Land over each column; on a crowded axis only every other one and always the last."""
    end = len(points) - 1
    step = max(1, math.ceil(len(points) / (6 if viewport.narrow else 14)))
    labels = []
    for i, point in enumerate(points):
        if point.released <= 0 or (end - i) % step:
            continue
        text, last = f"{formatting.round_half_up(point.released, 0):,}", i == end
        colour = viewport.token("t1" if last else "t2")
        words = f"<b>{text}</b>" if last else text
        labels.append(_note(i, point.released, words, colour, viewport, xanchor="center", yref="y2", yshift=viewport.px(9)))
    unit = f"{metric.label} {metric.unit}"
    labels.append(
        _note(
            end + 0.5,
            0,
            unit,
            viewport.token("t3"),
            viewport,
            xanchor="left",
            yref="y2",
            yshift=viewport.px(8),
            xshift=viewport.px(4),
        )
    )
    return labels


def _note(x: float, y: float, text: str, colour: str, viewport: Viewport, **more: Any) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"size": viewport.px(12), "color": colour},
        "xref": "x",
        **more,
    }


def _ticks(points: tuple[RemediationMonth, ...], viewport: Viewport) -> list[str]:
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


def _crosses_years(points: tuple[RemediationMonth, ...]) -> bool:
    return m.year_of(points[0].month) != m.year_of(points[-1].month)


def _hover(point: RemediationMonth, metric: Metric, terms: LevelTerms) -> str:
    lines = [
        f"<b>{m.year_of(point.month)}年{m.number_of(point.month)}月</b>",
        f"当月完成 {point.finished:,} 家，累计 {point.done:,} 家",
        f"累计列入 {point.listed:,} 家，月末在治 {point.listed - point.done:,} 家",
        f"当月{metric.label} {formatting.format_value(metric, point.released)}",
        wrapped(f"口径：{metric.definition_for(terms)}"),
    ]
    return "<br>".join(lines)
