"""How grades moved: a Sankey with the year before on the left and the year on the right."""

from __future__ import annotations

from typing import Any

from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.parts import GradeTransitions
from layouts.ui.theme import Viewport, grade_token, layout

_GAP = 0.035
_THICK = 10.0
_LEAST = 0.012


def flow_figure(flows: GradeTransitions, names: tuple[str, str], viewport: Viewport) -> dict[str, Any]:
    """The firms of ``flows``; ``names`` stand over the two sides."""
    keys = flows.keys
    before, after = [sum(row) for row in flows.counts], [sum(column) for column in zip(*flows.counts, strict=True)]
    left, right = _places(before), _places(after)
    links = [(i, j, n) for i, row in enumerate(flows.counts) for j, n in enumerate(row) if n]
    node = {
        "x": [0.001] * len(keys) + [0.999] * len(keys),
        "y": [*left, *right],
        "label": [""] * (2 * len(keys)),
        "color": [viewport.token(grade_token(k)) for k in (*keys, *keys)],
        "thickness": viewport.px(_THICK),
        "pad": viewport.px(2),
        "line": {"width": 0},
        "customdata": [*(f"{names[0]} {k}" for k in keys), *(f"{names[1]} {k}" for k in keys)],
        "hovertemplate": "%{customdata} %{value:,d}家<extra></extra>",
    }
    link = {
        "source": [i for i, _, _ in links],
        "target": [len(keys) + j for _, j, _ in links],
        "value": [n for _, _, n in links],
        "color": [_band(keys[i], keys[j], viewport) for i, j, _ in links],
        "customdata": [f"{keys[i]} → {keys[j]}" for i, j, _ in links],
        "hovertemplate": "%{customdata} %{value:,d}家<extra></extra>",
    }
    return {
        "data": [{"type": "sankey", "arrangement": "fixed", "node": node, "link": link}],
        "layout": layout(
            viewport,
            margin={"l": viewport.px(70), "r": viewport.px(96), "t": viewport.px(24), "b": viewport.px(10), "pad": 0},
            annotations=_labels(keys, before, after, left, right, names, viewport),
        ),
    }


def _places(totals: list[int]) -> list[float]:
    """Middles of the nodes from the top, heights in proportion; small ones get room for their label."""
    whole = sum(totals) or 1
    free = 1 - _GAP * (len(totals) - 1)
    found, top = [], 0.0
    for n in totals:
        height = max(n / whole * free, _LEAST)
        found.append(min(max(top + height / 2, 0.001), 0.999))
        top += height + _GAP
    return found


def _band(before: str, after: str, viewport: Viewport) -> str:
    """Risen, fallen, or neither."""
    if before not in GRADES or after not in GRADES or before == after:
        return viewport.faded("ghost", 0.28)
    risen = GRADES.index(after) < GRADES.index(before)
    light = viewport.theme == "light"
    return viewport.faded(grade_token("B" if light else "A") if risen else grade_token("D"), 0.55)


def _labels(
    keys: tuple[str, ...], before: list[int], after: list[int], left: list[float], right: list[float],
    names: tuple[str, str], viewport: Viewport,
) -> list[dict[str, Any]]:  # fmt: skip
    found = []
    for side, totals, places in (("l", before, left), ("r", after, right)):
        for i, (key, total, y) in enumerate(zip(keys, totals, _apart(places, 0.17 if viewport.wall else 0.075), strict=True)):
            text = f"<b>{key}</b> {total:,}"
            if side == "r":
                moved = total - before[i]
                text += f"  {moved:+,}".replace("-", "\N{MINUS SIGN}") if moved else "  0"
            found.append(_label(side, 1 - y, text, "t1", viewport))
    for side, name in (("l", names[0]), ("r", names[1])):
        found.append(_label(side, 1.0, name, "t3", viewport) | {"yanchor": "bottom", "yshift": viewport.px(8)})
    return found


def _apart(places: list[float], least: float) -> list[float]:
    """Labels' places: the nodes' middles, pushed up where two would touch, and down again where that leads out of the chart."""
    found = list(places)
    for i in range(len(found) - 2, -1, -1):
        found[i] = min(found[i], found[i + 1] - least)
    for i in range(len(found)):
        found[i] = max(found[i], found[i - 1] + least if i else 0.0)
    return found


def _label(side: str, y: float, text: str, token: str, viewport: Viewport) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0 if side == "l" else 1,
        "y": y,
        "xanchor": "right" if side == "l" else "left",
        "xshift": viewport.px(-6 if side == "l" else 6),
        "text": text,
        "showarrow": False,
        "font": {"size": viewport.px(12), "color": viewport.token(token)},
    }
