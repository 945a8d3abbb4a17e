"""Where remediation stands as of the period's last day: what every panel of the view 低效整治 starts from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit import cache
from cockpit.calendar.dates import month_end
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.evaluation.grading.engine import Evaluation, GroupResult
from cockpit.evaluation.policy.policy import COLUMN_BY_LABEL
from cockpit.formatting import format_trimmed
from cockpit.ledgers.remediation import KINDS, RemediationStage, remediation_as_of
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import EvaluationScope, evaluation_scope
from cockpit.views.parts import Caption

#: The catalogue's figure for land put back to use, and a month before any data.
RELEASED, _BEFORE = METRICS["released_land"], 200001
_NO_FIRMS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("credit_code", "town", "division", "chain", "group")}).assign(
    land_mu=0.0
)


@dataclass(frozen=True)
class RemediationState:
    """What every panel starts from.

    ``entries``: the entries within the selection as ``remediation_as_of``; ``low``: the evaluation's D firms below
    its D line ``line`` (words, '' = none), and of them those without an entry: ``to_list``, the largest land first;
    ``known``: whether any entry was ever handed in; ``found``: ``None`` before the first published evaluation.
    """

    day: pd.Timestamp
    entries: TableView
    low: TableView
    to_list: TableView
    known: bool
    found: EvaluationScope | None
    line: str
    caption: Caption

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be told within the selection."""
        return not self.known or not (len(self.entries) or len(self.to_list))

    def of(self, stage: RemediationStage) -> TableView:
        """The entries of a stage."""
        return self.entries.where_equal("stage", stage.value)


def state(ctx: ViewContext, *, every_town: bool = False) -> RemediationState:
    """Entries and firms to be listed, as of the period's last day; ``every_town``: whatever towns are selected."""
    asked = ctx.selection.replace(group="", grades=(), record=0, comparable=False, **({"towns": ()} if every_town else {}))
    ctx = dataclasses.replace(ctx, selection=asked)
    day, found = month_end(ctx.period.last), evaluation_scope(ctx)
    get_or_compute = ctx.full.cache.get_or_compute
    listed = get_or_compute(cache.REMEDIATION, day, lambda: _listed(ctx, day))
    every, line = (
        get_or_compute(cache.LOW_FIRMS, found.published.record.id, lambda: _low(found.evaluation))
        if found
        else (ColumnStore(_NO_FIRMS), "")
    )
    where = {"town": asked.towns, "division": asked.industries, "chain": asked.chains}
    low = every.rows.filter(where)
    codes = get_or_compute(cache.REMEDIATION_CODES, day, lambda: frozenset(listed.text("credit_code")))
    due = low.take(~low.isin("credit_code", codes))
    known = not ctx.full.ledgers["remediation"].empty
    return RemediationState(day, listed.rows.filter(where), low, due, known, found, line, _caption(ctx, day, found, line))


def _listed(ctx: ViewContext, day: pd.Timestamp) -> ColumnStore:
    listed = remediation_as_of(ctx.full.ledgers["remediation"], day, ctx.district.thresholds.remediation_slow_months)
    # An enterprise that the register doesn't know belongs to no town; a filter leaves it out.
    return ColumnStore(listed.assign(**{name: listed[name].astype("str").fillna("") for name in ("town", "division", "chain")}))


def _low(evaluation: Evaluation) -> tuple[ColumnStore, str]:
    """The firms graded D whose tax per mu is below the D line, the largest land first, and that line in words."""
    limit, words = d_line(evaluation)
    firms = evaluation.firms
    per_mu = firms["tax"] / firms["land_mu"]
    low = firms[(firms["grade"] == "D") & ((per_mu < limit[firms.index]) | np.isinf(limit[firms.index]))]
    return ColumnStore(low.sort_values(["land_mu", "credit_code"], ascending=[False, True], kind="stable")), words


def d_line(evaluation: Evaluation) -> tuple[pd.Series, str]:
    """亩均税收 (万元/亩) below which the policy makes a firm D, by the evaluation's rows, and in words.

    A group whose policy says no such line has +inf: every one of its D firms counts.
    """
    line = pd.Series(np.inf, index=evaluation.firms.index)
    for result in evaluation.groups:
        limits = [limit for at, limit in enumerate(result.grading.limits) if _is_d_line(result, at)]
        if limits:
            line.iloc[result.rows] = np.fmax.reduce(limits)
    known = sorted({float(v) for v in line if np.isfinite(v)})
    return line, f"{format_trimmed(known[0])}万元/亩" if len(known) == 1 else "各组D类线" if known else ""


def _is_d_line(result: GroupResult, at: int) -> bool:
    condition = result.group.conditions[at]
    if (condition.effect, condition.grade, condition.comparison) != ("demotes", "D", "below"):
        return False
    indicator = next(i for i in result.group.indicators if i.key == condition.indicator)
    return (COLUMN_BY_LABEL[indicator.numerator], COLUMN_BY_LABEL[indicator.denominator]) == ("tax", "land_mu")


def _caption(ctx: ViewContext, day: pd.Timestamp, found: EvaluationScope | None, line: str) -> Caption:
    said = ctx.caption(period=f"截至{day.year}年{day.month}月{day.day}日")
    source = "来源：低效整治" + (f"、{found.year}年度评价" if found else "")
    slow = ctx.district.thresholds.remediation_slow_months
    low = f"且亩均税收低于{line}" if line else ""
    due = f"应列入：{found.year}年度评价为D类{low}、截至期末没有整治记录的企业。" if found else ""
    definition = (
        f"{due}在治：已列入而期末尚未完成；期末以后才完成的也算在治。完成：期末前完成，未填完成日期的也算。"
        f"时长自列入日期起算，超过{slow}个月为超期。盘活用地按完成日期计。同一企业按两类列入的各计一次。"
    )
    return Caption(said.scope, said.period, source, definition)


def by_kind(entries: TableView) -> tuple[int, ...]:
    """Number of entries by kind, in the order of ``KINDS``."""
    return tuple(int(entries.isin("kind", (kind,)).sum()) for kind in KINDS)


def to_date(ctx: ViewContext) -> Period:
    """From before any data to the period's end."""
    return Period(PeriodKind.RANGE, _BEFORE, ctx.period.last)
