"""The renewal plan month by month: area done against an even pace, and what the months left would need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.calendar.periods import months_label
from cockpit.views.space.plan import MU, PlanProgress
from layouts.charts.annotations import note
from layouts.charts.axes import value_grid
from layouts.charts.labels import wrapped
from layouts.charts.traces import NO_HOVER, hover
from layouts.ui.theme import Viewport, layout

_GRID_LINES = 6
#: Least distance of two labels, as a part of the height.
_LABEL_GAP = 0.09
#: Share of time gone from which a label is at the left of its month, and up to which the even pace has none.
_LATE, _EARLY = 0.72, 0.3


def plan_figure(view: PlanProgress, viewport: Viewport) -> dict[str, Any] | None:
    """Build the figure, ``None`` without a plan."""
    if not view.goals:
        return None
    end = len(view.months)
    first_months = range(0, end, m.MONTHS_OF_YEAR)
    return {
        "data": _traces(view, viewport),
        "layout": layout(
            viewport,
            xaxis={
                "range": [0, end],
                "tickvals": [i + min(m.MONTHS_OF_YEAR, end - i) / 2 for i in first_months],
                "ticktext": [f"{m.year_of(view.months[i])}年" for i in first_months],
                "tickangle": 0,
            },
            yaxis={"range": [0, _greatest_area(view) * 1.1], **value_grid(viewport, ticks=_GRID_LINES)},
            margin={"l": viewport.px(44), "r": viewport.px(16), "t": viewport.px(10), "b": viewport.px(26), "pad": 0},
            shapes=[_year_line(i, viewport) for i in first_months[1:]],
            annotations=_labels(view, viewport),
            hovermode="closest",
        ),
    }


def _greatest_area(view: PlanProgress) -> float:
    """Return the greatest area (亩) that the chart shows."""
    area = view.goals[0]
    return max(area.target.amount, area.target.done + area.active)


def _traces(view: PlanProgress, viewport: Viewport) -> list[dict[str, Any]]:
    """Build an even pace, what is done with the gap between them, the pace that is needed, and both points of now."""
    end, gone, area = len(view.months), len(view.course), view.goals[0]
    target = area.target
    tone = target.pace.tone or "prev"
    past = list(range(gone + 1))
    traces = [
        _line([0, end], [0.0, target.amount], "prev", 1.25, viewport, dash="dot"),
        _line(past, [target.amount * i / end for i in past], "prev", 0.0, viewport),
        _line(past, [0.0, *view.course], "now", 2.5, viewport)
        | {"fill": "tonexty", "fillcolor": viewport.faded(tone, 0.14), "hoverinfo": "text"}
        | hover(["计划开始", *(_tooltip(view, i) for i in range(gone))]),
    ]
    if 0 < gone < end and target.done < target.amount:
        traces.append(_line([gone, end], [target.done, target.amount], "t3", 1.25, viewport, dash="dash"))
    if gone:
        traces.append(_dot(gone, target.done, "now", "now", viewport))
        traces.append(_dot(gone, target.done + area.active, "s1", "bar", viewport))
    return traces


def _line(
    x: Sequence[int], y: Sequence[float], token: str, width: float, viewport: Viewport, dash: str = "solid"
) -> dict[str, Any]:
    style = {"color": viewport.token(token), "width": viewport.px(width), "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "line": style, **NO_HOVER, "cliponaxis": False}


def _dot(x: int, y: float, fill: str, edge: str, viewport: Viewport) -> dict[str, Any]:
    line = {"color": viewport.token(edge), "width": viewport.px(2)}
    marker = {"color": viewport.token(fill), "size": viewport.px(8), "line": line}
    return {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "marker": marker, **NO_HOVER, "cliponaxis": False}


def _year_line(x: int, viewport: Viewport) -> dict[str, Any]:
    line = {"color": viewport.token("line"), "width": viewport.px(1)}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _labels(view: PlanProgress, viewport: Viewport) -> list[dict[str, Any]]:
    """Label the lines: what is done, an even pace now, with everything in progress, and the target; fewer where crowded."""
    end, gone, area = len(view.months), len(view.course), view.goals[0]
    target, gap = area.target, _greatest_area(view) * _LABEL_GAP
    goal = f"目标 {_format_area(target.amount)}亩"
    labels = [_label(end, target.amount, goal, "t2", viewport, side="right", up=12)]
    if not gone:
        return labels
    even, ahead = target.amount * gone / end, target.done + area.active
    # Labels are at the right of the month while there is space, else at its left; their background separates them from lines.
    is_late = gone / end >= _LATE
    beside: dict[str, Any] = {"side": "right", "right": -8} if is_late else {"side": "left", "right": 8}
    background = {} if is_late else {"bgcolor": viewport.token("s1"), "borderpad": 1}
    up = -10 if target.done > gap else 10
    done = f"<b>完成 {_format_area(target.done)}</b>"
    labels.append(_label(gone, target.done, done, "t1", viewport, up=up, **beside) | background)
    if gone < end and gone / end > _EARLY and (not is_late or abs(even - target.done) > 2 * gap):
        labels.append(_label(gone, even, f"序时 {_format_area(even)}", "t3", viewport, side="right", up=10, right=-6))
    is_clear = ahead - target.done > 3 * gap and target.amount - ahead > gap
    if gone < end and is_clear and (not is_late or abs(ahead - even) > 2 * gap):
        labels.append(_label(gone, ahead, f"含实施 {_format_area(ahead)}", "t2", viewport, up=-8, **beside) | background)
    return labels


def _label(
    x: float, y: float, text: str, token: str, viewport: Viewport, *, side: str, up: float, right: float = 0
) -> dict[str, Any]:
    """Build a label whose ``side`` is at a point, moved by pixels of the 1920 design."""
    return note(x, y, text, token, viewport, xanchor=side, yshift=viewport.px(up), xshift=viewport.px(right))


def _format_area(area: float) -> str:
    return formatting.format_rounded(area, 0)


def _tooltip(view: PlanProgress, i: int) -> str:
    """Say what is known at the end of the plan's month ``i``."""
    target, month, done = view.goals[0].target, view.months[i], view.course[i]
    gone = (i + 1) / len(view.months)
    lines = [
        f"<b>{months_label(month, month)}末</b>",
        f"累计完成 {formatting.format_number(done, MU)}亩（{formatting.format_percent(done / target.amount)}）",
        f"序时 {_format_area(target.amount * gone)}亩（{formatting.format_percent(gone)}）",
        wrapped("口径：计划期内完成的有机更新项目的更新面积之和"),
    ]
    return "<br>".join(lines)
