"""Verbs and superlatives of change, by its sign as shown: 增长、下降、持平; 增长最快, 降幅最小."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from cockpit import formatting
from cockpit.catalogue.formulas import Direction, Metric
from cockpit.selection import Compare
from cockpit.sentences.clauses import Clause
from cockpit.sentences.superlatives import Member, find_holders

UNCHANGED = "持平"


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """How changes of something are worded: verbs up and down, and the degrees, best first.

    ``down_is_good``: the fall is what is looked for, and no rise is praised. ``show`` formats a change with its sign.
    """

    up: str
    down: str
    most: str
    least_fall: str
    show: Callable[[float], str]
    down_is_good: bool = False

    def verb(self, change: float) -> str:
        """Say a change without its sign: 增长7.4%, 下降0.30个百分点, 持平."""
        shown = self.show(change)
        if shown[0] not in f"+{formatting.MINUS}":
            return UNCHANGED
        return f"{self.up if shown[0] == '+' else self.down}{shown[1:]}"


def signed_unit(unit: str, digits: int) -> Callable[[float], str]:
    """Return what shows changes in a unit with their sign: +0.82万元/亩."""
    return lambda change: f"{formatting.format_signed(change, digits)}{unit}"


_PERCENT = partial(formatting.format_change, is_percent=False)
_POINTS = partial(formatting.format_change, is_percent=True)
GROWTH = ChangeTerms("增长", "下降", "增长最快", "降幅最小", _PERCENT)
POINTS = ChangeTerms("提高", "下降", "提高最多", "降得最少", _POINTS)
RATIO = ChangeTerms("提高", "下降", "提高最多", "降幅最小", _PERCENT)
NEUTRAL = ChangeTerms("上升", "下降", "升幅最小", "降幅最大", _PERCENT, down_is_good=True)
NEUTRAL_POINTS = ChangeTerms("上升", "下降", "升得最少", "降得最多", _POINTS, down_is_good=True)


def change_terms(metric: Metric) -> ChangeTerms:
    """Return the words for a metric: none praises or blames where it is not good to rise."""
    if metric.direction is not Direction.UP:
        return NEUTRAL_POINTS if metric.is_percent else NEUTRAL
    if metric.is_percent:
        return POINTS
    return RATIO if metric.is_ratio else GROWTH


def strongest_change(members: Iterable[Member], terms: ChangeTerms, *, noun: str) -> Clause | None:
    """Say who changed best, in the words that its sign as shown allows; ``None`` among fewer than two."""
    holders = find_holders(members, terms.show, least=terms.down_is_good)
    if holders is None:
        return None
    verb = terms.verb(holders.value)
    if holders.is_everyone:
        return Clause(f"{holders.count}{noun}", f"均{verb}")
    if verb == UNCHANGED:
        return Clause(holders.named(noun), f"{UNCHANGED}，其余{terms.up if terms.down_is_good else terms.down}", also=False)
    rose = verb.startswith(terms.up)
    together = "并列" if len(holders.names) > 1 else ""
    return Clause(holders.named(noun), f"{together}{terms.most if rose else terms.least_fall}（{holders.shown}）")


def base_label(compare: Compare) -> str:
    """Name what values are compared with: 上年同期, 上期."""
    return "上期" if compare is Compare.MOM else "上年同期"
