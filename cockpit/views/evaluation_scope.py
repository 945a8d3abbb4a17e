"""The published evaluation that a selection names, with the firms within it: what several pages start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from cockpit import cache
from cockpit.aggregations.windows import grading_window
from cockpit.cache import Cache
from cockpit.catalogue.names import PinyinLookup
from cockpit.cube.arrays import IntArray
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.district.district import District
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms, all_firms, firm_columns, match_firms, totals_by_dimensions
from cockpit.evaluation.results.firm_sorting import FirmSorting
from cockpit.evaluation.results.record import PublishedEvaluation
from cockpit.selection import Selection
from cockpit.views.context import ViewContext


@dataclass(frozen=True)
class EvaluationScope:
    """A published evaluation, that of the year before (``None``: not published), and which of their firms are selected."""

    published: PublishedEvaluation
    earlier: PublishedEvaluation | None
    selection: Selection
    cache: Cache

    @property
    def year(self) -> int:
        """The evaluated year."""
        return self.published.record.year

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation of all firms."""
        return self.published.evaluation

    @property
    def columns(self) -> ColumnStore:
        """All firms of the evaluation as arrays."""
        return self._columns(self.published)

    def firms(self, **fields: Any) -> EvaluatedFirms:
        """Return the firms within the selection, whatever their grades; ``fields``: changes of the selection."""
        return all_firms(self.columns).filter(_selected_values(self.selection.replace(**fields)))

    def totals(self) -> TableView:
        """Return totals of the firms within the selection by area, group and grade (see ``totals_by_dimensions``)."""
        store = self.cache.get_or_compute(
            cache.EVALUATION_TOTALS, self.published.record.id, lambda: totals_by_dimensions(self.evaluation.firms)
        )
        return store.rows.filter(_selected_values(self.selection))

    def graded(self, **fields: Any) -> EvaluatedFirms:
        """Return the firms within the selection that have a selected grade."""
        return self.firms(**fields).filter({"grade": self.selection.grades})

    def before(self, **fields: Any) -> EvaluatedFirms | None:
        """Return the firms of the year before within the selection; ``None`` without such an evaluation."""
        if self.earlier is None:
            return None
        return all_firms(self._columns(self.earlier)).filter(_selected_values(self.selection.replace(**fields)))

    @property
    def previous_rows(self) -> IntArray | None:
        """Row of each firm in the evaluation of the year before, -1 = none; ``None`` without such an evaluation."""
        if self.earlier is None:
            return None
        key, now, before = (self.published.record.id, self.earlier.record.id), self.columns, self._columns(self.earlier)
        return self.cache.get_or_compute(cache.EVALUATION_MATCHES, key, lambda: match_firms(before, now))

    def sorting(self, district: District, pinyin: PinyinLookup) -> FirmSorting:
        """Return the sort keys of the firms, in the orders of ``district``."""
        return FirmSorting(self.published, self.columns, district, pinyin, self.before(), self.previous_rows, self.cache)

    def _columns(self, published: PublishedEvaluation) -> ColumnStore:
        return self.cache.get_or_compute(
            cache.EVALUATION_FIRMS, published.record.id, lambda: firm_columns(published.evaluation.firms)
        )


def evaluation_scope(ctx: ViewContext) -> EvaluationScope | None:
    """Return the evaluation that the selection names, else the newest not after the period.

    ``None`` before the first published one.
    """
    published = _published(ctx)
    if published is None:
        return None
    year = published.record.year
    earlier = ctx.repository.evaluation(ctx.full, year - 1) if year - 1 in ctx.full.grades else None
    return EvaluationScope(published, earlier, ctx.selection, ctx.full.cache)


def _published(ctx: ViewContext) -> PublishedEvaluation | None:
    if number := ctx.selection.record:
        record = next((r for r in ctx.repository.records(ctx.full) if r.id == number), None)
        if record is not None:
            return ctx.repository.evaluation(ctx.full, record.year, number)
    window = grading_window(ctx.full, ctx.period.last // 100)
    return None if window.is_empty else ctx.repository.evaluation(ctx.full, window.months[0] // 100)


def selected_firms(firms: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Return the firms of the selected towns, industries, chains and group."""
    for column, keys in _selected_values(selection).items():
        if keys:
            firms = firms[firms[column].isin(keys)]
    return firms


def _selected_values(selection: Selection) -> dict[str, tuple[str, ...]]:
    """Return the selected values by column of an evaluation; an empty tuple = all."""
    group = (selection.group,) if selection.group else ()
    return {"town": selection.towns, "division": selection.industries, "chain": selection.chains, "group": group}
