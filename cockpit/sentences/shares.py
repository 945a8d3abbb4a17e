"""Shares of a whole: words are decided on the unrounded value, and all of it is 全部."""

from __future__ import annotations

import math
from decimal import Decimal

from cockpit import formatting
from cockpit.sentences.clauses import Clause

_DIGITS = "〇一二三四五六七八九"
_NEAR = 1e-12


def is_whole(fraction: float) -> bool:
    """Return whether a share is all of it, but for how floats add up."""
    return fraction >= 1 - _NEAR


def share_text(fraction: float, shown: Decimal = formatting.NO_SHARE) -> str:
    """Describe a share: 近四成, 近半, 过半, 九成以上, 全部, else its percentage, as its list shows it (``shown``)."""
    if is_whole(fraction):
        return "全部"
    if fraction >= 0.9:
        return "九成以上"
    if 0.45 <= fraction < 0.5:
        return "近半"
    if 0.5 < fraction < 0.55:
        return "过半"
    below = [tenths for tenths in range(2, 10) if 0 < tenths - fraction * 10 <= 0.25]
    if below:
        return f"近{_DIGITS[below[0]]}成"
    return precise_percent(fraction) if shown.is_nan() else formatting.format_share(shown)


def share_clause(name: str, fraction: float, *, of: str = "", shown: Decimal = formatting.NO_SHARE) -> Clause | None:
    """Say what share of the whole (``of``) someone has: 塘栖占近四成; ``None`` where there is none to speak of.

    ``shown``: the percentage as the list has it that the share stands in.
    """
    # With negative values among the others a part may be more than the whole: no share says that.
    if math.isnan(fraction) or fraction <= 0 or fraction > 1 + _NEAR:
        return None
    if is_whole(fraction):
        return Clause("", f"{of}全部在{name}")
    return Clause(name, f"占{f'{of}的' if of else ''}{share_text(fraction, shown)}", also=False)


def precise_percent(fraction: float) -> str:
    """Format a share that is neither nothing nor all so that it doesn't read as either: 99.98%, 0.02%."""
    shown = formatting.format_percent(fraction)
    if 0 < fraction < 1 - _NEAR and shown in ("100.0%", "0.0%"):
        return formatting.format_percent(fraction, 2)
    return shown
