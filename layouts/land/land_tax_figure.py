"""Tax against land, both logarithmic: firms of equal 亩均税收 lie on a straight line.

Where firms lie close together, one mark stands for them (``LandTaxCluster``); a click on it lists them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit import formatting
from cockpit.catalogue.names import short_firm
from cockpit.evaluation.grading.reasons import format_trimmed
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import UNGRADED
from cockpit.evaluation.results.land_tax_cells import LandTaxCluster
from cockpit.views.land.scatter import LandTaxPoint, LandTaxScatter
from layouts.ui.theme import Viewport, grade_token, layout

_LEVELS = (1.0, 10.0, 50.0, 200.0)
#: Marks of an axis between powers of ten, the fewest first; the last ones are for wide ranges.
_MARKED = ((1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, *map(float, range(2, 10))), (1.0,))
_LARGEST, _SMALLEST = 26.0, 4.0
_MARKS = {"A": 0.55, "B": 0.5, "C": 0.55, "D": 0.95, "": 0.45}


def land_tax_figure(view: LandTaxScatter, viewport: Viewport) -> dict[str, Any] | None:
    """The figure, or ``None`` when no firm can be drawn.

    A click on a firm carries ``firm:<code>``, one on firms close together ``firms:<words that find them>``.
    """
    if not view.firm_count:
        return None
    # Clouds below single firms, C first and D last, so that what matters lies on top.
    marks = [*sorted(map(_of_cloud, view.clusters), key=lambda m: -m.x), *map(_of_firm, view.firms)]
    x, y = _range([m.x for m in marks]), _range([m.y for m in marks])
    most = max((m.value_added for m in marks if m.value_added > 0), default=1.0)
    data = [_trace([m for m in marks if m.grade == grade], grade, most, viewport) for grade in ("", "C", "B", "A", "D")]
    return {
        "data": [d for d in (_level_lines(x, y, viewport), *data) if d["x"]],
        "layout": layout(
            viewport,
            xaxis=_axis(x, viewport, "用地（亩）"),
            yaxis=_axis(y, viewport, "", side=True),
            margin={"l": viewport.px(44), "r": viewport.px(14), "t": viewport.px(22), "b": viewport.px(40), "pad": 0},
            shapes=_limit_line(view.limit, x, y, viewport),
            annotations=[*_limit_words(view.limit, x, y, viewport), *_names(view, viewport), _tax_title(viewport)],
            hovermode="closest",
        ),
    }


@dataclass(frozen=True, slots=True)
class _Mark:
    """A firm, or firms close together, as drawn: land and tax, what its area says, and where a click leads."""

    grade: str
    x: float
    y: float
    value_added: float
    hover: str
    leads: str


def _of_firm(firm: LandTaxPoint) -> _Mark:
    grade = firm.grade if firm.grade in GRADES else ""
    return _Mark(grade, firm.land, firm.tax, firm.value_added, _hover(firm), f"firm:{firm.credit_code}")


def _of_cloud(cloud: LandTaxCluster) -> _Mark:
    return _Mark(cloud.cell.grade, *cloud.center, cloud.value_added, _told(cloud), f"firms:{cloud.cell.label}")


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Least and greatest as powers of ten, with a margin."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return low - 0.08 * (high - low + 1), high + 0.1 * (high - low + 1)


def _axis(span: tuple[float, float], viewport: Viewport, title: str, *, side: bool = False) -> dict[str, Any]:
    # Wide ranges get powers of ten only; narrow ones as few marks in between as show at least two.
    choices = _MARKED if span[1] - span[0] < 3 else _MARKED[-1:]
    powers = range(math.floor(span[0]), math.ceil(span[1]) + 1)
    every = ([10.0**p * s for p in powers for s in steps if span[0] <= p + math.log10(s) <= span[1]] for steps in choices)
    ticks: list[float] = max(every, key=lambda found: min(len(found), 2))
    look: dict[str, Any] = {"type": "log", "range": list(span), "tickvals": ticks, "ticktext": [_tick(t) for t in ticks]}
    if not side:
        look["title"] = {
            "text": title,
            "font": {"size": viewport.px(12), "color": viewport.token("t3")},
            "standoff": viewport.px(4),
        }
    return look


def _tick(value: float) -> str:
    if value >= 1e4:
        return f"{value / 1e4:g}万"
    return f"{value:,.4g}" if value >= 1 else f"{value:.6f}".rstrip("0")


def _tax_title(viewport: Viewport) -> dict[str, Any]:
    font = {"size": viewport.px(12), "color": viewport.token("t3")}
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": viewport.px(4)}
    return {**place, "text": "评价税收（万元）", "showarrow": False, "font": font}


def _trace(marks: Sequence[_Mark], grade: str, most: float, viewport: Viewport) -> dict[str, Any]:
    shares = [(m.value_added / most) ** 0.5 if m.value_added > 0 else 0.0 for m in marks]
    token = grade_token(grade)
    sizes = [viewport.px(max(_SMALLEST, _LARGEST * s)) for s in shares]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [m.x for m in marks],
        "y": [m.y for m in marks],
        "text": [m.hover for m in marks],
        "customdata": [m.leads for m in marks],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": sizes,
            "color": viewport.faded(token, _MARKS[grade]),
            "symbol": "diamond" if grade == "D" else "circle",
            "line": {"width": viewport.px(0.5), "color": viewport.token("s1")},
        },
        "name": grade,
    }


def _hover(firm: LandTaxPoint) -> str:
    kind = "类" if firm.grade in GRADES else ""
    added = formatting.MISSING if math.isnan(firm.value_added) else f"{formatting.round_half_up(firm.value_added, 0):,}"
    return "<br>".join(
        [
            f"<b>{firm.name}</b>",
            f"{firm.grade}{kind} · 总分{formatting.round_half_up(firm.score, 1)} · 第{firm.rank:.0f}位",
            f"用地 {formatting.round_half_up(firm.land, 1):,} 亩 · 税收 {formatting.round_half_up(firm.tax, 1):,} 万元",
            f"亩均税收 {formatting.round_half_up(firm.tax / firm.land, 2):,} 万元/亩",
            f"增加值 {added} 万元 · 点击看得分说明",
        ]
    )


def _told(cloud: LandTaxCluster) -> str:
    kind, area = f"{cloud.cell.grade}类" if cloud.cell.grade else UNGRADED, cloud.cell
    land, tax = (f"{format_trimmed(low)}—{format_trimmed(high)}" for low, high in (area.land, area.tax))
    return "<br>".join(
        [
            f"<b>{cloud.firms:,}家{kind}企业</b>",
            f"每家用地 {land} 亩 · 税收 {tax} 万元",
            f"合计用地 {formatting.round_half_up(cloud.land, 1):,} 亩 · 税收 {formatting.round_half_up(cloud.tax, 1):,} 万元",
            f"亩均税收 {formatting.round_half_up(cloud.tax / cloud.land, 2):,} 万元/亩",
            f"合计增加值 {formatting.round_half_up(cloud.value_added, 0):,} 万元 · 点击看名单",
        ]
    )


def _line(level: float, x: tuple[float, float], look: dict[str, Any]) -> dict[str, Any]:
    ends = [10**v for v in x]
    return {
        "type": "line",
        "x0": ends[0],
        "x1": ends[1],
        "y0": ends[0] * level,
        "y1": ends[1] * level,
        "layer": "below",
        "line": look,
    }


def _level_lines(x: tuple[float, float], y: tuple[float, float], viewport: Viewport) -> dict[str, Any]:
    """All lines of equal yield with their words: one trace, where each would be a shape and an annotation of its own."""
    at: list[float | None] = []
    height: list[float | None] = []
    words = []
    for level in _levels(x, y):
        line, start = _clipped(_line(level, x, {}), y), max(x[0], y[0] - math.log10(level)) + 0.02
        is_there = start + math.log10(level) < y[1] - 0.1
        at += [line["x0"], 10**start, line["x1"], None]
        height += [line["y0"], 10**start * level, line["y1"], None]
        words += [
            "",
            (f"{format_trimmed(level)}万元/亩" if level == _LEVELS[-1] else format_trimmed(level)) if is_there else "",
            "",
            "",
        ]
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": at,
        "y": height,
        "text": words,
        "textposition": "top right",
        "textfont": {"size": viewport.px(12), "color": viewport.token("t3")},
        "line": {"color": viewport.token("line2"), "width": viewport.px(1), "dash": "dot"},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "name": "亩均税收",
    }


def _levels(x: tuple[float, float], y: tuple[float, float]) -> list[float]:
    """Levels whose line crosses the chart."""
    return [v for v in _LEVELS if y[0] < x[1] + math.log10(v) and x[0] + math.log10(v) < y[1]]


def _clipped(line: dict[str, Any], y: tuple[float, float]) -> dict[str, Any]:
    """The line cut off where it leaves the chart."""
    low, high = 10 ** y[0], 10 ** y[1]
    level = line["y0"] / line["x0"]
    for end in ("0", "1"):
        line[f"y{end}"] = min(max(line[f"y{end}"], low), high)
        line[f"x{end}"] = line[f"y{end}"] / level
    return line


def _limit_line(limit: float, x: tuple[float, float], y: tuple[float, float], viewport: Viewport) -> list[dict[str, Any]]:
    if math.isnan(limit):
        return []
    return [_clipped(_line(limit, x, {"color": viewport.token("grade-d"), "width": viewport.px(1.5)}), y)]


def _limit_words(limit: float, x: tuple[float, float], y: tuple[float, float], viewport: Viewport) -> list[dict[str, Any]]:
    if math.isnan(limit):
        return []
    at = min(x[1], y[1] - math.log10(limit))
    text = f"<b>D类线 {format_trimmed(limit)}万元/亩</b>"
    return [
        _word(at, at + math.log10(limit), text, "grade-d-text", viewport)
        | {"xanchor": "right", "yanchor": "top", "yshift": viewport.px(-10)}
    ]


def _names(view: LandTaxScatter, viewport: Viewport) -> list[dict[str, Any]]:
    found = []
    for at in () if viewport.narrow else view.named:
        firm = view.firms[at]
        word = _word(math.log10(firm.land), math.log10(firm.tax), short_firm(firm.name), "t1", viewport)
        found.append(word | {"xanchor": "right", "yanchor": "bottom", "xshift": viewport.px(-8), "yshift": viewport.px(4)})
    return found


def _word(x: float, y: float, text: str, token: str, viewport: Viewport) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": viewport.px(12), "color": viewport.token(token)}}
