"""How scores are distributed: columns of firms by score, each divided by grade, with the scores that reach A, B and C."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cockpit.evaluation.policy.policy import GRADES
from cockpit.formatting import format_trimmed
from cockpit.views.land.scores import ScoreDistribution
from layouts.charts.annotations import note
from layouts.charts.traces import NO_HOVER, bar_hover
from layouts.ui.theme import Viewport, grade_token, layout

#: Labels of lines nearer than these shares of the axis are on different rows: on a phone, and elsewhere.
_NARROW_LABEL_SHARE, _LABEL_SHARE = 0.34, 0.2
_LABEL_ROWS, _LABEL_ROW_HEIGHT = 4, 0.11
#: From this share of the axis on a label is at the left of its line.
_RIGHT_SHARE = 0.8


def scores_figure(view: ScoreDistribution, viewport: Viewport) -> dict[str, Any] | None:
    """Build the figure; ``None`` when the group has no graded firm within the selection."""
    if not any(map(sum, view.counts)):
        return None
    columns = list(zip(*view.counts, strict=True))
    first = next(low for low, counts in zip(view.edges, columns, strict=False) if any(counts))
    most = max(map(sum, columns))
    return {
        "data": _traces(view, viewport),
        "layout": layout(
            viewport,
            barmode="stack",
            xaxis={"range": [first, view.edges[-1]], "nticks": 8},
            yaxis={"range": [0, most * 1.22], "showgrid": True, "gridcolor": viewport.token("line"), "tickvals": _steps(most)},
            margin={"l": viewport.px(34), "r": viewport.px(18), "t": viewport.px(6), "b": viewport.px(24), "pad": 0},
            shapes=[_line(score, viewport) for _, score in _visible_lines(view)],
            annotations=_line_labels(view, viewport),
            hovermode="x",
        ),
    }


def _traces(view: ScoreDistribution, viewport: Viewport) -> list[dict[str, Any]]:
    """Build one trace per grade, the lowest first.

    The lowest one has the tooltip of the whole column, even where it has no firm; the others have bars where they have firms.
    """
    centers, width = [(a + b) / 2 for a, b in pairwise(view.edges)], view.edges[1] - view.edges[0]
    worst, *others = reversed(list(zip(GRADES, view.counts, strict=True)))
    traces = [_bars(*worst, centers, width, viewport) | bar_hover([_hover_text(view, i) for i in range(len(centers))])]
    for grade, counts in others:
        nonzero = [i for i, count in enumerate(counts) if count]
        bars = _bars(grade, [counts[i] for i in nonzero], [centers[i] for i in nonzero], width, viewport)
        traces.append(bars | NO_HOVER)
    return traces


def _bars(grade: str, counts: Sequence[int], centers: Sequence[float], width: float, viewport: Viewport) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(centers),
        "y": list(counts),
        "width": width * 0.9,
        "marker": {"color": viewport.token(grade_token(grade)), "line": {"width": 0}},
        "name": grade,
    }


def _steps(most: int) -> list[float]:
    """Return two to four round numbers up to ``most``; zero needs no label."""
    power = 10 ** math.floor(math.log10(most / 2)) if most > 2 else 1
    step = next(power * s for s in (1, 2, 5, 10) if most / (power * s) < 5)
    return [step * i for i in range(1, math.floor(most / step) + 1)]


def _visible_lines(view: ScoreDistribution) -> list[tuple[str, float]]:
    """(grade, lowest score) where the score is on the axis."""
    lines = zip(GRADES, view.lines, strict=False)
    return [(grade, x) for grade, x in lines if not math.isnan(x) and view.edges[0] <= x <= view.edges[-1]]


def _line(score: float, viewport: Viewport) -> dict[str, Any]:
    style = {"color": viewport.token("t3"), "width": viewport.px(1), "dash": "dot"}
    return {"type": "line", "x0": score, "x1": score, "yref": "paper", "y0": 0, "y1": 0.94, "line": style}


def _line_labels(view: ScoreDistribution, viewport: Viewport) -> list[dict[str, Any]]:
    """Label A, B, C with their lowest score, on rows of their own where they are close."""
    span = view.edges[-1] - view.edges[0]
    near = span * (_NARROW_LABEL_SHARE if viewport.narrow else _LABEL_SHARE)
    labels: list[dict[str, Any]] = []
    rows: list[tuple[float, int]] = []
    for grade, score in _visible_lines(view):
        occupied = {row for other, row in rows if abs(other - score) < near}
        row = next(r for r in range(_LABEL_ROWS) if r not in occupied)
        rows.append((score, row))
        is_right = score > view.edges[0] + span * _RIGHT_SHARE
        labels.append(
            note(
                score,
                1 - row * _LABEL_ROW_HEIGHT,
                f"<b>{grade}</b> ≥ {format_trimmed(score, 1)}",
                "t2",
                viewport,
                yref="paper",
                yanchor="top",
                xanchor="right" if is_right else "left",
                xshift=viewport.px(-3 if is_right else 3),
            )
        )
    return labels


def _hover_text(view: ScoreDistribution, column: int) -> str:
    low, high = view.edges[column], view.edges[column + 1]
    is_last = column == len(view.edges) - 2
    scores = f"{low:g}分及以上" if is_last else f"{low:g}—{high:g}分"
    counts = [f"{g} {c[column]:,}家" for g, c in zip(GRADES, view.counts, strict=True) if c[column]]
    return "<br>".join([f"<b>{scores}</b>", *(counts or ["0家"]), "口径：综合得分，不含不定等级的企业"])
