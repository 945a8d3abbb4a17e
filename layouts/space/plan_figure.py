"""The renewal plan month by month: area done against an even pace, and what the months left would need."""

from __future__ import annotations

from typing import Any

from cockpit import formatting
from cockpit.analysis.targets import Pace
from cockpit.calendar.periods import months_label
from cockpit.views.space.plan import MU, PlanPanel
from layouts.charts.text import wrapped
from layouts.ui.theme import Screen, layout

Figure = dict[str, Any]
_YEAR = 12
#: Least distance of two labels as a share of the height; where of the time words no longer fit at a month's right, or left.
_LINE, _ROOM, _LEFT = 0.09, 0.72, 0.3


def plan_figure(view: PlanPanel, on: Screen) -> Figure | None:
    """The figure, or ``None`` without a plan."""
    if not view.goals:
        return None
    whole = len(view.months)
    years = [(i, view.months[i] // 100) for i in range(0, whole, _YEAR)]
    return {
        "data": _lines(view, on),
        "layout": layout(
            on,
            xaxis={
                "range": [0, whole],
                "tickvals": [i + min(_YEAR, whole - i) / 2 for i, _ in years],
                "ticktext": [f"{year}年" for _, year in years],
                "tickangle": 0,
            },
            yaxis={
                "range": [0, _reach(view) * 1.1],
                "showgrid": True,
                "gridcolor": on.token("line"),
                "gridwidth": on.px(1),
                "nticks": 6,
                "separatethousands": True,
            },
            margin={"l": on.px(44), "r": on.px(16), "t": on.px(10), "b": on.px(26), "pad": 0},
            shapes=[_upright(i, on) for i, _ in years[1:]],
            annotations=_notes(view, on),
            hovermode="closest",
        ),
    }


def _reach(view: PlanPanel) -> float:
    """The greatest area (亩) that the chart shows."""
    area = view.goals[0]
    return max(area.target.amount, area.target.done + area.active)


def _lines(view: PlanPanel, on: Screen) -> list[dict[str, Any]]:
    """An even pace, what is done with the gap between them, the way that is left, and both points of now."""
    whole, gone, area = len(view.months), len(view.course), view.goals[0]
    target = area.target
    tone = {Pace.ON: "prev", Pace.AMBER: "warn", Pace.RED: "bad"}[target.pace]
    even = [target.amount * i / whole for i in range(gone + 1)]
    data = [
        _line([0, whole], [0.0, target.amount], "prev", 1.25, on, dash="dot"),
        _line(list(range(gone + 1)), even, "prev", 0.0, on),
        _line(list(range(gone + 1)), [0.0, *view.course], "now", 2.5, on)
        | {
            "fill": "tonexty",
            "fillcolor": on.faded(tone, 0.14),
            "text": ["计划开始", *(_hover(view, i) for i in range(gone))],
            "hovertemplate": "%{text}<extra></extra>",
            "hoverinfo": "text",
        },
    ]
    if 0 < gone < whole and target.done < target.amount:
        data.append(_line([gone, whole], [target.done, target.amount], "t3", 1.25, on, dash="dash"))
    if gone:
        data += [_dot(gone, target.done, "now", "now", on), _dot(gone, target.done + area.active, "s1", "bar", on)]
    return data


def _line(x: list[int], y: list[float], token: str, width: float, on: Screen, dash: str = "solid") -> dict[str, Any]:
    look = {"color": on.token(token), "width": on.px(width), "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": look, "hoverinfo": "skip", "cliponaxis": False}


def _dot(x: int, y: float, fill: str, edge: str, on: Screen) -> dict[str, Any]:
    line = {"color": on.token(edge), "width": on.px(2)}
    marker = {"color": on.token(fill), "size": on.px(8), "line": line}
    return {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "marker": marker, "hoverinfo": "skip", "cliponaxis": False}


def _upright(at: int, on: Screen) -> dict[str, Any]:
    line = {"color": on.token("line"), "width": on.px(1)}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _notes(view: PlanPanel, on: Screen) -> list[dict[str, Any]]:
    """Names and figures at the lines: what is done, an even pace now, with everything in progress, and the target."""
    whole, gone, area = len(view.months), len(view.course), view.goals[0]
    target = area.target
    reach = _reach(view)
    notes = [_note(whole, target.amount, f"目标 {formatting.rounded(target.amount, 0):,} 亩", "t2", on, "right", 12)]
    if not gone:
        return notes
    even, ahead = target.amount * gone / whole, target.done + area.active
    done = f"<b>完成 {_mu(target.done)}</b>"
    # Words stand at the right of the month while there is room, else at its left; their background parts them from lines.
    late, least = gone / whole >= _ROOM, reach * _LINE
    side, aside = ("right", -8) if late else ("left", 8)
    ground = {} if late else {"bgcolor": on.token("s1"), "borderpad": 1}
    up = -10 if target.done > least else 10
    notes.append(_note(gone, target.done, done, "t1", on, side, up, aside) | ground)
    if gone < whole and gone / whole > _LEFT and (not late or abs(even - target.done) > 2 * least):
        notes.append(_note(gone, even, f"序时 {_mu(even)}", "t3", on, "right", 10, -6))
    clear = ahead - target.done > 3 * least and target.amount - ahead > least
    if gone < whole and clear and (not late or abs(ahead - even) > 2 * least):
        notes.append(_note(gone, ahead, f"含实施 {_mu(ahead)}", "t2", on, side, -8, aside) | ground)
    return notes


def _note(x: float, y: float, text: str, token: str, on: Screen, anchor: str, up: float, aside: float = 0) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": anchor,
        "yshift": on.px(up),
        "xshift": on.px(aside),
        "font": {"size": on.px(12), "color": on.token(token)},
    }


def _mu(area: float) -> str:
    return f"{formatting.rounded(area, 0):,}"


def _hover(view: PlanPanel, at: int) -> str:
    """What is known at the end of a month of the plan."""
    target, month, done = view.goals[0].target, view.months[at], view.course[at]
    gone = (at + 1) / len(view.months)
    lines = [
        f"<b>{months_label(month, month)}末</b>",
        f"累计完成 {formatting.number(done, MU)} 亩（{formatting.percent(done / target.amount)}）",
        f"序时 {_mu(target.amount * gone)} 亩（{formatting.percent(gone)}）",
        wrapped("口径：计划期内完成的有机更新项目的更新面积之和"),
    ]
    return "<br>".join(lines)
