"""The per-mu page (亩均效益) as values: the published evaluation of a year within the selection, and the year before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cockpit import cache, formatting
from cockpit.aggregations import aggregate
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.evaluation.policy.description import describe_policy
from cockpit.evaluation.policy.policy import Grade
from cockpit.evaluation.results.grade_shares import grade_shares
from cockpit.evaluation.results.migration import GradeMigration, count_migration
from cockpit.evaluation.results.record import EvaluationRecord
from cockpit.evaluation.results.totals import evaluation_totals, share
from cockpit.selection import GradeMeasure
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.superlatives import count_noun, show_count, show_value, superlative
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import EvaluationScope, evaluation_scope
from cockpit.views.parts import Caption

#: Columns of an evaluation by grouping, and the fields of the selection that filter them.
DIMENSIONS = {Grouping.TOWN: "town", Grouping.CHAIN: "chain", Grouping.INDUSTRY: "division"}
_FIELDS = {Grouping.TOWN: "towns", Grouping.CHAIN: "chains", Grouping.INDUSTRY: "industries"}


@dataclass(frozen=True, slots=True)
class LandSummary:
    """Key values: money in 万元, land in 亩, shares as fractions, NaN = none; ``*_base`` of the year before.

    ``released_land``: land put back to use up to the period's end; ``records``: the year's published evaluations, newest
    first; ``rules``: the policy as (name, text).
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
    released_land: float
    record: EvaluationRecord
    records: tuple[EvaluationRecord, ...]
    rules: tuple[tuple[str, str], ...]
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
    """Grades by town, chain or industry (``by``), highest share of A and B first; ``counted``: what is added up."""

    by: Grouping
    counted: GradeMeasure
    rows: tuple[GradeRow, ...]
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class GradeMigrationPanel:
    """Firms by grade before and after; no ``moves`` without an evaluation of the year before."""

    year: int
    base_year: int
    moves: GradeMigration | None
    insight: str
    caption: Caption


def caption(
    ctx: ViewContext, scope: EvaluationScope, definition: str, *, versus: bool = False, free: str = "", grades: bool = False
) -> Caption:
    """Build the sentence under a panel of the page.

    ``free``: the filter that the panel ignores (towns, chains, industries); ``grades``: it is filtered by grade.
    """
    base = f"，较{scope.year - 1}年度" if versus and scope.earlier is not None else ""
    where = ctx.selection.replace(**{free: ()} if free else {}).where
    shared = ctx.caption(period=f"{scope.year}年度评价{base}", where=where)
    filters = [ctx.selection.group, f"{'、'.join(ctx.selection.grades)}类" if grades and ctx.selection.grades else ""]
    record = scope.published.record
    return Caption(
        " · ".join([shared.scope, *filter(None, filters)]),
        shared.period,
        f"评价记录{record.id}，{formatting.format_local_day(record.published_at)}发布",
        definition,
    )


def summary(ctx: ViewContext) -> LandSummary | None:
    """Compute the key values; ``None`` before the first published evaluation."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    earlier = scope.before()
    now, before = evaluation_totals(scope.firms()), evaluation_totals(earlier) if earlier else None
    graded_before = before.graded if before else 0
    return LandSummary(
        scope.year,
        tuple(sorted(ctx.full.grades)),
        tuple(g.key for g in scope.evaluation.policy.groups),
        ctx.selection.group,
        now.tax_per_mu,
        before.tax_per_mu if before else math.nan,
        share(now.counts["A"] + now.counts["B"], now.graded),
        share(before.counts["A"] + before.counts["B"], graded_before) if before else math.nan,
        now.counts,
        float(before.counts["D"]) if before and graded_before else math.nan,
        tuple((g.key, now.worst_by_group.get(g.key, 0)) for g in scope.evaluation.policy.groups),
        now.land["D"],
        now.share_of_land("D"),
        now.share_of_tax("D"),
        now.lift,
        now.firms - now.graded,
        aggregate.total(
            ctx.full, METRICS["released_land"], Period(PeriodKind.RANGE, m.month(2000, 1), ctx.period.last), ctx.where
        ),
        scope.published.record,
        tuple(r for r in ctx.repository.records(ctx.full) if r.year == scope.year),
        ctx.full.cache.get_or_compute(
            cache.EVALUATION_RULES, scope.published.record.id, lambda: tuple(describe_policy(scope.evaluation.policy))
        ),
        caption(
            ctx,
            scope,
            "亩均税收为评价税收之和÷用地面积之和；A·B类占比以评定了A—D等级的企业为分母，D类占地和税收占比以全部参加评价的企业为分母。",
            versus=True,
        ),
    )


_MEASURE_NAMES = {GradeMeasure.FIRMS: "家数", GradeMeasure.LAND: "用地面积", GradeMeasure.TAX: "评价税收"}


def grade_structure(ctx: ViewContext) -> GradeStructure | None:
    """Compute grades by town, chain or industry: all of them, whichever are selected."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    by = ctx.selection.by
    field = _FIELDS[by]
    shares = grade_shares(scope.firms(**{field: ()}), DIMENSIONS[by], ctx.selection.counted)
    rows = tuple(GradeRow(s.key, group_name(ctx.district, by, s.key)[0], s.amounts, s.total, s.ab) for s in shares)
    definition = f"按{_MEASURE_NAMES[ctx.selection.counted]}合计；A+B为A类、B类合计占评定了等级的企业的比重。"
    return GradeStructure(
        by,
        ctx.selection.counted,
        rows,
        _structure_insight(rows, ctx.selection.counted, count_noun(by, ctx.terms)),
        caption(ctx, scope, definition, free=field),
    )


def _structure_insight(rows: tuple[GradeRow, ...], counted: GradeMeasure, noun: str) -> str:
    """Say who has the highest and lowest share of A and B, and who has most of D."""
    if not rows:
        return "所选范围没有评定等级的企业"
    shares = [(row.name, row.ab) for row in rows]
    highest = superlative(shares, "最高", formatting.format_percent, noun=noun, attribute="A、B类占比", above_zero=False)
    lowest = superlative(shares, "最低", formatting.format_percent, noun=noun, attribute="A、B类占比", least=True)
    same = highest == lowest
    show = {GradeMeasure.FIRMS: show_count("家"), GradeMeasure.LAND: show_count("亩")}.get(counted, show_value(METRICS["tax"]))
    name = {GradeMeasure.FIRMS: "D类企业", GradeMeasure.LAND: "D类用地", GradeMeasure.TAX: "D类税收"}[counted]
    most = superlative([(row.name, row.amounts[-1]) for row in rows], "最多", show, noun=noun, attribute=name)
    return join_clauses([highest, None if same else lowest, most], "，")


def grade_migration(ctx: ViewContext) -> GradeMigrationPanel | None:
    """Compute how grades moved from the year before, within the selection."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    sentence = caption(ctx, scope, "两年都评定了等级的企业按等级升降计；当年未评价的也归入“不定等级”。")
    before, previous_rows = scope.before(), scope.previous_rows
    if before is None or previous_rows is None:
        return GradeMigrationPanel(scope.year, scope.year - 1, None, "", sentence)
    moves = count_migration(before, scope.firms(), previous_rows)
    insight = f"上升{moves.rose}家，下降{moves.fell}家；{moves.stayed_worst}家连续两年为D类"
    return GradeMigrationPanel(scope.year, scope.year - 1, moves.nonempty(), insight, sentence)
