"""Earlier months that come or change after a later cumulative figure was published: which two months change (W313).

Cumulative figures stay as reported, so what a batch adds to a month is taken from the next published cumulative month of
the year (``data.publishing.cumulative``). A month that would become negative, where there is no such thing, is E111.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.contracts.columns import Column, Sign
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import ADDITIVE_MEASURES, MONTHLY
from data.loaders.checks.comparisons.firm_months import ArrangedMonths
from data.loaders.checks.comparisons.slips import format_value
from data.loaders.checks.comparisons.suspects import CellFinding
from data.loaders.checks.cumulative import CUMULATIVE
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows

_MOST_SINGLY = 20
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class _Correction:
    """One enterprise's months of a measure, as stored: those of the batch (month, before or NaN, after), the published one."""

    row: int
    months: tuple[tuple[int, float, float], ...]
    before: float
    after: float


@dataclass(slots=True)
class _Corrections:
    """Corrections of a measure that change one month: how many, by how much in all, and the first of them."""

    number: int = 0
    shift: float = 0.0
    months: set[int] = field(default_factory=set)
    first: list[_Correction] = field(default_factory=list)


class CorrectedMonths:
    """Corrections so far, by measure and by the published month that they change."""

    def __init__(self) -> None:
        self._by_month: dict[tuple[str, int], _Corrections] = defaultdict(_Corrections)

    def add(self, rows: ParsedRows, arranged: ArrangedMonths, past: pd.DataFrame) -> None:
        """Record what ``rows``, turned into monthly ones, change of ``past``; report E111 where a month becomes negative.

        ``past``: the published rows of these enterprises (``PublishedData.monthly``) to the end of the year.
        """
        if not (past["basis"] == CUMULATIVE).any():
            return
        own = pd.DataFrame({"credit_code": rows.values["credit_code"], "month": rows.values["month"].astype(np.int64)})
        own["index"] = np.arange(len(own))
        stays = past.merge(own, on=["credit_code", "month"], how="left")["index"].isna().to_numpy()
        later = past[stays & (past["basis"] == CUMULATIVE).to_numpy()]
        for column in ADDITIVE_MEASURES:
            if column.field in rows.mappings:
                self._add(rows, arranged.published[column.field], own[~rows.has_error], later, column)

    def _add(self, rows: ParsedRows, published: np.ndarray, own: pd.DataFrame, later: pd.DataFrame, column: Column) -> None:
        name = column.field
        numbers = rows.numbers(name)
        change = np.nan_to_num(numbers) - np.nan_to_num(published)
        changed = own[np.abs(change[own["index"]]) > _ROUNDING]
        targets = later.loc[later[name].notna(), ["credit_code", "month", name]]
        if changed.empty or targets.empty:
            return
        both = changed.merge(targets, on="credit_code", suffixes=("", "_later"))
        both = both[(both["month_later"] > both["month"]) & (both["month_later"] // 100 == both["month"] // 100)]
        both = both.sort_values("month_later").drop_duplicates("index").sort_values("month")
        for (_, to), group in both.groupby(["credit_code", "month_later"], sort=False):
            indices = group["index"].to_numpy()
            before, shift = float(group[name].iloc[0]), float(change[indices].sum())
            if abs(shift) <= _ROUNDING:
                continue
            months = tuple(
                (int(x), float(published[i]), float(np.nan_to_num(numbers[i])))
                for x, i in zip(group["month"], indices, strict=True)
            )
            correction = _Correction(int(rows.row_numbers[indices[-1]]), months, before, before - shift)
            if column.sign is Sign.NOT_NEGATIVE and correction.after < -_ROUNDING <= before:
                rows.report("E111", int(indices[-1]), name, _negative(column, correction, int(to)))
            else:
                corrections = self._by_month[name, int(to)]
                corrections.number += 1
                corrections.shift += shift
                corrections.months.update(x for x, _, _ in months)
                if len(corrections.first) < _MOST_SINGLY:
                    corrections.first.append(correction)

    def findings(self, mappings: dict[str, ColumnMapping]) -> Iterator[CellFinding]:
        """Yield W313: a finding for each enterprise, or one for all where they are many."""
        for (name, to), corrections in sorted(self._by_month.items(), key=lambda f: f[0][1]):
            mapping = mappings[name]
            where = (mapping.display_name, mapping.letter, None)
            if corrections.number > _MOST_SINGLY:
                yield Finding("W313", MONTHLY.title, None, *where, _all(mapping.column, corrections, to)), mapping.index
                continue
            for correction in corrections.first:
                message = _one(mapping.column, correction, to)
                yield Finding("W313", MONTHLY.title, correction.row, *where, message), mapping.index


def _one(column: Column, correction: _Correction, to: int) -> str:
    changes = "、".join(
        f"{m.iso(month)}" + ("为" if np.isnan(before) else f"由{format_value(before, column)}变为") + format_value(after, column)
        for month, before, after in correction.months
    )
    return (
        f"更正以前的月份：“{column.label}”{changes}，已发布的{m.iso(to)}由{format_value(correction.before, column)}"
        f"变为{format_value(correction.after, column)}，{_stays(to)}"
    )


def _all(column: Column, corrections: _Corrections, to: int) -> str:
    text = f"更正以前的月份：{corrections.number:,}家企业{_named(sorted(corrections.months))}的“{column.label}”合计"
    text += f"{'增加' if corrections.shift > 0 else '减少'}{format_value(abs(corrections.shift), column)}，"
    text += f"已发布的{m.iso(to)}随之{'减少' if corrections.shift > 0 else '增加'}同样多，"
    return f"{text}{_stays(to)}"


def _stays(to: int) -> str:
    number = m.number_of(to)
    return f"1—{number}月累计不变。若{number}月累计也要更正，请一并报送；否则确认即可。"


def _negative(column: Column, correction: _Correction, to: int) -> str:
    months, number = _named([month for month, _, _ in correction.months]), m.number_of(to)
    return (
        f"更正{months}后，按已发布的1—{number}月累计推算，{m.iso(to)}当月的“{column.label}”为"
        f"{format_value(correction.after, column)}，不应为负。请核对{months}的数，或一并报送更正后的{number}月累计。"
    )


def _named(months: Sequence[int]) -> str:
    return "、".join(m.iso(month) for month in months)
