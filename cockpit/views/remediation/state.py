"""Where remediation stands as of the period's last day: what every panel of the view 低效整治 starts from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pandas as pd

from cockpit import cache
from cockpit.calendar.dates import format_day, month_end
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.results.d_line import firms_below_d_line
from cockpit.ledgers.remediation import KINDS, RemediationStage, remediation_as_of
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import EvaluationScope, evaluation_scope
from cockpit.views.parts import Caption

#: The catalogue's metric of land put back to use, and a month before any data.
RELEASED, _BEFORE = METRICS["released_land"], 200001
_DIMENSIONS = ("town", "division", "chain")
_NO_FIRMS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("credit_code", *_DIMENSIONS, "group")}).assign(land_mu=0.0)


@dataclass(frozen=True)
class RemediationState:
    """Remediation within the selection as of ``day``.

    ``entries``: of the ledger, as from ``remediation_as_of``; ``below_line``: the evaluation's D firms below its D line
    (``line``: as text, '' = none), ``to_list``: those of them without an entry, both the largest land first; ``known``:
    whether the ledger has any entry; ``scope``: ``None`` before the first published evaluation.
    """

    day: pd.Timestamp
    entries: TableView
    below_line: TableView
    to_list: TableView
    known: bool
    scope: EvaluationScope | None
    line: str
    caption: Caption

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing within the selection."""
        return not self.known or not (len(self.entries) or len(self.to_list))

    def at_stage(self, stage: RemediationStage) -> TableView:
        """Return the entries of a stage."""
        return self.entries.where_equal("stage", stage.value)


def state(ctx: ViewContext, *, every_town: bool = False) -> RemediationState:
    """Collect entries and firms to be listed as of the period's last day; ``every_town``: whichever towns are selected."""
    towns: dict[str, tuple[str, ...]] = {"towns": ()} if every_town else {}
    selection = ctx.selection.replace(group="", grades=(), record=0, comparable=False, **towns)
    ctx = dataclasses.replace(ctx, selection=selection)
    day, scope = month_end(ctx.period.last), evaluation_scope(ctx)
    get_or_compute = ctx.full.cache.get_or_compute
    entries = get_or_compute(cache.REMEDIATION, day, lambda: _entries(ctx, day))
    firms, line = (
        get_or_compute(cache.LOW_FIRMS, scope.published.record.id, lambda: _below_line(scope.evaluation))
        if scope
        else (ColumnStore(_NO_FIRMS), "")
    )
    values = {"town": selection.towns, "division": selection.industries, "chain": selection.chains}
    below_line = firms.rows.filter(values)
    listed_codes = get_or_compute(cache.REMEDIATION_CODES, day, lambda: frozenset(entries.text("credit_code")))
    to_list = below_line.take(~below_line.isin("credit_code", listed_codes))
    known, caption = not ctx.full.ledgers["remediation"].empty, _caption(ctx, day, scope, line)
    return RemediationState(day, entries.rows.filter(values), below_line, to_list, known, scope, line, caption)


def _entries(ctx: ViewContext, day: pd.Timestamp) -> ColumnStore:
    rows = remediation_as_of(ctx.full.ledgers["remediation"], day, ctx.district.thresholds.remediation_slow_months)
    # An enterprise that the register doesn't know belongs to no town; a filter leaves it out.
    return ColumnStore(rows.assign(**{name: rows[name].astype("str").fillna("") for name in _DIMENSIONS}))


def _below_line(evaluation: Evaluation) -> tuple[ColumnStore, str]:
    firms, line = firms_below_d_line(evaluation)
    return ColumnStore(firms), line


def _caption(ctx: ViewContext, day: pd.Timestamp, scope: EvaluationScope | None, line: str) -> Caption:
    shared = ctx.caption(period=f"截至{format_day(day)}")
    source = "来源：低效整治" + (f"、{scope.year}年度评价" if scope else "")
    slow_months = ctx.district.thresholds.remediation_slow_months
    criterion = f"且亩均税收低于{line}" if line else ""
    to_list = f"尚未列入（应列入）：{scope.year}年度评价为D类{criterion}、截至期末没有整治记录的企业。" if scope else ""
    definition = (
        f"{to_list}在治：已列入而期末尚未完成；期末以后才完成的也算在治。完成：期末前完成，未填完成日期的也算。"
        f"时长自列入日期起算，超过{slow_months}个月为超期。完成占已列入 = 完成 ÷（在治 + 完成）。"
        "盘活用地按完成日期计。同一企业按两类列入的各计一次。"
    )
    return Caption(shared.scope, shared.period, source, definition)


def count_by_kind(entries: TableView) -> tuple[int, ...]:
    """Count the entries by kind, in the order of ``KINDS``."""
    return tuple(len(entries.where_equal("kind", kind)) for kind in KINDS)


def period_to_date(ctx: ViewContext) -> Period:
    """Return the period from before any data to the end of the selected one."""
    return Period(PeriodKind.RANGE, _BEFORE, ctx.period.last)
