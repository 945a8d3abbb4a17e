"""What drove a change: nothing that falls pulls (拉动), nothing that grows drags (拖累), and nothing of 0.00 does either."""

from __future__ import annotations

import math
from collections.abc import Iterable

from cockpit import formatting
from cockpit.catalogue.formulas import Direction, Metric
from cockpit.sentences.clauses import Clause
from cockpit.sentences.superlatives import Member, find_holders

#: Verbs for parts that add to a change and that take from it; where down is good the verbs are neutral.
_PULLS, _DRAGS = "拉动", "拖累"
_RAISES, _LOWERS = "推高", "拉低"


def driving_verb(metric: Metric, points: float) -> str:
    """Return the verb for a part of ``points`` percentage points."""
    if metric.direction is Direction.UP:
        return _PULLS if points > 0 else _DRAGS
    return _RAISES if points > 0 else _LOWERS


def drive_text(metric: Metric, points: float) -> str:
    """Say what a part contributes, without a sign: 拉动2.95个百分点; '' where it is shown as zero."""
    shown = formatting.round_points(points)
    return f"{driving_verb(metric, points)}{abs(shown)}{formatting.POINTS}" if shown else ""


def main_driver(metric: Metric, members: Iterable[Member], total: float, *, noun: str) -> Clause | None:
    """Say which part pulled most where the whole grew, and which dragged most where it fell: 拖累最大（−3.13个百分点）.

    ``members``: percentage points; ``None`` among fewer than two, and where no part moved the same way as the whole.
    """
    if math.isnan(total):
        return None
    falls = formatting.round_points(total) < 0
    holders = find_holders(members, formatting.format_points, least=falls)
    if holders is None or not _moves(holders.shown, falls=falls):
        return None
    verb = driving_verb(metric, holders.value)
    if holders.is_everyone:
        return Clause(f"{holders.count}{noun}", f"各{verb}{holders.shown.lstrip(f'+{formatting.MINUS}')}{formatting.POINTS}")
    together = "并列" if len(holders.names) > 1 else ""
    return Clause(holders.named(noun), f"{together}{verb}最大（{holders.shown}{formatting.POINTS}）")


def _moves(shown: str, *, falls: bool) -> bool:
    return shown[0] == (formatting.MINUS if falls else "+")
