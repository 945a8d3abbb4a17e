"""What every view of a page is computed from: the data, the selection and its period, resolved once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from cockpit import formatting
from cockpit.aggregations.coverage import covered_label
from cockpit.aggregations.windows import (
    NO_MONTH_ON_MONTH,
    Window,
    WindowPair,
    base_period,
    count_left_out,
    is_graded,
    is_ledger_metric,
    is_monthly,
    ledger_of,
    windows,
)
from cockpit.analysis import comparison, targets
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.calendar.dates import format_day
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

    def windows(self, metric: Metric, where: Filter | None = None, period: Period | None = None) -> WindowPair:
        """Find the months of a value and of its comparison, by default for the selection's filter and period."""
        return windows(self.data, metric, period or self.period, where or self.where, self.compare)

    @cached_property
    def covered(self) -> Window:
        """The months of the period that the selection covers of 月度经营."""
        return self.windows(METRICS["output"]).current

    @property
    def last_month(self) -> int:
        """The last month of the period that the selection covers; the period's own last month without any."""
        return self.covered.months[-1] if self.covered.months else self.period.last

    def label(self, metric: Metric | None = None, where: Filter | None = None) -> str:
        """Name the months that a metric's value is over, as far as they are covered: 2022年1—2月、4—6月."""
        if metric is None or not is_monthly(metric):
            return self.period.label
        current = self.windows(metric, where).current
        if metric.is_trailing:
            return _trailing_label(current)
        whole_year = self.period.kind is PeriodKind.YEAR
        return covered_label(current.months, whole_year=whole_year) or self.period.label

    def caption(
        self, metric: Metric | None = None, *, period: str = "", where: Filter | None = None, is_comparable: bool | None = None
    ) -> Caption:
        """Build the sentence under a chart of ``metric``: what is selected, the months, and what was left out.

        ``is_comparable``: whether values are of 可比口径, by default as the metric's value is, which is of all
        enterprises without a base, and of a ledger.
        """
        pair = self.windows(metric, where) if metric is not None else None
        if is_comparable is None:
            is_comparable = pair is not None and pair.current.is_comparable
        selection = self.selection.replace(comparable=is_comparable)
        if where is not None:
            selection = selection.replace(
                towns=where.towns, industries=where.industries, chains=where.chains, stages=where.stages
            )
        return Caption(
            scope_label(selection, self.district),
            period or f"{self.label(metric, where)}{self._versus(metric, pair)}",
            self.data_date(ledger_of(metric) if metric else ""),
            metric.definition_for(self.terms) if metric else "",
            (
                *(restriction_notes(metric, selection.where, self.terms) if metric else ()),
                *(coverage_notes(self.full, pair, where or self.where) if metric and pair and is_monthly(metric) else ()),
            ),
        )

    def _versus(self, metric: Metric | None, pair: WindowPair | None) -> str:
        """Name the months that a value is compared with; for a year under 环比, that there is none."""
        if self.compare is Compare.NONE:
            return ""
        label = COMPARE_LABELS[self.compare]
        if metric is None or pair is None or is_ledger_metric(metric):
            base = base_period(self.period, self.compare)
            return f"（{label}：{base.label}）" if base else f"（{NO_MONTH_ON_MONTH}）"
        if pair.base.is_empty:
            return f"（{NO_MONTH_ON_MONTH}）" if pair.base.reason == NO_MONTH_ON_MONTH else ""
        if is_graded(metric):
            return f"（较{m.year_of(pair.base.months[0])}年评价）"
        if metric.is_trailing:
            named = months_label(pair.base.requested[0], pair.base.requested[-1])
        else:
            named = covered_label(pair.base.months, whole_year=self.period.kind is PeriodKind.YEAR)
        return f"（{label}：{named}）"

    def data_date(self, table: str = "") -> str:
        """Say up to when the data go: the newest month, and for what is of a ledger (``table``) its newest date as well."""
        newest = self.full.cube.newest_month
        if table in self.full.ledger_dates:
            day = self.full.ledger_dates[table]
            return f"月度数据截至{months_label(newest, newest)}，台账截至{format_day(day)}"
        return f"数据截至{months_label(newest, newest)}"


def _trailing_label(covered: Window) -> str:
    requested = covered.requested
    if not requested:
        return "近12个月"
    part = f"，{len(covered.months)}/{len(requested)}个月" if covered.missing and covered.months else ""
    return f"近12个月（{months_label(requested[0], requested[-1])}{part}）"


def coverage_notes(data: Snapshot, pair: WindowPair, where: Filter) -> tuple[str, ...]:
    """Say what a value and its comparison lack: months that weren't reported, and enterprises that reported jointly."""
    notes = []
    if pair.current.missing and pair.current.months:
        notes.append(f"缺{covered_label(pair.current.missing)}")
    if pair.left_out and not pair.base.is_empty:
        notes.append(f"增减不含{covered_label(pair.left_out)}（对比期没有）")
    if firms := count_left_out(data, pair, where):
        notes.append(f"{firms:,}家合并上报，未计入单月")
    return tuple(notes)


def resolve_context(repository: Repository, selection: Selection, data: Snapshot | None = None) -> ViewContext:
    """Resolve ``selection`` against ``data``, by default the newest data version.

    Raises ``UsageError`` when the period has no data; a cube without any month is the caller's to check.
    """
    full = data or repository.snapshot()
    period = resolve(selection.period, full.cube.first_month, full.cube.newest_month, full.latest_month)
    data = full
    if selection.comparable and selection.compare is not Compare.NONE:
        data = full.as_comparable(selection.compare)
    return ViewContext(repository, full, data, selection, period)


def whole_name(terms: LevelTerms, where: Filter, *, narrowed: str = "合计") -> str:
    """Name the sum of what ``where`` selects: the level's word for all of it, or ``narrowed`` where a filter narrows it."""
    return narrowed if where.items() else terms.whole


def restriction_notes(metric: Metric, where: Filter, terms: LevelTerms) -> tuple[str, ...]:
    """Name the filters that a metric can't apply because its source doesn't know the dimension."""
    dimensions = {"town": Grouping.TOWN, "division": Grouping.INDUSTRY, "chain": Grouping.CHAIN, "stage": Grouping.STAGE}
    unknown = [dimensions[name] for name, _ in where.items() if name in dimensions and dimensions[name] not in metric.groupings]
    return tuple(f"{metric.source}不分{label}，未按{label}筛选" for label in (grouping_label(by, terms) for by in unknown))


def kpi(ctx: ViewContext, key: str, *, where: Filter | None = None, note: str = "") -> Kpi:
    """Evaluate a key metric with comparison, last month, twelve months of sparkline and target."""
    metric = METRICS[key]
    where = where or ctx.where
    last = ctx.last_month if is_monthly(metric) else ctx.period.last
    month = Period(PeriodKind.MONTH, last, last)
    shows_month = not metric.is_trailing and Grouping.MONTH in metric.groupings and len(ctx.period.months) > 1
    spark = spark_base = ()
    if Grouping.MONTH in metric.groupings:
        months = m.span(m.shift(last, 1 - _SPARK_MONTHS), last)
        values, bases, _ = comparison.series(ctx.data, metric, months, where, Compare.YOY)
        spark, spark_base = tuple(values.tolist()), tuple(bases.tolist())
    return Kpi(
        metric,
        metric.label,
        ctx.total(metric, where),
        ctx.total(metric, where, month) if shows_month else None,
        f"{m.number_of(last)}月",
        spark,
        spark_base,
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
    whole = math.nan if metric.is_ratio else groups.total()
    rows = list(groups.sorted_by_value().rows())
    judged = metric.key == "output" and by is Grouping.STAGE
    limit = ctx.district.thresholds.weak_stage_share_pct if judged else math.nan
    shown = formatting.shown_shares([math.nan if metric.is_ratio else row[1] for row in rows], limit=limit)
    items = []
    for (key, value, base, change), percent in zip(rows, shown, strict=True):
        name, short = group_name(ctx.district, by, str(key))
        share = value / whole if whole > 0 else math.nan
        items.append(Item(str(key), name, short, value, base, change, share, percent))
    return tuple(items)
