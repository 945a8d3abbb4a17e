"""What a sheet and its columns are made of: kinds of cells, signs, units, keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column's cells are, and so how a cell is read and stored."""

    CODE = "code"  # unified social credit code -> str
    TEXT = "text"  # -> str
    INDUSTRY = "industry"  # GB/T 4754 code, 2-4 digits -> str
    TOWN = "town"  # -> town key of the district
    CHAIN = "chain"  # -> chain key of the district
    CHAIN_OR_ALL = "chain_or_all"  # -> chain key, or "all" for 全部
    SCOPE = "scope"  # 全区, a town or a chain -> "district", "town:<key>", "chain:<key>"
    METRIC = "metric"  # a metric's Chinese name -> metric key
    CHOICE = "choice"  # one of `choices` -> str
    FLAG = "flag"  # 是/否 -> bool
    MONTH = "month"  # -> int yyyymm
    YEAR = "year"  # -> int
    DATE = "date"  # -> datetime.date
    MONEY = "money"  # -> int, 分
    NUMBER = "number"  # -> float
    COUNT = "count"  # -> float (staff may be an average such as 48.4)


class Sign(StrEnum):
    """Which numbers a column admits."""

    ANY = "any"
    NOT_NEGATIVE = "not_negative"  # E111 below zero
    POSITIVE = "positive"  # E111 at or below zero
    WARN_NEGATIVE = "warn_negative"  # W301 below zero
    PERCENT = "percent"  # E112 outside 0-100


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    ``label`` is the header without its unit, ``unit`` the unit as stored in the workbook ("" = none),
    ``field`` the name in frames and tables.
    """

    field: str
    label: str
    kind: Kind
    unit: str = ""
    required: bool = False
    key: bool = False
    sign: Sign = Sign.ANY
    choices: tuple[str, ...] = ()
    unknown_code: str = "E105"  # code of the finding when a cell is none of `choices`
    #: Where the median of the column lies in any district, in ``unit``: outside, the whole column has another unit.
    typical: tuple[float, float] | None = None
    blank_means_none: bool = False  # a blank cell is no missing value: 加分, 扣分
    feeds: str = ""  # what pages show by the column, where no metric is computed from it
    accumulates: bool = False  # it adds up from report to report: less than what is published is odd
    needed_with: str = ""  # a blank cell is a missing value only where this field has one: 累计完成投资 with 开工日期

    @property
    def header(self) -> str:
        """The header as the specification prints it, unit included."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two columns of a row of which ``part`` can't be more than ``factor`` times ``whole`` (W307); ``message`` says so."""

    part: str
    whole: str
    message: str
    factor: int = 1


@dataclass(frozen=True, slots=True)
class TypicalRatio:
    """Where the median of ``field`` ÷ ``per`` lies in any district, both in their header's units."""

    field: str
    per: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Completion:
    """A row whose ``status`` is ``done`` needs the date ``dated`` (E114); empty ``status``: any of ``done`` dates needs it."""

    status: str
    done: tuple[str, ...]
    dated: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: Chinese title, table name and columns; the key columns identify a row."""

    title: str
    table: str
    columns: tuple[Column, ...]
    dates_in_order: tuple[str, ...] = ()  # date fields that must not run backwards
    contradictions: tuple[Contradiction, ...] = ()
    typical_ratios: tuple[TypicalRatio, ...] = ()
    completion: Completion | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Fields that together identify one published row."""
        return tuple(c.field for c in self.columns if c.key)

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields, in the order of the specification."""
        return tuple(c.field for c in self.columns)

    def column(self, field: str) -> Column:
        """Return the column of that field name; raises ``KeyError`` when there is none."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)
