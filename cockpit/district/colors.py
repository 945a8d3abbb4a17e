"""A colour for each chain of a pack: names of the palette in order, or the pack's own."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping, Sequence

#: The palette (`layouts/ui/theme.py` has the values for both themes); the first ones are told apart best.
CHAIN_COLORS = ("rose", "lime", "blue", "violet", "cyan", "gold", "forest", "copper", "pink", "teal", "orange", "indigo")
_OWN = re.compile("#[0-9A-F]{6}")
#: Share of a turn of the colour wheel between two colours that the palette doesn't have.
_GOLDEN = 0.618034


def parse_color(text: str) -> str:
    """Return a name of the palette or a colour like ``#1A7FB3``. Raises ``ValueError`` for anything else."""
    color = text if text in CHAIN_COLORS else text.upper()
    if color and color not in CHAIN_COLORS and not _OWN.fullmatch(color):
        raise ValueError(f"颜色“{text}”不认识：写 {'、'.join(CHAIN_COLORS)} 之一，或 #1A7FB3 这样的颜色")
    return color


def assign_colors(requested: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Give each chain (key, own colour or '') one of its own: its own, else the next that nobody has. No two are equal.

    Raises ``ValueError`` when two chains want the same.
    """
    own = [color for _, color in requested if color]
    if twice := sorted({color for color in own if own.count(color) > 1}):
        raise ValueError(f"chains.color: 重复 {'、'.join(twice)}")
    rest = iter([color for color in (*CHAIN_COLORS, *_more_colors(len(requested))) if color not in own])
    return {key: color or next(rest) for key, color in requested}


def _more_colors(count: int) -> list[str]:
    """Return colours of medium lightness, readable in both themes, around the wheel in golden steps."""
    colors = []
    for step in range(count):
        red, green, blue = colorsys.hls_to_rgb(step * _GOLDEN % 1, 0.5, 0.55 + 0.1 * (step % 3))
        colors.append("#" + "".join(f"{round(part * 255):02X}" for part in (red, green, blue)))
    return colors
