"""Projects over time: a line for each from signing on, coloured by its standing, over counts of each step by month."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.ledgers.projects import STANDINGS, STEPS
from cockpit.views.projects.state import PLANNED
from cockpit.views.projects.timeline import ProjectLine, ProjectTimeline, StepMonth
from layouts.charts.annotations import note
from layouts.charts.axes import crosses_years, month_ticks
from layouts.charts.traces import bar_hover
from layouts.ui.theme import Viewport, layout

Figure = dict[str, Any]
_LINES_FROM, _COUNTS_TO = 0.31, 0.29
_MOST_ON_A_PHONE = 12
#: With more lines than these they touch each other, since a gap would take more room than a line.
_DENSE = 60


def timeline_figure(view: ProjectTimeline, tokens: Mapping[str, str], viewport: Viewport) -> Figure | None:
    """Build the figure, or ``None`` without months. ``tokens``: standing -> colour token."""
    if not view.months:
        return None
    first = max(len(view.months) - _MOST_ON_A_PHONE, 0) if viewport.narrow else 0
    shown = view.months[first:]
    traces = [_bars(view, standing.value, at, tokens[standing.value], viewport) for at, standing in enumerate(STANDINGS)]
    traces.append(_bars(view, "逾期或停滞", len(STANDINGS), "bad", viewport))
    rows = len(view.lines)
    has_years = crosses_years([month.month for month in shown])
    return {
        "data": [t for t in traces if t["y"]],
        "layout": layout(
            viewport,
            xaxis={
                "range": [first, view.end],
                "tickvals": [first + i + 0.5 for i in range(len(shown))],
                "ticktext": _ticks(shown, viewport),
                "tickangle": 0,
                "anchor": "free",
                "position": _COUNTS_TO,
                "side": "bottom",
            },
            yaxis={"domain": [_LINES_FROM + (0.03 if has_years else 0), 1], "range": [rows - 0.5, -0.5], "visible": False},
            yaxis2={"domain": [0, _COUNTS_TO - 0.06 - (0.05 if has_years else 0)], "range": [3.5, -0.5], "visible": False},
            margin={"l": viewport.px(36), "r": viewport.px(44), "t": viewport.px(6), "b": viewport.px(4), "pad": 0},
            shapes=[_edge(first + i, viewport) for i in range(len(shown) + 1)],
            annotations=[*_counts(shown, first, viewport), *_names(shown, first, view.end, viewport)],
            barmode="overlay",
            hovermode="closest",
        ),
    }


def _bars(view: ProjectTimeline, name: str, at: int, token: str, viewport: Viewport) -> dict[str, Any]:
    """Build the stretches of all lines in one colour: of a standing, or (``at`` = 4) of being behind."""
    stretches = [(i, start, end, line) for i, line in enumerate(view.lines) for start, end in [_stretches(line, view.end)[at]]]
    stretches = [s for s in stretches if s[2] > max(s[1], 0.0)]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [i for i, *_ in stretches],
        "x": [end - max(start, 0.0) for _, start, end, _ in stretches],
        "base": [max(start, 0.0) for _, start, _, _ in stretches],
        # By default Plotly makes the bars of each colour as thick as their own distance allows.
        "width": 1.0 if len(view.lines) > _DENSE else 0.7,
        "marker": {"color": viewport.token(token), "line": {"width": 0}},
        **bar_hover([_hover(line) for *_, line in stretches]),
    }


def _stretches(line: ProjectLine, end: float) -> list[tuple[float, float]]:
    """List (start, end) from step to step, from the last one to the chart's end or to falling behind, and from there on."""
    at = list(line.at)
    for i in range(len(at) - 2, -1, -1):  # a step without a date, but with a later one, took no time
        at[i] = at[i + 1] if math.isnan(at[i]) else at[i]
    late = end if math.isnan(line.late) else line.late
    stops = [late if math.isnan(x) else x for x in at]
    return [*pairwise([*stops, late]), (late, end)]


def _hover(line: ProjectLine) -> str:
    lines = [f"<b>{line.name}</b>", f"{line.group} · {line.standing}{'' if math.isnan(line.late) else '，逾期或停滞'}"]
    lines.append(f"计划总投资 {formatting.format_value(PLANNED, line.planned)}")
    lines += [f"{step.value} {day}" for step, day in zip(STEPS, line.days, strict=True) if day]
    return "<br>".join(lines)


def _edge(x: float, viewport: Viewport) -> dict[str, Any]:
    line = {"color": viewport.token("line"), "width": viewport.px(1)}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _counts(shown: Sequence[StepMonth], first: int, viewport: Viewport) -> list[dict[str, Any]]:
    """Build the numbers by step and month; the greatest of a step in bold, zero as a dot."""
    labels = []
    for at in range(len(STEPS)):
        most = max(x.counts[at] for x in shown)
        for i, month in enumerate(shown):
            n = month.counts[at]
            best = n == most and n > 0
            text = f"<b>{n:,}</b>" if best else f"{n:,}" if n else "·"
            labels.append(_label(first + i + 0.5, at, text, "t1" if best else "t2" if n else "t3", viewport))
    return labels


def _names(shown: Sequence[StepMonth], first: int, end: float, viewport: Viewport) -> list[dict[str, Any]]:
    """Build each row's step at its left, its sum at its right."""
    labels = []
    for at, step in enumerate(STEPS):
        total = sum(x.counts[at] for x in shown)
        labels.append(_label(first, at, step.value, "t3", viewport, xanchor="right", xshift=viewport.px(-8)))
        labels.append(_label(end, at, f"<b>{total:,}</b>", "t1", viewport, xanchor="right", xshift=viewport.px(38)))
    unit = _label(end, 0, "合计", "t3", viewport, xanchor="right", xshift=viewport.px(38))
    return [*labels, unit | {"y": _COUNTS_TO, "yref": "paper", "yanchor": "top", "yshift": viewport.px(-1)}]


def _label(x: float, row: int, text: str, token: str, viewport: Viewport, **more: Any) -> dict[str, Any]:
    """Build a number or name in a row of the counts."""
    return note(x, row, text, token, viewport, **({"xref": "x", "yref": "y2", "xanchor": "center"} | more))


def _ticks(shown: Sequence[StepMonth], viewport: Viewport) -> list[str]:
    """Format months, as bare numbers where there are many."""
    months = [month.month for month in shown]
    is_crowded = viewport.narrow or len(shown) > _MOST_ON_A_PHONE + 6
    labels = [f"{m.number_of(month)}{'' if is_crowded else '月'}" for month in months]
    return month_ticks(months, labels)
