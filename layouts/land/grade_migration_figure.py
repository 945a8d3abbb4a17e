"""How grades moved: a Sankey with the year before on the left and the year on the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.migration import GradeMigration
from layouts.charts.annotations import PAPER, note, spread_labels
from layouts.ui.theme import Viewport, grade_token, layout

#: Room between nodes and the least height of one, as shares of the figure's height.
_NODE_GAP, _LEAST_HEIGHT = 0.035, 0.012
_NODE_WIDTH = 10.0
#: Plotly ignores positions of nodes at the very edge.
_EDGE = 0.001
#: Distance of a label from its node, the width of a digit, and the last character that is no wider.
_LABEL_SHIFT, _HALF_WIDTH, _LAST_NARROW = 6, 7.0, 0x2E7F
#: Least distance of two labels, as shares of the figure's height.
_LABEL_GAP, _WALL_LABEL_GAP = 0.075, 0.17


def grade_migration_figure(moves: GradeMigration, names: tuple[str, str], viewport: Viewport) -> dict[str, Any]:
    """Build the Sankey of firms by grade before and after; ``names`` are over the two sides."""
    keys = moves.keys
    before, after = [sum(row) for row in moves.counts], [sum(column) for column in zip(*moves.counts, strict=True)]
    left, right = _node_positions(before), _node_positions(after)
    links = [(i, j, n) for i, row in enumerate(moves.counts) for j, n in enumerate(row) if n]
    node = {
        "x": [_EDGE] * len(keys) + [1 - _EDGE] * len(keys),
        "y": [*left, *right],
        "label": [""] * (2 * len(keys)),
        "color": [viewport.token(grade_token(k)) for k in (*keys, *keys)],
        "thickness": viewport.px(_NODE_WIDTH),
        "pad": viewport.px(2),
        "line": {"width": 0},
        "customdata": [*(f"{names[0]} {k}" for k in keys), *(f"{names[1]} {k}" for k in keys)],
        "hovertemplate": "%{customdata} %{value:,d}家<extra></extra>",
    }
    link = {
        "source": [i for i, _, _ in links],
        "target": [len(keys) + j for _, j, _ in links],
        "value": [n for _, _, n in links],
        "color": [_link_color(keys[i], keys[j], viewport) for i, j, _ in links],
        "customdata": [f"{keys[i]} → {keys[j]}" for i, j, _ in links],
        "hovertemplate": "%{customdata} %{value:,d}家<extra></extra>",
    }
    texts = {"left": _texts(keys, before), "right": _texts_with_change(keys, before, after)}
    labels = [
        *_node_labels("left", texts["left"], left, viewport),
        *_node_labels("right", texts["right"], right, viewport),
        *(_name_label(side, name, viewport) for side, name in zip(("left", "right"), names, strict=True)),
    ]
    return {
        "data": [{"type": "sankey", "arrangement": "fixed", "node": node, "link": link}],
        "layout": layout(viewport, margin=_margin(texts, names, viewport), annotations=labels),
    }


def _margin(texts: Mapping[str, list[str]], names: tuple[str, str], viewport: Viewport) -> dict[str, float]:
    """Return the margins: the labels beside the nodes, and the names over them, have the room that they need."""
    left, right = (_width([*texts[side], name], viewport) for side, name in zip(("left", "right"), names, strict=True))
    return {"l": left, "r": right, "t": viewport.px(24), "b": viewport.px(10), "pad": 0}


def _node_positions(totals: list[int]) -> list[float]:
    """Return the middles of the nodes from the top (0-1), with heights in proportion; small ones get room for their label."""
    whole = sum(totals) or 1
    available = 1 - _NODE_GAP * (len(totals) - 1)
    positions, top = [], 0.0
    for total in totals:
        height = max(total / whole * available, _LEAST_HEIGHT)
        positions.append(min(max(top + height / 2, _EDGE), 1 - _EDGE))
        top += height + _NODE_GAP
    return positions


def _link_color(before: str, after: str, viewport: Viewport) -> str:
    """Return the colour of firms that rose, fell, or neither."""
    if before not in GRADES or after not in GRADES or before == after:
        return viewport.faded("ghost", 0.28)
    if GRADES.index(after) > GRADES.index(before):
        return viewport.faded(grade_token("D"), 0.55)
    return viewport.faded(grade_token("B" if viewport.theme == "light" else "A"), 0.55)


def _texts(keys: tuple[str, ...], totals: list[int]) -> list[str]:
    return [f"<b>{key}</b> {total:,}" for key, total in zip(keys, totals, strict=True)]


def _texts_with_change(keys: tuple[str, ...], before: list[int], after: list[int]) -> list[str]:
    changes = [
        f"{new - old:+,}".replace("-", "\N{MINUS SIGN}") if new != old else "0" for old, new in zip(before, after, strict=True)
    ]
    return [f"{text}  {change}" for text, change in zip(_texts(keys, after), changes, strict=True)]


def _width(texts: list[str], viewport: Viewport) -> float:
    """Return room for the longest label: a Chinese character takes about twice the width of a digit."""
    visible = (text.replace("<b>", "").replace("</b>", "") for text in texts)
    halves = max(sum(2 if ord(character) > _LAST_NARROW else 1 for character in text) for text in visible)
    return viewport.px(_LABEL_SHIFT + _HALF_WIDTH * halves + _NODE_WIDTH / 2)


def _node_labels(side: str, texts: list[str], positions: list[float], viewport: Viewport) -> list[dict[str, Any]]:
    """Label the nodes of a side at their middles, where two labels would touch a little higher or lower."""
    spread = spread_labels(positions, _WALL_LABEL_GAP if viewport.wall else _LABEL_GAP, 0.0)
    return [_label(side, 1 - y, text, "t1", viewport) for text, y in zip(texts, spread, strict=True)]


def _name_label(side: str, name: str, viewport: Viewport) -> dict[str, Any]:
    return _label(side, 1.0, name, "t3", viewport, yanchor="bottom", yshift=viewport.px(8))


def _label(side: str, y: float, text: str, token: str, viewport: Viewport, **more: Any) -> dict[str, Any]:
    x, anchor, shift = (0, "right", -_LABEL_SHIFT) if side == "left" else (1, "left", _LABEL_SHIFT)
    return note(x, y, text, token, viewport, **PAPER, xanchor=anchor, xshift=viewport.px(shift), **more)
