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
from cockpit.views.projects.timeline import Line, StepMonth, Timeline
from layouts.ui.theme import Screen, layout

Figure = dict[str, Any]
_LINES_FROM, _COUNTS_TO = 0.31, 0.29
_MOST_ON_A_PHONE = 12
#: From how many lines on they touch each other: a gap would take more room than a line.
_DENSE = 60


def timeline_figure(view: Timeline, tokens: Mapping[str, str], on: Screen) -> Figure | None:
    """The figure, or ``None`` without months. ``tokens``: standing -> colour token."""
    if not view.months:
        return None
    first = max(len(view.months) - _MOST_ON_A_PHONE, 0) if on.narrow else 0
    shown = view.months[first:]
    traces = [_bars(view, standing.value, at, tokens[standing.value], on) for at, standing in enumerate(STANDINGS)]
    traces.append(_bars(view, "逾期或停滞", len(STANDINGS), "bad", on))
    rows = len(view.lines)
    years = m.year_of(shown[0].month) != m.year_of(shown[-1].month)
    return {
        "data": [t for t in traces if t["y"]],
        "layout": layout(
            on,
            xaxis={
                "range": [first, view.end],
                "tickvals": [first + i + 0.5 for i in range(len(shown))],
                "ticktext": _ticks(shown, on),
                "tickangle": 0,
                "anchor": "free",
                "position": _COUNTS_TO,
                "side": "bottom",
            },
            yaxis={"domain": [_LINES_FROM + (0.03 if years else 0), 1], "range": [rows - 0.5, -0.5], "visible": False},
            yaxis2={"domain": [0, _COUNTS_TO - 0.06 - (0.05 if years else 0)], "range": [3.5, -0.5], "visible": False},
            margin={"l": on.px(36), "r": on.px(44), "t": on.px(6), "b": on.px(4), "pad": 0},
            shapes=[_edge(first + i, on) for i in range(len(shown) + 1)],
            annotations=[*_counts(shown, first, on), *_names(shown, first, view.end, on)],
            barmode="overlay",
            hovermode="closest",
        ),
    }


def _bars(view: Timeline, name: str, at: int, token: str, on: Screen) -> dict[str, Any]:
    """The stretches of all lines in one colour: of a standing, or (``at`` = 4) of being behind."""
    drawn = [(i, start, end, line) for i, line in enumerate(view.lines) for start, end in [_stretches(line, view.end)[at]]]
    drawn = [d for d in drawn if d[2] > max(d[1], 0.0)]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [i for i, *_ in drawn],
        "x": [end - max(start, 0.0) for _, start, end, _ in drawn],
        "base": [max(start, 0.0) for _, start, _, _ in drawn],
        # Left to itself, each colour's bars would be as thick as their own distance allows.
        "width": 1.0 if len(view.lines) > _DENSE else 0.7,
        "marker": {"color": on.token(token), "line": {"width": 0}},
        "text": [_hover(line) for *_, line in drawn],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _stretches(line: Line, end: float) -> list[tuple[float, float]]:
    """From step to step, from the last one to the chart's end or to falling behind, and from there on."""
    at = list(line.at)
    for i in range(len(at) - 2, -1, -1):  # a step without a date, but with a later one, took no time
        at[i] = at[i + 1] if math.isnan(at[i]) else at[i]
    late = end if math.isnan(line.late) else line.late
    stops = [late if math.isnan(x) else x for x in at]
    return [*pairwise([*stops, late]), (late, end)]


def _hover(line: Line) -> str:
    told = [f"<b>{line.name}</b>", f"{line.place} · {line.standing}{'' if math.isnan(line.late) else '，逾期或停滞'}"]
    told.append(f"计划总投资 {formatting.figure(PLANNED, line.planned)}")
    told += [f"{step.value} {day}" for step, day in zip(STEPS, line.days, strict=True) if day]
    return "<br>".join(told)


def _edge(x: float, on: Screen) -> dict[str, Any]:
    line = {"color": on.token("line"), "width": on.px(1)}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _counts(shown: Sequence[StepMonth], first: int, on: Screen) -> list[dict[str, Any]]:
    """The numbers by step and month; the greatest of a step in bold, none as a dot."""
    notes = []
    for at in range(len(STEPS)):
        most = max(x.counts[at] for x in shown)
        for i, month in enumerate(shown):
            n = month.counts[at]
            best = n == most and n > 0
            text = f"<b>{n:,}</b>" if best else f"{n:,}" if n else "·"
            notes.append(_note(first + i + 0.5, at, text, "t1" if best else "t2" if n else "t3", on))
    return notes


def _names(shown: Sequence[StepMonth], first: int, end: float, on: Screen) -> list[dict[str, Any]]:
    """Each row's step at its left, its sum at its right."""
    notes = []
    for at, step in enumerate(STEPS):
        total = sum(x.counts[at] for x in shown)
        notes.append(_note(first, at, step.value, "t3", on, xanchor="right", xshift=on.px(-8)))
        notes.append(_note(end, at, f"<b>{total:,}</b>", "t1", on, xanchor="right", xshift=on.px(38)))
    unit = _note(end, 0, "合计", "t3", on, xanchor="right", xshift=on.px(38))
    return [*notes, unit | {"y": _COUNTS_TO, "yref": "paper", "yanchor": "top", "yshift": on.px(-1)}]


def _note(x: float, row: int, text: str, token: str, on: Screen, **more: Any) -> dict[str, Any]:
    font = {"size": on.px(12), "color": on.token(token)}
    own = {"x": x, "y": row, "xref": "x", "yref": "y2", "text": text, "showarrow": False, "font": font}
    return own | {"xanchor": "center"} | more


def _ticks(shown: Sequence[StepMonth], on: Screen) -> list[str]:
    """Months; where those of several years stand side by side, the year under each one's first."""
    several = m.year_of(shown[0].month) != m.year_of(shown[-1].month)
    crowded = on.narrow or len(shown) > _MOST_ON_A_PHONE + 6
    texts, told = [], 0
    for month in shown:
        year = m.year_of(month.month)
        words = f"{m.number_of(month.month)}" if crowded else f"{m.number_of(month.month)}月"
        texts.append(f"{words}<br>{year % 100:02d}年" if several and year != told else words)
        told = year
    return texts
