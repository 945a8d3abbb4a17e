"""The lines between the stages of a chain, as a picture that lies under the nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from layouts.ui.templates import render
from layouts.ui.theme import Viewport

#: Space between two columns of nodes, in percent of the width; the same as in `assets/pages/chain.css`.
COLUMN_GAP = 8.0
_THIN, _THICK = 1.2, 7.0
#: Opacity of the lines: with no stage selected, of those of a selected stage, and of the others beside it.
_OPACITY, _STRONG, _WEAK = 0.4, 0.75, 0.16
#: Length of a dash of lines to and from missing stages.
_DASH = 4.0


@dataclass(frozen=True, slots=True)
class StageNode:
    """A stage as an end of lines: where it leads, its output (NaN = none), whether it is missing (缺链), or selected."""

    name: str
    following: tuple[str, ...]
    value: float
    is_missing: bool
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: its path, its width in pixels of the design, and its class: e, E (selected) or g (missing)."""

    path: str
    width: float
    class_name: str


@dataclass(frozen=True, slots=True)
class _Position:
    """Column of a node, and the height of its middle in percent."""

    node: StageNode
    column: int
    y: float


def edges_picture(columns: Sequence[Sequence[StageNode]], viewport: Viewport, token: str) -> str:
    """Draw the lines as a data URI, to be stretched over the columns; '' when no stage leads to another.

    The nodes of a column are in rows of equal height. Where every node of a column leads to the same several nodes of
    another, the lines run through one point, so that 4 + 4 lines are drawn instead of 16. The lines from and to selected
    nodes are stronger than the others.
    """
    positions = {
        node.name: _Position(node, c, (i + 0.5) / len(column) * 100)
        for c, column in enumerate(columns)
        for i, node in enumerate(column)
    }
    most = max((n.value for column in columns for n in column if n.value > 0), default=1.0)
    lines: list[_Line] = []
    for column in columns:
        for to in range(len(columns)):
            lines += _between(column, to, positions, len(columns), most)
    if not lines:
        return ""
    has_selected = any(n.is_selected for column in columns for n in column)
    svg = render(
        "chain/stage_edges.html",
        color=viewport.token(token),
        opacity=_WEAK if has_selected else _OPACITY,
        strong_opacity=_STRONG,
        gap_color=viewport.token("warn"),
        dash=viewport.px(_DASH),
        lines=[(line.class_name, f"{viewport.px(line.width):g}", line.path) for line in lines],
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _between(column: Sequence[StageNode], to: int, positions: dict[str, _Position], count: int, most: float) -> list[_Line]:
    """Build the lines from one column to another."""
    links = [
        (positions[n.name], [positions[t] for t in n.following if t in positions and positions[t].column == to]) for n in column
    ]
    links = [(source, targets) for source, targets in links if targets]
    if not links:
        return []
    ends = {tuple(t.node.name for t in targets) for _, targets in links}
    if len(links) > 1 and len(ends) == 1 and len(links[0][1]) > 1 and links[0][0].column < to:
        return _bundle([s for s, _ in links], links[0][1], count, most)
    return [
        _line(
            _curve(*_exit(source, target, count), *_entry(source, target, count)),
            source.node,
            most,
            is_strong=source.node.is_selected or target.node.is_selected,
        )
        for source, targets in links
        for target in targets
    ]


def _bundle(sources: Sequence[_Position], targets: Sequence[_Position], count: int, most: float) -> list[_Line]:
    """Build the lines of all sources to all targets, through one point between the columns."""
    out, into = _sides(sources[0].column, count)[1], _sides(targets[0].column, count)[0]
    x = (out + into) / 2
    y = sum(p.y for p in (*sources, *targets)) / (len(sources) + len(targets))
    # All that flows into the point flows out of it: a selected end makes every line to the other side strong.
    from_selected, to_selected = any(s.node.is_selected for s in sources), any(t.node.is_selected for t in targets)
    all_missing = all(s.node.is_missing for s in sources)
    lines = [_line(_curve(out, s.y, x, y), s.node, most, is_strong=to_selected or s.node.is_selected) for s in sources]
    for target in targets:
        node = sources[0].node if all_missing else target.node
        lines.append(_line(_curve(x, y, into, target.y), node, most, is_strong=from_selected or target.node.is_selected))
    return lines


def _line(path: str, node: StageNode, most: float, *, is_strong: bool) -> _Line:
    """Build the line that belongs to a node; its width grows with the root of the node's output."""
    if node.is_missing:
        return _Line(path, _THIN, "g")
    share = node.value / most if node.value > 0 else 0.0
    return _Line(path, _THIN + (_THICK - _THIN) * math.sqrt(share), "E" if is_strong else "e")


def _sides(column: int, count: int) -> tuple[float, float]:
    """Return the left and the right edge of a column."""
    width = (100 - (count - 1) * COLUMN_GAP) / count
    left = column * (width + COLUMN_GAP)
    return left, left + width


def _exit(source: _Position, target: _Position, count: int) -> tuple[float, float]:
    left, right = _sides(source.column, count)
    return (right if target.column >= source.column else left), source.y


def _entry(source: _Position, target: _Position, count: int) -> tuple[float, float]:
    left, right = _sides(target.column, count)
    return (left if target.column > source.column else right), target.y


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """Draw an S between two points; a bow to the right when both are on the same edge."""
    if x1 == x2:
        bow = x1 + COLUMN_GAP / 2
        return f"M{x1:.2f},{y1:.2f}C{bow:.2f},{y1:.2f} {bow:.2f},{y2:.2f} {x2:.2f},{y2:.2f}"
    middle = (x1 + x2) / 2
    return f"M{x1:.2f},{y1:.2f}C{middle:.2f},{y1:.2f} {middle:.2f},{y2:.2f} {x2:.2f},{y2:.2f}"
