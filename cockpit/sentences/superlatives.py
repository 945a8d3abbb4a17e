"""Superlatives: who has the most or the least, decided on the values as they are shown.

There is none among fewer than two; those that share the first rank are named together (并列), and where all are equal that is
what is said (均为).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import takewhile

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.sentences.clauses import Clause

#: A name with its value; NaN = none.
Member = tuple[str, float]
#: Of more than these that share the first rank only the number is given.
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has the greatest or the least ``value`` among ``count``; all whose value is shown as the same text ``shown``."""

    names: tuple[str, ...]
    value: float
    shown: str
    count: int

    @property
    def is_everyone(self) -> bool:
        """Whether all have the same."""
        return len(self.names) == self.count

    def named(self, noun: str) -> str:
        """Name the holders, or of many their number: 东湖、塘栖, 5个镇街."""
        return "、".join(self.names) if len(self.names) <= _MOST_NAMES else f"{len(self.names)}{noun}"


def find_holders(members: Iterable[Member], show: Callable[[float], str], *, least: bool = False) -> Holders | None:
    """Find the greatest (or least) of the known values; ``None`` among fewer than two, of whom none stands out."""
    known = [(name, value) for name, value in members if not math.isnan(value)]
    if len(known) < 2:
        return None
    ranked = sorted({value for _, value in known}, reverse=not least)
    value, shown = ranked[0], show(ranked[0])
    # Rounding keeps the order: behind the first that is shown as another text, none is shown as this one.
    same = set(takewhile(lambda other: show(other) == shown, ranked))
    return Holders(tuple(name for name, other in known if other in same), value, shown, len(known))


def superlative(
    members: Iterable[Member],
    label: str,
    show: Callable[[float], str],
    *,
    noun: str,
    attribute: str = "",
    least: bool = False,
    above_zero: bool = True,
) -> Clause | None:
    """Say who has the ``attribute`` in the degree ``label``: 塘栖亩均税收最高（36.70万元/亩）.

    ``noun``: what the members are, with its measure word (个镇街). ``above_zero``: there is no most of nothing.
    """
    holders = find_holders(members, show, least=least)
    if holders is None or (above_zero and not least and holders.value <= 0):
        return None
    if holders.is_everyone:
        return Clause(f"{holders.count}{noun}", f"均为{holders.shown}", attribute)
    together = "并列" if len(holders.names) > 1 else ""
    return Clause(holders.named(noun), f"{together}{label}（{holders.shown}）", attribute)


def largest_name(members: Iterable[Member], show: Callable[[float], str]) -> str:
    """Name who has the most; '' where several share it, there are fewer than two, or it is nothing."""
    holders = find_holders(members, show)
    return holders.names[0] if holders and len(holders.names) == 1 and holders.value > 0 else ""


def count_noun(by: Grouping, terms: LevelTerms) -> str:
    """Return what the groups of ``by`` are called after a number: 个镇街, 条产业链."""
    return f"{'条' if by is Grouping.CHAIN else '个'}{grouping_label(by, terms)}"


def show_count(unit: str) -> Callable[[float], str]:
    """Return what shows whole numbers with their unit: 12家."""
    return lambda value: f"{formatting.format_rounded(value, 0)}{unit}"


def show_value(metric: Metric) -> Callable[[float], str]:
    """Return what shows values of a metric within a sentence: 192.8亿元."""
    return lambda value: value_text(metric, value)


def value_text(metric: Metric, value: float) -> str:
    """Format a metric's value within a sentence: 192.8亿元."""
    return str(formatting.format_value(metric, value))
