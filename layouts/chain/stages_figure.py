"""The lines between the stages of a chain, as a picture that lies under the nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from layouts.ui.theme import Screen

#: Space between two columns of nodes, in percent of the width; `assets/30_pages.css` says the same.
GAP = 8.0
_THIN, _THICK = 1.2, 7.0
_OPACITY, _STRONG, _WEAK = 0.4, 0.75, 0.16


@dataclass(frozen=True, slots=True)
class Node:
    """A stage as the lines see it: where it leads, its output (NaN = none), whether it is missing (缺链), or chosen."""

    name: str
    following: tuple[str, ...]
    value: float
    gap: bool
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A node's column and the height of its middle, in percent."""

    node: Node
    column: int
    y: float


def edges_picture(columns: Sequence[Sequence[Node]], on: Screen, token: str) -> str:
    """A data URI, stretched over the columns; empty when nothing leads anywhere.

    The nodes of a column stand in rows of equal height. Where every node of a column leads to the same
    several nodes of another, the lines run through one point, so that 4 + 4 lines stand for 16. With nodes
    chosen, the lines from and to them stand out.
    """
    places = {
        node.name: _Place(node, c, (i + 0.5) / len(column) * 100)
        for c, column in enumerate(columns)
        for i, node in enumerate(column)
    }
    most = max((n.value for column in columns for n in column if n.value > 0), default=1.0)
    paths = []
    for column in columns:
        for to in range(len(columns)):
            paths += _between(column, to, places, len(columns), most)
    if not paths:
        return ""
    rest = _WEAK if any(n.chosen for column in columns for n in column) else _OPACITY
    styles = (
        f".e,.E{{stroke:{on.token(token)};opacity:{rest}}}.E{{opacity:{_STRONG}}}"
        f".g{{stroke:{on.token('warn')};stroke-dasharray:{on.px(4)} {on.px(4)}}}"
        "path{fill:none;vector-effect:non-scaling-stroke}"
    )
    lines = "".join(f'<path class="{name}" stroke-width="{on.px(width):g}" d="{d}"/>' for d, width, name in paths)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f"<style>{styles}</style>{lines}</svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"


Path = tuple[str, float, str]


def _between(column: Sequence[Node], to: int, places: dict[str, _Place], count: int, most: float) -> list[Path]:
    """The lines from one column to another."""
    links = [(places[n.name], [places[t] for t in n.following if t in places and places[t].column == to]) for n in column]
    links = [(source, targets) for source, targets in links if targets]
    if not links:
        return []
    ends = {tuple(t.node.name for t in targets) for _, targets in links}
    if len(links) > 1 and len(ends) == 1 and len(links[0][1]) > 1 and links[0][0].column < to:
        return _bundle([s for s, _ in links], links[0][1], count, most)
    return [
        (
            _curve(*_exit(source, target, count), *_entry(source, target, count)),
            *_look(source.node, most, strong=source.node.chosen or target.node.chosen),
        )
        for source, targets in links
        for target in targets
    ]


def _bundle(sources: Sequence[_Place], targets: Sequence[_Place], count: int, most: float) -> list[Path]:
    out, into = _sides(sources[0].column, count)[1], _sides(targets[0].column, count)[0]
    x = (out + into) / 2
    y = sum(p.y for p in (*sources, *targets)) / (len(sources) + len(targets))
    # All that flows into the point flows out of it: a chosen end makes every line to the other side stand out.
    begun, ended = any(s.node.chosen for s in sources), any(t.node.chosen for t in targets)
    paths: list[Path] = [(_curve(out, s.y, x, y), *_look(s.node, most, strong=ended or s.node.chosen)) for s in sources]
    missing = all(s.node.gap for s in sources)
    return paths + [
        (_curve(x, y, into, t.y), *_look(sources[0].node if missing else t.node, most, strong=begun or t.node.chosen))
        for t in targets
    ]


def _look(node: Node, most: float, *, strong: bool) -> tuple[float, str]:
    """Width (∝ √ output) and class of the line that belongs to a node."""
    name = "E" if strong else "e"
    if node.gap or not node.value > 0:
        return _THIN, "g" if node.gap else name
    return _THIN + (_THICK - _THIN) * math.sqrt(node.value / most), name


def _sides(column: int, count: int) -> tuple[float, float]:
    """Left and right edge of a column."""
    width = (100 - (count - 1) * GAP) / count
    left = column * (width + GAP)
    return left, left + width


def _exit(source: _Place, target: _Place, count: int) -> tuple[float, float]:
    left, right = _sides(source.column, count)
    return (right if target.column >= source.column else left), source.y


def _entry(source: _Place, target: _Place, count: int) -> tuple[float, float]:
    left, right = _sides(target.column, count)
    return (left if target.column > source.column else right), target.y


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """An S between two points; a bow to the right when both are on the same edge."""
    if x1 == x2:
        bow = x1 + GAP / 2
        return f"M{x1:.2f},{y1:.2f}C{bow:.2f},{y1:.2f} {bow:.2f},{y2:.2f} {x2:.2f},{y2:.2f}"
    middle = (x1 + x2) / 2
    return f"M{x1:.2f},{y1:.2f}C{middle:.2f},{y1:.2f} {middle:.2f},{y2:.2f} {x2:.2f},{y2:.2f}"
