"""Recognitions year by year: carriers and demonstrators so far over those of each year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit.views.innovation.spread import RecognitionYear
from layouts.charts.annotations import axis_end, note, raise_labels
from layouts.charts.axes import label_step, month_axis, value_grid
from layouts.charts.traces import NO_HOVER, bar_hover, columns, hover
from layouts.ui.theme import Viewport, layout

#: Bottom of the lines and top of the columns, in parts of the figure's height.
_LINES_FROM, _COLUMNS_TO = 0.42, 0.28
#: Least distance of the lines' names, as a part of the greatest value.
_NAME_GAP = 0.13
#: Years that there is room to label.
_MOST_LABELS = 6


def years_figure(years: Sequence[RecognitionYear], viewport: Viewport) -> dict[str, Any] | None:
    """Build the figure, ``None`` without years."""
    if not years:
        return None
    end, tooltips = len(years) - 1, [_tooltip(year) for year in years]
    most = max(max(y.total, y.demonstrators) for y in years)
    busiest = max(y.added + y.demonstrators_added for y in years)
    names = _line_names(years, most, viewport)
    # There is no line along zero.
    demonstrators = _line([y.demonstrators or None for y in years], "prev", 1.75, viewport)
    carriers = _line([y.total for y in years], "now", 2.5, viewport)
    colors = [viewport.token("now" if i == end else "bar") for i in range(len(years))]
    other_colors = [viewport.token("prev")] * len(years)
    return {
        "data": [
            demonstrators | NO_HOVER,
            carriers | hover(tooltips),
            columns([y.added for y in years], colors, yaxis="y2", **bar_hover(tooltips)),
            columns([y.demonstrators_added for y in years], other_colors, yaxis="y2", **bar_hover(tooltips)),
        ],
        "layout": layout(
            viewport,
            xaxis=month_axis(_ticks(years), anchor="y2"),
            yaxis={
                "domain": [_LINES_FROM, 1],
                "range": [0, axis_end(most * 1.1 or 1, names)],
                **value_grid(viewport, whole_to=most),
            },
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [0, busiest * 1.5 or 1], "visible": False},
            margin={"l": viewport.px(30), "r": viewport.px(84), "t": viewport.px(10), "b": viewport.px(24), "pad": 0},
            annotations=[*names, *_column_labels(years, viewport)],
            barmode="stack",
            bargap=0.4,
            hovermode="x",
        ),
    }


def _line(values: Sequence[int | None], token: str, width: float, viewport: Viewport) -> dict[str, Any]:
    """Build a line of steps with a dot at its end."""
    color = viewport.token(token)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "marker": {"color": color, "size": [0] * (len(values) - 1) + [viewport.px(6)]},
        "x": list(range(len(values))),
        "y": list(values),
        "line": {"color": color, "width": viewport.px(width), "shape": "hvh"},
    }


def _line_names(years: Sequence[RecognitionYear], most: int, viewport: Viewport) -> list[dict[str, Any]]:
    """Name the lines at their right ends, at least a line's height apart; demonstrators only where there are any."""
    last, end = years[-1], len(years) - 1
    heights = raise_labels([float(last.demonstrators), float(last.total)], max(most, 1) * _NAME_GAP)
    beside = {"xref": "x", "yref": "y", "xanchor": "left", "xshift": viewport.px(8)}
    names = [note(end, heights[1], f"<b>载体 {last.total:,}个</b>", "t1", viewport, **beside)]
    if last.demonstrators:
        names.append(note(end, heights[0], f"示范 {last.demonstrators:,}个", "t3", viewport, **beside))
    return names


def _column_labels(years: Sequence[RecognitionYear], viewport: Viewport) -> list[dict[str, Any]]:
    """Build the number over each stack, and what the columns are."""
    end, labels = len(years) - 1, []
    above = {"xref": "x", "yref": "y2", "xanchor": "center", "yshift": viewport.px(9)}
    for i, year in enumerate(years):
        height = year.added + year.demonstrators_added
        if height:
            text, token = (f"<b>{height:,}</b>", "t1") if i == end else (f"{height:,}", "t2")
            labels.append(note(i, height, text, token, viewport, **above))
    beside = {"xref": "x", "yref": "y2", "xanchor": "left", "yshift": viewport.px(8), "xshift": viewport.px(2)}
    return [*labels, note(end + 0.5, 0, "新认定 个", "t3", viewport, **beside)]


def _ticks(years: Sequence[RecognitionYear]) -> list[str]:
    """Format every year, or every other one where they are many; always the last."""
    end, step = len(years) - 1, label_step(len(years), _MOST_LABELS)
    return ["" if (end - i) % step else f"{y.year}" + ("年" if i == end else "") for i, y in enumerate(years)]


def _tooltip(year: RecognitionYear) -> str:
    lines = [
        f"<b>{year.year}年</b>",
        f"新认定载体 {year.added:,}个，累计 {year.total:,}个",
        f"新认定服务型制造示范 {year.demonstrators_added:,}个，累计 {year.demonstrators:,}个",
        "口径：重大平台至众创空间五类，按认定年份",
    ]
    return "<br>".join(lines)
