"""What other rules change: firms whose grade moves, where they are, and what the differentiated measures then cost."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name, short_firm
from cockpit.evaluation.grading import measures
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import grade_codes
from cockpit.evaluation.results.migration import GradeMigration, count_migration_of_frames
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import selected_firms
from cockpit.views.land.evaluation import DIMENSIONS

_MOST_MOVERS = 12


@dataclass(frozen=True, slots=True)
class FirmMove:
    """A firm whose grade changes."""

    credit_code: str
    name: str
    town: str
    group: str
    before: str
    after: str
    score_before: float
    score_after: float
    land: float


@dataclass(frozen=True, slots=True)
class MeasureBill:
    """A measure's bill in 万元 a year before and after; above zero firms pay more."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class GroupMoves:
    """A town's or chain's firms that rise and fall."""

    key: str
    name: str
    rose: int
    fell: int


@dataclass(frozen=True)
class WhatIfOutcome:
    """One evaluation compared with another, within the selection.

    ``counts``: (grade, before, after); ``rose``, ``fell``: firms that move among A-D; ``movers``: those with most land.
    With a ``fault`` the evaluation isn't possible, and all else is empty.
    """

    counts: tuple[tuple[str, int, int], ...]
    rose: int
    fell: int
    moves: GradeMigration
    towns: tuple[GroupMoves, ...]
    chains: tuple[GroupMoves, ...]
    bills: tuple[MeasureBill, ...]
    movers: tuple[FirmMove, ...]
    fault: str = ""


def failed_outcome(fault: str) -> WhatIfOutcome:
    """Return the outcome of a policy that can't be evaluated."""
    return WhatIfOutcome((), 0, 0, GradeMigration((), ()), (), (), (), (), fault)


def compare_evaluations(ctx: ViewContext, before: Evaluation, after: Evaluation) -> WhatIfOutcome:
    """Compare two evaluations of the same year within the selection."""
    old, new = (selected_firms(evaluation.firms, ctx.selection) for evaluation in (before, after))
    firms = old.merge(new[["credit_code", "grade", "score"]], on="credit_code", suffixes=("", "_after"))
    old_grade, new_grade = (grade_codes(firms[column]) for column in ("grade", "grade_after"))
    is_graded = (old_grade < len(GRADES)) & (new_grade < len(GRADES))
    firms = firms.assign(rose=is_graded & (new_grade < old_grade), fell=is_graded & (new_grade > old_grade))
    return WhatIfOutcome(
        tuple((g, int((old["grade"] == g).sum()), int((new["grade"] == g).sum())) for g in GRADES),
        int(firms["rose"].sum()),
        int(firms["fell"].sum()),
        count_migration_of_frames(old, new).nonempty(),
        _group_moves(ctx, firms, Grouping.TOWN),
        _group_moves(ctx, firms, Grouping.CHAIN),
        _measure_bills(ctx, before, after),
        _movers(ctx, firms),
    )


def _group_moves(ctx: ViewContext, firms: pd.DataFrame, by: Grouping) -> tuple[GroupMoves, ...]:
    """Count the firms that rise and fall by town or chain, the most moves first; groups without any are left out."""
    totals = firms.groupby(DIMENSIONS[by])[["rose", "fell"]].sum()
    rows = [
        GroupMoves(str(key), group_name(ctx.district, by, str(key))[1], int(row["rose"]), int(row["fell"]))
        for key, row in zip(totals.index, totals.to_dict("records"), strict=True)
        if row["rose"] or row["fell"]
    ]
    return tuple(sorted(rows, key=lambda r: -(r.rose + r.fell)))


def _measure_bills(ctx: ViewContext, before: Evaluation, after: Evaluation) -> tuple[MeasureBill, ...]:
    """Compute the bill of each priced measure of the new policy (the old one's, if it has none), by old and new grades."""
    evaluations = (before, after)
    rows = [selected_firms(evaluation.firms, ctx.selection).index for evaluation in evaluations]
    bills = []
    for measure in measures.priced_measures(after) or measures.priced_measures(before):
        amounts = (measures.amounts_by_firm(evaluation, measure) for evaluation in evaluations)
        bills.append(MeasureBill(measure.name, *(float(a.loc[r].sum()) for a, r in zip(amounts, rows, strict=True))))
    return tuple(bills)


def _movers(ctx: ViewContext, firms: pd.DataFrame) -> tuple[FirmMove, ...]:
    moved = firms[firms["rose"] | firms["fell"]].nlargest(_MOST_MOVERS, "land_mu")
    return tuple(
        FirmMove(
            row["credit_code"],
            short_firm(ctx.district, str(row["name"])),
            group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
            row["group"],
            row["grade"],
            row["grade_after"],
            float(row["score"]),
            float(row["score_after"]),
            float(row["land_mu"]),
        )
        for row in moved.to_dict("records")
    )
