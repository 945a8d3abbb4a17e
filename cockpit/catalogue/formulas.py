"""What a metric is made of: leaves over published data, ratios of them, units, and the entry itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cockpit.catalogue.dimensions import Grouping
from cockpit.district.terms import LevelTerms


class Direction(StrEnum):
    """Which direction of change is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Flow:
    """Σ of a monthly measure over the period's months."""

    measure: str


@dataclass(frozen=True, slots=True)
class AverageStaff:
    """Mean over the months covered of the monthly sums of staff; a row covering two months counts twice."""


@dataclass(frozen=True, slots=True)
class LandArea:
    """Σ land of the enterprises that have a row in the period: a stock, counted once an enterprise."""


@dataclass(frozen=True, slots=True)
class FirmCount:
    """Enterprises with a row in the period's last month."""


@dataclass(frozen=True, slots=True)
class GradedFirms:
    """Enterprises graded in the newest published evaluation not after the period; all grades when empty."""

    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """The number of a ledger's rows or, where ``value`` names a field, its sum over them.

    A row counts when its date ``dated`` lies in the period (with ``until_end``: anywhere up to its end, or is missing, an
    unknown day; without ``dated``: always), when its fields have the values of ``where``, and, where ``done_by`` is set,
    when that date is filled and not after the period's end.
    """

    table: str
    value: str = ""
    dated: str = ""
    until_end: bool = False
    where: tuple[tuple[str, str], ...] = ()
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class PlatformValue:
    """A value of 时尚E家 in this district: the last month's state, or the sum over the period."""

    value: str
    last: bool = False


Leaf = Flow | AverageStaff | LandArea | FirmCount | GradedFirms | LedgerTotal | PlatformValue


@dataclass(frozen=True, slots=True)
class Ratio:
    """Sum over sum, never a mean of ratios. ``trailing``: over the twelve months that end with the period."""

    numerator: Leaf
    denominator: Leaf
    trailing: bool = False


Formula = Leaf | Ratio


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit in which a metric may be shown: shown = stored ÷ ``factor``, with ``digits`` decimals if they are fixed."""

    unit: str
    factor: float = 1.0
    whole: bool = False
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the catalogue. ``scales`` run from the largest unit to the smallest."""

    key: str
    name: str
    unit: str
    scales: tuple[Scale, ...]
    formula: Formula
    direction: Direction
    definition_template: str  # its fields are the terms of a level
    source: str
    over_firms: str
    over_months: str
    groupings: frozenset[Grouping] = field(default=frozenset(Grouping))
    short: str = ""
    has_pace: bool = False  # a cumulative target runs through the year (序时进度)

    @property
    def is_percent(self) -> bool:
        """Stored as a fraction, shown in %; its change is in percentage points."""
        return self.unit == "%"

    @property
    def is_ratio(self) -> bool:
        """Whether it is a ratio: the values of parts don't add up to that of the whole."""
        return isinstance(self.formula, Ratio)

    @property
    def is_trailing(self) -> bool:
        """Whether the value always covers twelve months."""
        return isinstance(self.formula, Ratio) and self.formula.trailing

    def definition_for(self, terms: LevelTerms) -> str:
        """Format the definition (口径) in the terms of a level."""
        return terms.fill(self.definition_template)

    @property
    def label(self) -> str:
        """Short name for narrow columns."""
        return self.short or self.name
