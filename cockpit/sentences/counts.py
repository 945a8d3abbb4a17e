"""Counts of months and firms, said only of as many as there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cockpit.sentences.shares import is_whole, precise_percent


def top_share(firms: int, among: int, fraction: float) -> str:
    """Say what share the largest ``firms`` have: 前4家占62.0%; '' where there aren't more than these, and it says nothing."""
    if among <= firms:
        return ""
    return f"前{firms}家占{'全部' if is_whole(fraction) else precise_percent(fraction)}"


def months_above(changes: Sequence[float], noun: str, base: str) -> str:
    """Say in how many of the months the value was above the base: 12个月中9个高于上年同期. ``changes``: all known."""
    above, below = sum(c > 0 for c in changes), sum(c < 0 for c in changes)
    count = f"{len(changes)}个{noun}"
    if len(changes) == 1:
        return f"1个{noun}{'高于' if above else '低于' if below else '等于'}{base}"
    if above == len(changes):
        return f"{count}均高于{base}"
    if below == len(changes):
        return f"{count}均低于{base}"
    return f"{count}中{above}个高于{base}" if above else f"{count}都没有高于{base}"


def is_highest(value: float, others: Sequence[float]) -> bool:
    """Return whether a value is above zero and above all others, of which there are any."""
    known = [other for other in others if not math.isnan(other)]
    return bool(known) and value > max(known) and value > 0
