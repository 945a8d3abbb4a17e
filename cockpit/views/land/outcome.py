"""What another grading changes: firms that move, where they are, and what the differentiated measures then cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name, short_firm
from cockpit.evaluation.grading import measures
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.migration import grade_migration_of_frames
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import PARTS, flows, within
from cockpit.views.parts import GradeTransitions

_MOVERS = 12


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
class SimulationOutcome:
    """One grading against another, within the selection.

    ``counts``: (grade, before, after); ``rose``, ``fell``: firms that move among A-D;
    ``movers``: those with most land. With a ``fault`` the grading isn't possible, and all else is empty.
    """

    counts: tuple[tuple[str, int, int], ...]
    rose: int
    fell: int
    flows: GradeTransitions
    towns: tuple[GroupMoves, ...]
    chains: tuple[GroupMoves, ...]
    charges: tuple[MeasureBill, ...]
    movers: tuple[FirmMove, ...]
    fault: str = ""


def failed_outcome(words: str) -> SimulationOutcome:
    """The outcome of a policy that can't be evaluated."""
    return SimulationOutcome((), 0, 0, GradeTransitions((), ()), (), (), (), (), words)


def compare_evaluations(ctx: ViewContext, before: Evaluation, after: Evaluation) -> SimulationOutcome:
    """``after`` against ``before``."""
    was, now = (within(e.firms, ctx.selection) for e in (before, after))
    joined = was.merge(now[["credit_code", "grade", "score"]], on="credit_code", suffixes=("", "_after"))
    places = [_places(joined[column]) for column in ("grade", "grade_after")]
    graded = (places[0] >= 0) & (places[1] >= 0)
    rose, fell = graded & (places[1] < places[0]), graded & (places[1] > places[0])
    moved = joined.assign(rose=rose, fell=fell)
    return SimulationOutcome(
        tuple((g, int((was["grade"] == g).sum()), int((now["grade"] == g).sum())) for g in GRADES),
        int(rose.sum()),
        int(fell.sum()),
        flows(grade_migration_of_frames(was, now)),
        _parts(ctx, moved, Grouping.TOWN),
        _parts(ctx, moved, Grouping.CHAIN),
        _charges(ctx, before, after),
        _movers(ctx, moved),
    )


def _places(grades: pd.Series) -> np.ndarray:
    """Index in ``GRADES``; -1 for a firm without a grade."""
    return np.asarray(pd.Index(GRADES).get_indexer(pd.Index(grades)))


def _parts(ctx: ViewContext, moved: pd.DataFrame, by: Grouping) -> tuple[GroupMoves, ...]:
    table = moved.groupby(PARTS[by])[["rose", "fell"]].sum()
    rows = [
        GroupMoves(str(key), group_name(ctx.district, by, str(key))[1], int(row["rose"]), int(row["fell"]))
        for key, row in zip(table.index, table.to_dict("records"), strict=True)
        if row["rose"] or row["fell"]
    ]
    return tuple(sorted(rows, key=lambda r: -(r.rose + r.fell)))


def _charges(ctx: ViewContext, before: Evaluation, after: Evaluation) -> tuple[MeasureBill, ...]:
    """Every billed measure of the new policy, on the old grades and on the new ones."""
    kept = [within(e.firms, ctx.selection).index for e in (before, after)]
    rows = []
    for measure in measures.priced_measures(after) or measures.priced_measures(before):
        sums = [float(measures.amounts_by_firm(e, measure).loc[i].sum()) for e, i in zip((before, after), kept, strict=True)]
        rows.append(MeasureBill(measure.name, sums[0], sums[1]))
    return tuple(rows)


def _movers(ctx: ViewContext, moved: pd.DataFrame) -> tuple[FirmMove, ...]:
    changed = moved[moved["rose"] | moved["fell"]].nlargest(_MOVERS, "land_mu")
    return tuple(
        FirmMove(
            r["credit_code"],
            short_firm(str(r["name"])),
            group_name(ctx.district, Grouping.TOWN, str(r["town"]))[1],
            r["group"],
            r["grade"],
            r["grade_after"],
            float(r["score"]),
            float(r["score_after"]),
            float(r["land_mu"]),
        )
        for r in changed.to_dict("records")
    )
