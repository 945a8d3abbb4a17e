"""Columns that are missing (W304), blank (W308) or blank where there always was a value (W304), with what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from cockpit.catalogue.formulas import AverageStaff, Flow, LandArea, LedgerTotal, PlatformValue, Ratio
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.columns import Column, Kind, Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import ENTERPRISES, MONTHLY, PLATFORM
from cockpit.cube.cube import MEASURES
from data.loaders.checks.comparisons.slips import format_period, format_value
from data.loaders.checks.comparisons.suspects import WATCHED_MEASURES
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping

_MOST_FIGURES = 4
_MOST_PERIODS = 1_000
_SHARE_UNEXPECTED = 0.05
_FEWEST_ROWS = 3  # that a column which is no number must be missing or blank in: one or two rows say nothing about it


@dataclass(slots=True)
class _Gap:
    """Of one column: rows in all, blank ones, those without a published value either, and the published values cleared.

    ``usual``: those of which the periods before had a value; ``unexpected``: the blank ones among these, from ``unexpected_row``.
    """

    rows: int = 0
    blank: int = 0
    unknown: int = 0
    cleared: int = 0
    total: float = 0.0
    first_row: int = 0
    usual: int = 0
    unexpected: int = 0
    unexpected_row: int = 0
    periods: set[int] = field(default_factory=set)


class ColumnGaps:
    """Counts of blank cells and of the published values behind them, column by column."""

    def __init__(self, sheet: Sheet, mappings: dict[str, ColumnMapping]) -> None:
        self._sheet, self._mappings = sheet, mappings
        self._gaps: dict[str, _Gap] = {}

    def add(
        self,
        name: str,
        row_numbers: npt.NDArray[np.int64],
        blank: npt.NDArray[np.bool_],
        published: npt.NDArray[np.bool_],
        amounts: npt.NDArray[np.float64] | None,
        periods: npt.NDArray[np.int64],
        usual: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Record rows of a column (of a missing one, all are blank): which have a published value, and how much it is.

        ``usual``: rows of which the periods before had a value.
        """
        gap = self._gaps.setdefault(name, _Gap())
        cleared = blank & published
        gap.rows += len(blank)
        gap.blank += int(blank.sum())
        gap.unknown += int((blank & ~published).sum())
        gap.cleared += int(cleared.sum())
        if amounts is not None:
            gap.total += float(np.nansum(amounts[cleared]))
        gap.usual += 0 if usual is None else int(usual.sum())
        if usual is not None and (unexpected := row_numbers[blank & ~published & usual]).size:
            gap.unexpected += unexpected.size
            gap.unexpected_row = min(gap.unexpected_row or 2**60, int(unexpected.min()))
        marked = cleared if name in self._mappings and cleared.any() else blank
        if marked.any():
            gap.first_row = min(gap.first_row or 2**60, int(row_numbers[marked].min()))
            if len(gap.periods) < _MOST_PERIODS:
                gap.periods.update(np.unique(periods[marked]).tolist())

    def findings(self) -> Iterator[Finding]:
        """Yield W304 for missing columns and W308 for blank ones, in the order of the sheet."""
        for column in self._sheet.columns:
            gap = self._gaps.get(column.field)
            if gap is None or not gap.blank:
                continue
            mapping = self._mappings.get(column.field)
            if mapping is None:
                if _is_missed(self._sheet, column, gap) and not column.required:  # a required one is E102
                    yield Finding("W304", self._sheet.title, None, column.header, None, None, self._missing(column, gap))
            elif gap.cleared or _is_blank(column, gap):
                message = self._cleared(column, gap) if gap.cleared else self._blank(column, gap)
                row = gap.first_row if gap.cleared else None
                yield Finding("W308", self._sheet.title, row, mapping.display_name, mapping.letter, None, message)
            elif gap.unexpected and gap.unexpected >= _fewest_unexpected(self._sheet, column, gap):
                where = (self._sheet.title, gap.unexpected_row, mapping.display_name, mapping.letter, None)
                yield Finding("W304", *where, self._unexpected(column, gap))

    def _missing(self, column: Column, gap: _Gap) -> str:
        return (
            f"缺少列“{column.header}”：{_when(gap)}{gap.unknown:,}行没有这一项，"
            f"发布后{figures_of(self._sheet, column)}不全或显示“—”。"
            f"请补上这一列（表头写“{column.label}”）；确实不报的，核对后再发布。"
        )

    def _blank(self, column: Column, gap: _Gap) -> str:
        return (
            f"“{column.label}”整列空白：{_when(gap)}{gap.rows:,}行没有这一项，"
            f"发布后{figures_of(self._sheet, column)}不全或显示“—”。"
            "请补上数据；确实不报的，核对后再发布。"
        )

    def _unexpected(self, column: Column, gap: _Gap) -> str:
        return (
            f"“{column.label}”有{gap.unexpected:,}行是空白（从第{gap.unexpected_row}行起），而同一对象此前各期都有数，"
            f"发布后{figures_of(self._sheet, column)}会少算。请补上数据；确实没有的填0，不报的核对后再发布。"
        )

    def _cleared(self, column: Column, gap: _Gap) -> str:
        total = f"，合计 {format_value(gap.total, column)}" if column.kind in NUMERIC and gap.total else ""
        figures = f"，影响{figures_of(self._sheet, column)}" if is_needed(self._sheet, column) else ""
        return (
            f"“{column.label}”有{gap.cleared:,}行是空白（从第{gap.first_row}行起），"
            f"发布后会清空已发布的{_when(gap)}{gap.cleared:,}个值{total}{figures}。请补上数据；"
            "这一列不由你填报的，删去整列再发布，已发布的值会保留。"
        )


def _when(gap: _Gap) -> str:
    periods = sorted(p for p in gap.periods if p)
    if not periods:
        return ""
    text = format_period(periods[0]) if len(periods) == 1 else f"{format_period(periods[0])}至{format_period(periods[-1])}"
    return f"{text}的 "


def _fewest_unexpected(sheet: Sheet, column: Column, gap: _Gap) -> float:
    """Return from how many blank cells on a column is short: a firm or two may say “—”, but not of what all figures rest on."""
    if sheet is PLATFORM or (sheet is MONTHLY and column.field in WATCHED_MEASURES):
        return 1
    return max(_FEWEST_ROWS, _SHARE_UNEXPECTED * gap.usual)


def is_needed(sheet: Sheet, column: Column) -> bool:
    """Return whether figures become unknown without the column: a numeric one, or one by which rows are counted."""
    dated = column.kind is Kind.DATE and (sheet.table, column.field) in _figures()
    return column.kind in NUMERIC or dated or bool(column.feeds)


def _is_missed(sheet: Sheet, column: Column, gap: _Gap) -> bool:
    """Return whether figures lack a column that isn't there; a project or two may well be handed in without their origin."""
    fewest = 1 if column.kind in NUMERIC or (sheet.table, column.field) in _figures() else _FEWEST_ROWS
    return gap.unknown >= fewest and is_needed(sheet, column)


def _is_blank(column: Column, gap: _Gap) -> bool:
    """Return whether a column is there but blank throughout, and should not be; dates are blank before the day has come."""
    if gap.blank < gap.rows or column.blank_means_none:
        return False
    return column.kind in NUMERIC or (column.kind is not Kind.DATE and bool(column.feeds) and gap.rows >= _FEWEST_ROWS)


def figures_of(sheet: Sheet, column: Column) -> str:
    """Name the metrics that are computed from a column; those that no metric uses by their own name."""
    names = _figures().get((sheet.table, column.field), [])
    if not names:
        return f"“{column.feeds}”" if column.feeds else f"{sheet.title}的“{column.label}”"
    more = "等" if len(names) > _MOST_FIGURES else ""
    return "、".join(f"“{n}”" for n in names[:_MOST_FIGURES]) + more


@cache
def _figures() -> dict[tuple[str, str], list[str]]:
    """Index the names of the metrics by table and field."""
    index: dict[tuple[str, str], list[str]] = {}
    for metric in METRICS.values():
        formula = metric.formula
        for leaf in (formula.numerator, formula.denominator) if isinstance(formula, Ratio) else (formula,):
            for key in _columns_of(leaf):
                names = index.setdefault(key, [])
                if metric.name not in names:
                    names.append(metric.name)
    return index


def _columns_of(leaf: object) -> list[tuple[str, str]]:
    match leaf:
        case Flow(measure):
            return [(MONTHLY.table, MEASURES[measure][0])]
        case AverageStaff():
            return [(MONTHLY.table, "staff")]
        case LandArea():
            return [(ENTERPRISES.table, "land_mu")]
        case LedgerTotal(table=table, value=value, dated=dated, done_by=done_by):
            return [(table, name) for name in (value, dated, done_by) if name]
        case PlatformValue(value=value):
            return [(PLATFORM.table, value)]
    return []
