"""The per-mu page (亩均效益) as values: the published evaluation of a year within the selection, and the year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cockpit import cache, formatting
from cockpit.aggregations import evaluate as core
from cockpit.cache import Cache
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.arrays import IntArray
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.policy.description import describe_policy
from cockpit.evaluation.policy.policy import Grade
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms, all_firms, firm_columns, match_firms, totals_by_dimensions
from cockpit.evaluation.results.grade_shares import grade_shares
from cockpit.evaluation.results.migration import GradeMigration, grade_migration
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation
from cockpit.evaluation.results.totals import evaluation_totals, share
from cockpit.selection import GradeMeasure, Selection
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption, GradeTransitions

PARTS = {Grouping.TOWN: "town", Grouping.CHAIN: "chain", Grouping.INDUSTRY: "division"}


@dataclass(frozen=True)
class EvaluationScope:
    """A published evaluation, the one of the year before (None: none published), and which of their firms are selected."""

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

    def firms(self, **freed: Any) -> EvaluatedFirms:
        """The firms within the selection, whatever their grades; ``freed``: fields of it that are set otherwise."""
        return all_firms(self.columns).filter(_wanted(self.selection.replace(**freed)))

    def places(self) -> TableView:
        """What the firms within the selection add up to, by area, group and grade (see ``totals_by_dimensions``)."""
        kept = self.cache.get_or_compute(
            cache.EVALUATION_TOTALS, self.published.record.id, lambda: totals_by_dimensions(self.evaluation.firms)
        )
        return kept.rows.filter(_wanted(self.selection))

    def graded(self, **freed: Any) -> EvaluatedFirms:
        """Those of them with a selected grade."""
        return self.firms(**freed).filter({"grade": self.selection.grades})

    def before(self, **freed: Any) -> EvaluatedFirms | None:
        """The firms of the year before within the selection."""
        if self.earlier is None:
            return None
        return all_firms(self._columns(self.earlier)).filter(_wanted(self.selection.replace(**freed)))

    @property
    def matched(self) -> IntArray:
        """Where each firm of the evaluation stands in that of the year before, -1 = nowhere."""
        if self.earlier is None:
            return np.full(len(self.evaluation.firms), -1)
        key, now, before = (self.published.record.id, self.earlier.record.id), self.columns, self._columns(self.earlier)
        return self.cache.get_or_compute(cache.EVALUATION_MATCHES, key, lambda: match_firms(before, now))

    def _columns(self, published: PublishedEvaluation) -> ColumnStore:
        return self.cache.get_or_compute(
            cache.EVALUATION_FIRMS, published.record.id, lambda: firm_columns(published.evaluation.firms)
        )


@dataclass(frozen=True, slots=True)
class LandHeadline:
    """Headline figures: money in 万元, land in 亩, shares as fractions, NaN = none; ``*_base`` of the year before.

    ``cleared``: land put back to use up to the period's end; ``records``: the year's published evaluations, newest
    first; ``rule``: the policy, line by line.
    """

    year: int
    years: tuple[int, ...]
    groups: tuple[str, ...]
    group: str
    tax_per_mu: float
    tax_per_mu_base: float
    ab_share: float
    ab_base: float
    counts: Mapping[Grade, int]
    worst_base: float
    worst_by_group: tuple[tuple[str, int], ...]
    worst_land: float
    worst_land_share: float
    worst_tax_share: float
    lift: float
    ungraded: int
    cleared: float
    record: EvaluationRecord
    records: tuple[EvaluationRecord, ...]
    rule: tuple[tuple[str, str], ...]
    caption: Caption


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One town, chain or industry: amounts by grade A-D, their total, the share of A and B."""

    key: str
    name: str
    amounts: tuple[float, ...]
    total: float
    ab: float


@dataclass(frozen=True, slots=True)
class GradeStructure:
    """Grades by part, highest share of A and B first; ``by`` what the parts are, ``counted`` what is added up."""

    by: Grouping
    counted: GradeMeasure
    rows: tuple[GradeRow, ...]
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class GradeFlow:
    """Firms by grade before (rows) and after; ``None`` without a year before."""

    year: int
    base_year: int
    flows: GradeTransitions | None
    insight: str
    caption: Caption


def evaluation_scope(ctx: ViewContext) -> EvaluationScope | None:
    """The evaluation that the link names, else the newest not after the period, within the selection.

    ``None`` before the first published one.
    """
    found = _published(ctx)
    if found is None:
        return None
    year = found.record.year
    earlier = ctx.repository.evaluation(ctx.full, year - 1) if year - 1 in ctx.full.grades else None
    return EvaluationScope(found, earlier, ctx.selection, ctx.full.cache)


def _published(ctx: ViewContext) -> PublishedEvaluation | None:
    if number := ctx.selection.record:
        named = next((r for r in ctx.repository.records(ctx.full) if r.id == number), None)
        if named is not None:
            return ctx.repository.evaluation(ctx.full, named.year, number)
    covered = core.grading_window(ctx.full, ctx.period.last // 100)
    return None if covered.is_empty else ctx.repository.evaluation(ctx.full, covered.months[0] // 100)


def within(firms: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The firms of the selected towns, industries, chains and group."""
    keep = np.ones(len(firms), dtype=bool)
    for column, keys in _wanted(selection).items():
        if keys:
            keep &= firms[column].isin(keys).to_numpy(dtype=bool)
    return firms[keep]


def _wanted(selection: Selection) -> dict[str, tuple[str, ...]]:
    """The selection by the evaluation's columns; none = all."""
    group = (selection.group,) if selection.group else ()
    return {"town": selection.towns, "division": selection.industries, "chain": selection.chains, "group": group}


def caption(
    ctx: ViewContext, found: EvaluationScope, definition: str, *, versus: bool = False, free: str = "", grades: bool = False
) -> Caption:
    """The sentence under a panel of the page.

    ``free``: the filter that the panel leaves aside (towns, chains, industries); ``grades``: it follows the grades.
    """
    base = f"，较{found.year - 1}年度" if versus and found.earlier is not None else ""
    where = ctx.selection.replace(**{free: ()} if free else {}).where
    said = ctx.caption(period=f"{found.year}年度评价{base}", where=where)
    chosen = [ctx.selection.group, f"{'、'.join(ctx.selection.grades)}类" if grades and ctx.selection.grades else ""]
    record = found.published.record
    return Caption(
        " · ".join([said.scope, *filter(None, chosen)]),
        said.period,
        f"评价记录{record.id}，{formatting.format_local_time(record.published_at)[:10]}发布",
        definition,
    )


def headline(ctx: ViewContext) -> LandHeadline | None:
    """The headline figures; ``None`` before the first published evaluation."""
    found = evaluation_scope(ctx)
    if found is None:
        return None
    earlier = found.before()
    now, before = evaluation_totals(found.firms()), evaluation_totals(earlier) if earlier else None
    was_graded = before.graded if before else 0
    return LandHeadline(
        found.year,
        tuple(sorted(ctx.full.grades)),
        tuple(g.key for g in found.evaluation.policy.groups),
        ctx.selection.group,
        now.tax_per_mu,
        before.tax_per_mu if before else np.nan,
        share(now.counts["A"] + now.counts["B"], now.graded),
        share(before.counts["A"] + before.counts["B"], was_graded) if before else np.nan,
        now.counts,
        float(before.counts["D"]) if before and was_graded else np.nan,
        tuple((g.key, now.worst_by_group.get(g.key, 0)) for g in found.evaluation.policy.groups),
        now.land["D"],
        now.share_of_land("D"),
        now.share_of_tax("D"),
        now.lift,
        now.firms - now.graded,
        core.total(ctx.full, METRICS["released_land"], Period(PeriodKind.RANGE, m.month(2000, 1), ctx.period.last), ctx.where),
        found.published.record,
        tuple(r for r in ctx.repository.records(ctx.full) if r.year == found.year),
        ctx.full.cache.get_or_compute(
            cache.EVALUATION_RULES, found.published.record.id, lambda: tuple(describe_policy(found.evaluation.policy))
        ),
        caption(ctx, found, "亩均税收为评价税收之和÷用地面积之和；占比以评定了A—D等级的企业为分母。", versus=True),
    )


_COUNTED = {GradeMeasure.FIRMS: "家数", GradeMeasure.LAND: "用地面积", GradeMeasure.TAX: "评价税收"}


def grade_structure(ctx: ViewContext) -> GradeStructure | None:
    """Grades by town, chain or industry; every part stays in view whatever of its kind is selected."""
    found = evaluation_scope(ctx)
    if found is None:
        return None
    by = ctx.selection.by
    freed = {"town": "towns", "chain": "chains", "division": "industries"}[PARTS[by]]
    found_parts = grade_shares(found.firms(**{freed: ()}), PARTS[by], ctx.selection.counted)
    rows = tuple(GradeRow(p.key, group_name(ctx.district, by, p.key)[0], p.amounts, p.total, p.ab) for p in found_parts)
    told = f"按{_COUNTED[ctx.selection.counted]}合计；A+B为A类、B类合计占评定了等级的企业的比重。"
    return GradeStructure(by, ctx.selection.counted, rows, _structure_insight(rows), caption(ctx, found, told, free=freed))


def _structure_insight(rows: tuple[GradeRow, ...]) -> str:
    if not rows:
        return "所选范围没有评定等级的企业"
    parts = [f"{rows[0].name}A、B类占比最高（{formatting.format_percent(rows[0].ab)}）"]
    if len(rows) > 1:
        parts.append(f"{rows[-1].name}最低（{formatting.format_percent(rows[-1].ab)}）")
        most = max(rows, key=lambda r: r.amounts[-1])
        parts.append(f"D类最多的是{most.name}")
    return "，".join(parts)


def flows(moves: GradeMigration) -> GradeTransitions:
    """Return a migration's counts, grades without any firm left out."""
    return GradeTransitions(*moves.nonempty())


def grade_flow(ctx: ViewContext) -> GradeFlow | None:
    """How grades moved from the year before, within the selection."""
    found = evaluation_scope(ctx)
    if found is None:
        return None
    told = caption(ctx, found, "两年都评定了等级的企业按等级升降计；不定等级和当年未评价的归入“未定级”。")
    before, now = found.before(), found.firms()
    if before is None:
        return GradeFlow(found.year, found.year - 1, None, "", told)
    moves = grade_migration(before, now, found.matched)
    insight = f"上升{moves.rose}家，下降{moves.fell}家；{moves.stayed_worst}家连续两年为D类"
    return GradeFlow(found.year, found.year - 1, flows(moves), insight, told)
