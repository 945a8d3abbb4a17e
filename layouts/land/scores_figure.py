"""How scores spread: columns of firms by score, each column parted by grade, with the lines that reach A, B and C."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cockpit.evaluation.grading.reasons import format_trimmed
from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.land.scores import ScoreDistribution
from layouts.ui.theme import Viewport, grade_token, layout


def spread_figure(view: ScoreDistribution, viewport: Viewport) -> dict[str, Any] | None:
    """The figure, or ``None`` when the group has no firm within the selection."""
    if not any(map(sum, view.counts)):
        return None
    middles = [(a + b) / 2 for a, b in pairwise(view.edges)]
    width = view.edges[1] - view.edges[0]
    hover = [_hover(view, i) for i in range(len(middles))]
    worst, *others = reversed(list(zip(GRADES, view.counts, strict=True)))
    # The lowest part of a column tells of all of it, even where it is nothing; others are drawn where they are something.
    told = {"text": hover, "textposition": "none", "hovertemplate": "%{text}<extra></extra>"}
    data = [_columns(*worst, middles, width, viewport) | told]
    for grade, counts in others:
        there = [i for i, count in enumerate(counts) if count]
        bars = _columns(grade, [counts[i] for i in there], [middles[i] for i in there], width, viewport)
        data.append(bars | {"hoverinfo": "skip"})
    first = next(low for low, column in zip(view.edges, zip(*view.counts, strict=True), strict=False) if any(column))
    most = max(sum(column) for column in zip(*view.counts, strict=True))
    return {
        "data": data,
        "layout": layout(
            viewport,
            barmode="stack",
            xaxis={"range": [first, view.edges[-1]], "nticks": 8},
            yaxis={"range": [0, most * 1.22], "showgrid": True, "gridcolor": viewport.token("line"), "tickvals": _steps(most)},
            margin={"l": viewport.px(34), "r": viewport.px(18), "t": viewport.px(6), "b": viewport.px(24), "pad": 0},
            shapes=[_line(x, viewport) for x in _known(view)],
            annotations=_labels(view, viewport),
            hovermode="x",
        ),
    }


def _columns(grade: str, counts: Sequence[int], at: Sequence[float], width: float, viewport: Viewport) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(at),
        "y": list(counts),
        "width": width * 0.9,
        "marker": {"color": viewport.token(grade_token(grade)), "line": {"width": 0}},
        "name": grade,
    }


def _steps(most: int) -> list[float]:
    """Two to four round numbers up to ``most``; zero needs no label."""
    power = 10 ** math.floor(math.log10(most / 2)) if most > 2 else 1
    step = next(power * s for s in (1, 2, 5, 10) if most / (power * s) < 5)
    return [step * i for i in range(1, math.floor(most / step) + 1)]


def _known(view: ScoreDistribution) -> list[float]:
    return [x for x in view.lines if not math.isnan(x) and view.edges[0] <= x <= view.edges[-1]]


def _line(x: float, viewport: Viewport) -> dict[str, Any]:
    look = {"color": viewport.token("t3"), "width": viewport.px(1), "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 0.94, "line": look}


def _labels(view: ScoreDistribution, viewport: Viewport) -> list[dict[str, Any]]:
    """A, B, C with their lowest score; each on a line of its own where they are close."""
    span = view.edges[-1] - view.edges[0]
    found: list[dict[str, Any]] = []
    taken: list[tuple[float, int]] = []
    for grade, x in zip(GRADES, view.lines, strict=False):
        if math.isnan(x) or not view.edges[0] <= x <= view.edges[-1]:
            continue
        rows = {row for at, row in taken if abs(at - x) < span * (0.34 if viewport.narrow else 0.2)}
        row = next(r for r in range(4) if r not in rows)
        taken.append((x, row))
        at_right = x > view.edges[0] + span * 0.8
        found.append(
            {
                "x": x,
                "yref": "paper",
                "y": 1 - row * 0.11,
                "yanchor": "top",
                "xanchor": "right" if at_right else "left",
                "xshift": viewport.px(-3 if at_right else 3),
                "text": f"<b>{grade}</b> ≥ {format_trimmed(round(x, 1))}",
                "showarrow": False,
                "font": {"size": viewport.px(12), "color": viewport.token("t2")},
            }
        )
    return found


def _hover(view: ScoreDistribution, at: int) -> str:
    low, high = view.edges[at], view.edges[at + 1]
    last = at == len(view.edges) - 2
    told = f"{low:g}分及以上" if last else f"{low:g}—{high:g}分"
    counts = [f"{g} {c[at]:,}家" for g, c in zip(GRADES, view.counts, strict=True) if c[at]]
    return "<br>".join([f"<b>{told}</b>", *(counts or ["0家"]), "口径：综合得分，不含未定级企业"])
