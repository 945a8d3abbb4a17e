"""What every view of a page is computed from: the data, the selection and its period, resolved once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from cockpit.aggregations import aggregate
from cockpit.analysis import comparison, targets
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label, resolve
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.district.district import District
from cockpit.district.terms import LevelTerms
from cockpit.selection import COMPARE_LABELS, Compare, Selection, scope_label
from cockpit.snapshot import Repository, Snapshot
from cockpit.views.parts import Caption, Item, Kpi

_SPARK_MONTHS = 12


@dataclass(frozen=True)
class ViewContext:
    """Data and selection of one request.

    ``data`` holds the comparable enterprises only when the selection says so; ``full`` always all.
    """

    repository: Repository
    full: Snapshot
    data: Snapshot
    selection: Selection
    period: Period

    @property
    def district(self) -> District:
        """The district pack."""
        return self.full.district

    @property
    def terms(self) -> LevelTerms:
        """What the level shown calls its areas and itself."""
        return self.district.terms

    @cached_property
    def where(self) -> Filter:
        """The selection as a filter on the cube."""
        return self.selection.where

    @property
    def compare(self) -> Compare:
        """What values are compared with."""
        return self.selection.compare

    def total(self, metric: Metric, where: Filter | None = None, period: Period | None = None) -> Compared:
        """Evaluate the ungrouped value and its base, by default for the selection's filter and period."""
        return comparison.compare_total(self.data, metric, period or self.period, where or self.where, self.compare)

    def caption(self, metric: Metric | None = None, *, period: str = "", where: Filter | None = None) -> Caption:
        """Build the sentence under a chart of ``metric``."""
        selection = self.selection
        if where is not None:
            selection = selection.replace(towns=where.towns, industries=where.divisions, chains=where.chains, stages=where.stages)
        base = comparison.base_period(self.period, self.compare)
        versus = f"（{COMPARE_LABELS[self.compare]}：{base.label}）" if base else ""
        newest = self.full.cube.newest_month
        return Caption(
            scope_label(selection, self.district),
            period or f"{self._period_of(metric)}{versus}",
            f"数据截至{months_label(newest, newest)}",
            metric.definition_for(self.terms) if metric else "",
            restriction_notes(metric, selection.where, self.terms) if metric else (),
        )

    def _period_of(self, metric: Metric | None) -> str:
        if metric is not None and metric.is_trailing:
            months = m.year_to(self.period.last)
            return f"近12个月（{months_label(months[0], months[-1])}）"
        return self.period.label


def resolve_context(repository: Repository, selection: Selection, data: Snapshot | None = None) -> ViewContext:
    """Resolve ``selection`` against ``data``, by default the newest data version.

    Raises ``UsageError`` when the period has no data; a cube without any month is the caller's to check.
    """
    full = data or repository.snapshot()
    period = resolve(selection.period, full.cube.first_month, full.cube.newest_month)
    data = full
    if selection.comparable and selection.compare is not Compare.NONE:
        data = comparison.comparable_snapshot(repository, full, period, selection.compare)
    return ViewContext(repository, full, data, selection, period)


def restriction_notes(metric: Metric, where: Filter, terms: LevelTerms) -> tuple[str, ...]:
    """Name the filters that a metric can't apply because its source doesn't know the dimension."""
    dimensions = {"town": Grouping.TOWN, "division": Grouping.INDUSTRY, "chain": Grouping.CHAIN, "stage": Grouping.STAGE}
    unknown = [dimensions[name] for name, _ in where.items() if name in dimensions and dimensions[name] not in metric.groupings]
    return tuple(f"{metric.source}不分{label}，未按{label}筛选" for label in (grouping_label(by, terms) for by in unknown))


def kpi(ctx: ViewContext, key: str, *, where: Filter | None = None, note: str = "") -> Kpi:
    """Evaluate a key metric with comparison, last month, twelve months of sparkline and target."""
    metric = METRICS[key]
    where = where or ctx.where
    last = ctx.period.last
    month = Period(PeriodKind.MONTH, last, last)
    shows_month = not metric.is_trailing and Grouping.MONTH in metric.groupings and len(ctx.period.months) > 1
    spark = m.span(m.shift(last, 1 - 2 * _SPARK_MONTHS), last)
    values = aggregate.monthly(ctx.data, metric, spark, where).tolist() if Grouping.MONTH in metric.groupings else ()
    return Kpi(
        metric,
        metric.label,
        ctx.total(metric, where),
        ctx.total(metric, where, month) if shows_month else None,
        f"{m.number_of(last)}月",
        tuple(values[-_SPARK_MONTHS:]),
        tuple(values[:-_SPARK_MONTHS]),
        targets.target_for(ctx.full, metric, ctx.period, where),
        note or _basis(metric),
        restriction_notes(metric, where, ctx.terms),
    )


def _basis(metric: Metric) -> str:
    if metric.is_trailing:
        return "规上 · 近12个月"
    return f"{metric.source} · {metric.over_months}"


def items(ctx: ViewContext, metric: Metric, where: Filter, by: Grouping, *, period: Period | None = None) -> tuple[Item, ...]:
    """Evaluate the groups of ``by`` with value, base, change and share of the whole (NaN for ratios), largest first."""
    groups = comparison.compare_groups(ctx.data, metric, period or ctx.period, where, ctx.compare, by)
    whole = groups.total()
    items = []
    for key, value, base, change in groups.sorted_by_value().rows():
        name, short = group_name(ctx.district, by, str(key))
        share = value / whole if not metric.is_ratio and whole > 0 else math.nan
        items.append(Item(str(key), name, short, value, base, change, share))
    return tuple(items)
