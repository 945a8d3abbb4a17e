"""The monthly trend: this year over the two before it, and under it the growth of each month."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit import months as m
from cockpit.formulas import Scale
from cockpit.views.parts import Trend, TrendPoint
from layouts.figures.text import apart, wrapped
from layouts.theme import Screen, layout

Figure = dict[str, Any]
Corner = tuple[float | None, float | None]
_LINES_FROM = 0.36
_COLUMNS_TO = 0.25
_FILL = {"dark": 0.16, "light": 0.1}


def trend_figure(view: Trend, on: Screen) -> Figure | None:
    """The figure, or ``None`` when no month has a figure."""
    if not view.points:
        return None
    values = [v for p in view.points for v in (p.value, p.base, p.before)]
    scale = formatting.scale_for(view.metric, values)
    x = list(range(len(view.points)))
    gaps = _gaps(view, on, scale.factor)
    lines = [
        _line(x, [p.before for p in view.points], "ghost", 1.25, on, scale.factor),
        _line(x, [p.base for p in view.points], "prev", 1.75, on, scale.factor),
        _line(x, [p.value for p in view.points], "now", 2.5, on, scale.factor),
    ]
    hover = [_hover(view, p) for p in view.points]
    lines[2] |= {"text": hover, "hovertemplate": "%{text}<extra></extra>", "hoverinfo": "text"}
    known = [v / scale.factor for v in values if not math.isnan(v)]
    low, high = min(known), max(known)
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    changes = [p.change * 100 for p in view.points]
    end = len(view.points) - 1
    return {
        "data": [*gaps, *lines, _columns(x, changes, hover, on)],
        "layout": layout(
            on,
            xaxis={
                "range": [-0.5, end + 0.5],
                "tickvals": x,
                "ticktext": _ticks(view, on),
                "anchor": "y2",
                "tickangle": 0,
            },
            yaxis={"domain": [_LINES_FROM, 1], "range": [low - pad, high + pad], **_scale_of_lines(on)},
            yaxis2=_growth_axis(changes),
            margin={"l": on.px(44), "r": on.px(104), "t": on.px(10), "b": on.px(40 if _crosses_years(view) else 24), "pad": 0},
            annotations=[*_line_labels(view, on, scale, low - pad, high + pad), *_column_labels(view, on)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def _scale_of_lines(on: Screen) -> dict[str, Any]:
    look = {"showgrid": True, "gridcolor": on.token("line"), "gridwidth": on.px(1)}
    return {"nticks": 4, "separatethousands": True, **look}


def _line(x: list[int], values: list[float], token: str, width: float, on: Screen, factor: float) -> dict[str, Any]:
    y = [None if math.isnan(v) else v / factor for v in values]
    alone = sum(v is not None for v in y) == 1
    return {
        "type": "scatter",
        "mode": "markers" if alone else "lines",
        "marker": {"color": on.token(token), "size": on.px(6)},
        "x": x,
        "y": y,
        "line": {"color": on.token(token), "width": on.px(width)},
        "hoverinfo": "skip",
        "connectgaps": False,
    }


def _gaps(view: Trend, on: Screen, factor: float) -> list[Figure]:
    """The areas between this year and the year before, split where the lines cross: red above, green below."""
    areas: dict[str, list[Corner]] = {"up": [], "down": []}
    run: list[tuple[float, float, float]] = []

    def close() -> None:
        if len(run) > 1:
            areas["up" if sum(now - base for _, now, base in run) >= 0 else "down"] += _area(run)
        run.clear()

    for i, point in enumerate(view.points):
        now, base = point.value / factor, point.base / factor
        if math.isnan(now) or math.isnan(base):
            close()
            continue
        if run and (run[-1][1] - run[-1][2]) * (now - base) < 0:
            before, gap = run[-1], run[-1][1] - run[-1][2]
            share = gap / (gap - now + base)
            meeting = before[1] + share * (now - before[1])
            run.append((before[0] + share * (i - before[0]), meeting, meeting))
            crossing = run[-1]
            close()
            run.append(crossing)
        run.append((float(i), now, base))
    close()
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [x for x, _ in corners],
            "y": [y for _, y in corners],
            "fill": "toself",
            "fillcolor": on.faded(token, _FILL[on.theme]),
            "line": {"width": 0},
            "hoverinfo": "skip",
        }
        for token, corners in areas.items()
        if corners
    ]


def _area(run: list[tuple[float, float, float]]) -> list[Corner]:
    """Out along one line and back along the other; a gap parts it from the next area."""
    return [*((x, now) for x, now, _ in run), *((x, base) for x, _, base in reversed(run)), (None, None)]


def _columns(x: list[int], changes: list[float], hover: list[str], on: Screen) -> dict[str, Any]:
    end = len(changes) - 1
    colours = []
    for i, value in enumerate(changes):
        token = "up" if value >= 0 else "down"
        colours.append(on.token(token) if i == end else on.faded(token, 0.45))
    return {
        "type": "bar",
        "x": x,
        "y": [None if math.isnan(c) else c for c in changes],
        "yaxis": "y2",
        "marker": {"color": colours},
        "text": hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _growth_axis(changes: list[float]) -> dict[str, Any]:
    """Room above (and below) the columns for their labels."""
    known = [c for c in changes if not math.isnan(c)]
    high, low = max([*known, 0.0]), min([*known, 0.0])
    room = (high - low) * (0.7 if low < 0 < high else 0.35) or 1.0
    return {
        "domain": [0, _COLUMNS_TO],
        "range": [low - (room if low < 0 else 0), high + (room if high > 0 or low == 0 else 0)],
        "visible": False,
    }


def _line_labels(view: Trend, on: Screen, scale: Scale, low: float, high: float) -> list[dict[str, Any]]:
    """Names and last figures at the right end, pushed apart by at least a line."""
    last = view.points[-1]
    year = m.year_of(last.month)
    told = [(year, last.value, "now"), (year - 1, last.base, "prev"), (year - 2, last.before, "ghost")]
    rows = sorted(((v / scale.factor, y, t) for y, v, t in told if not math.isnan(v)), reverse=True)
    labels: list[dict[str, Any]] = []
    for (value, name, token), at in zip(
        rows, apart([r[0] for r in rows], (high - low) * (0.22 if on.wall else 0.13), low), strict=True
    ):
        text = f"{name}年 {formatting.number(value * scale.factor, scale)}"
        colour = on.token("t1" if token == "now" else "t3")
        weight = f"<b>{text}</b>" if token == "now" else text
        labels.append(_note(len(view.points) - 1, at, weight, colour, on, xanchor="left", xshift=on.px(8), yref="y"))
    return labels


def _column_labels(view: Trend, on: Screen) -> list[dict[str, Any]]:
    """Growth over each column; on a crowded axis only every other one and always the last."""
    end = len(view.points) - 1
    step = max(1, math.ceil(len(view.points) / (5 if on.narrow else 14)))
    labels = []
    for i, point in enumerate(view.points):
        if math.isnan(point.change) or (end - i) % step:
            continue
        up = point.change >= 0
        text = formatting.signed(point.change * 100, 1)
        colour = on.token(("up" if up else "down") if i == end else "t2")
        bold = f"<b>{text}</b>" if i == end else text
        shift = on.px(9 if up else -9)
        labels.append(_note(i, point.change * 100, bold, colour, on, xanchor="center", yref="y2", yshift=shift))
    if any(not math.isnan(p.change) for p in view.points):
        unit = "同比 百分点" if view.metric.is_percent else "同比 %"
        labels.append(_note(end + 0.5, 0, unit, on.token("t3"), on, xanchor="left", yref="y2", yshift=on.px(8), xshift=on.px(8)))
    return labels


def _note(x: float, y: float, text: str, colour: str, on: Screen, **more: Any) -> dict[str, Any]:
    font = {"size": on.px(12), "color": colour}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, "xref": "x", **more}


def _ticks(view: Trend, on: Screen) -> list[str]:
    """Months; where the months of several years stand side by side, the year under each one's first."""
    step = max(1, math.ceil(len(view.points) / (6 if on.narrow else 14)))
    end = len(view.points) - 1
    texts, years = [], _crosses_years(view)
    told = 0
    for i, point in enumerate(view.points):
        if (end - i) % step:
            texts.append("")
            continue
        year = m.year_of(point.month)
        called = f"{year % 100:02d}年" if on.narrow else f"{year}年"
        texts.append(f"{month_words(point)}<br>{called}" if years and year != told else month_words(point))
        told = year
    return texts


def _crosses_years(view: Trend) -> bool:
    return m.year_of(view.points[0].month) != m.year_of(view.points[-1].month)


def month_words(point: TrendPoint) -> str:
    """3月, or 1—2月 for months reported together."""
    last = m.number_of(point.month)
    return f"{m.number_of(m.shift(point.month, 1 - point.covered))}—{last}月" if point.covered > 1 else f"{last}月"


def _hover(view: Trend, point: TrendPoint) -> str:
    metric = view.metric
    lines = [f"<b>{m.year_of(point.month)}年{month_words(point)}</b>", f"{metric.label} {formatting.figure(metric, point.value)}"]
    if not math.isnan(point.base):
        lines.append(f"上年同期 {formatting.figure(metric, point.base)}")
    lines.append(f"同比 {formatting.change(point.change, is_percent=metric.is_percent)}")
    lines.append(wrapped(f"口径：{metric.definition}"))
    return "<br>".join(lines)
