"""Recognitions year by year: carriers and demonstrators so far over those of each year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit.views.innovation.spread import Year
from layouts.ui.theme import Screen, layout

Figure = dict[str, Any]
_LINES_FROM, _COLUMNS_TO = 0.42, 0.28
_LEAST_GAP = 0.13


def years_figure(years: tuple[Year, ...], on: Screen) -> Figure | None:
    """The figure, or ``None`` without years."""
    if not years:
        return None
    x, end = list(range(len(years))), len(years) - 1
    hover = [_hover(y) for y in years]
    most = max(max(y.total, y.demonstrators) for y in years)
    lines = [
        _line(x, [y.demonstrators or None for y in years], "prev", 1.75, on) | {"hoverinfo": "skip"},
        _line(x, [y.total for y in years], "now", 2.5, on) | {"text": hover, "hovertemplate": "%{text}<extra></extra>"},
    ]
    columns = [
        _columns(x, [y.added for y in years], ["now" if i == end else "bar" for i in x], hover, on),
        _columns(x, [y.demonstrators_added for y in years], ["prev"] * len(years), hover, on),
    ]
    busiest = max(y.added + y.demonstrators_added for y in years)
    return {
        "data": [*lines, *columns],
        "layout": layout(
            on,
            xaxis={"range": [-0.5, end + 0.5], "tickvals": x, "ticktext": _ticks(years, on), "anchor": "y2", "tickangle": 0},
            yaxis={"domain": [_LINES_FROM, 1], "range": [0, most * 1.1 or 1], **_grid(on)},
            yaxis2={"domain": [0, _COLUMNS_TO], "range": [0, busiest * 1.5 or 1], "visible": False},
            margin={"l": on.px(30), "r": on.px(84), "t": on.px(10), "b": on.px(24), "pad": 0},
            annotations=[*_line_labels(years, most, on), *_column_labels(years, on)],
            barmode="stack",
            bargap=0.4,
            hovermode="x",
        ),
    }


def _line(x: list[int], y: Sequence[int | None], token: str, width: float, on: Screen) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "marker": {"color": on.token(token), "size": [0] * (len(x) - 1) + [on.px(6)]},
        "x": x,
        "y": y,
        "line": {"color": on.token(token), "width": on.px(width), "shape": "hvh"},
    }


def _columns(x: list[int], y: list[int], tokens: list[str], hover: list[str], on: Screen) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": x,
        "y": y,
        "yaxis": "y2",
        "marker": {"color": [on.token(t) for t in tokens]},
        "text": hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _grid(on: Screen) -> dict[str, Any]:
    return {"showgrid": True, "gridcolor": on.token("line"), "gridwidth": on.px(1), "nticks": 4}


def _line_labels(years: tuple[Year, ...], most: int, on: Screen) -> list[dict[str, Any]]:
    """Both lines' names at their right ends, at least a line apart."""
    last, end, gap = years[-1], len(years) - 1, max(most, 1) * _LEAST_GAP
    low, high = sorted((last.total, last.demonstrators))
    upper = max(float(high), low + gap)
    at = (
        {"total": upper, "demonstrators": float(low)}
        if last.total >= last.demonstrators
        else {"total": float(low), "demonstrators": upper}
    )
    told = [
        (at["total"], f"<b>载体 {last.total:,} 个</b>", "t1"),
        (at["demonstrators"], f"示范 {last.demonstrators:,} 个", "t3"),
    ]
    if not last.demonstrators:
        told = told[:1]
    more = {"xanchor": "left", "xshift": on.px(8), "yref": "y"}
    return [_note(end, y, text, on.token(token), on, **more) for y, text, token in told]


def _column_labels(years: tuple[Year, ...], on: Screen) -> list[dict[str, Any]]:
    end = len(years) - 1
    labels = []
    for i, year in enumerate(years):
        height = year.added + year.demonstrators_added
        if not height:
            continue
        words = f"<b>{height:,}</b>" if i == end else f"{height:,}"
        colour = on.token("t1" if i == end else "t2")
        labels.append(_note(i, height, words, colour, on, xanchor="center", yref="y2", yshift=on.px(9)))
    unit = {"xanchor": "left", "yref": "y2", "yshift": on.px(8), "xshift": on.px(2)}
    return [*labels, _note(end + 0.5, 0, "新认定 个", on.token("t3"), on, **unit)]


def _note(x: float, y: float, text: str, colour: str, on: Screen, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": on.px(12), "color": colour}, "xref": "x", **more}


def _ticks(years: tuple[Year, ...], on: Screen) -> list[str]:
    """Every other year where they are many, always the last."""
    end, step = len(years) - 1, 1 if len(years) <= 6 else 2
    return ["" if (end - i) % step else f"{y.year}" + ("年" if i == end else "") for i, y in enumerate(years)]


def _hover(year: Year) -> str:
    lines = [
        f"<b>{year.year}年</b>",
        f"新认定载体 {year.added:,} 个，累计 {year.total:,} 个",
        f"新认定服务型制造示范 {year.demonstrators_added:,} 个，累计 {year.demonstrators:,} 个",
        "口径：重大平台至众创空间五类，按认定年份",
    ]
    return "<br>".join(lines)
