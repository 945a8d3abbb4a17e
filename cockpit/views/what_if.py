"""What-if (模拟评价): the grading under a changed policy beside the one it starts from. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cockpit import formatting
from cockpit import months as m
from cockpit.dimensions import Grouping
from cockpit.errors import PolicyError
from cockpit.evaluation import measures, simulation, summary
from cockpit.evaluation.engine import Evaluation, evaluate
from cockpit.evaluation.policy import GRADES, Policy
from cockpit.evaluation.record import Simulation
from cockpit.evaluation.simulation import Changes, Knob
from cockpit.names import group_name
from cockpit.views.context import Context
from cockpit.views.land import PARTS, scope, within
from cockpit.views.parts import Caption

_MOVERS = 12


@dataclass(frozen=True, slots=True)
class Move:
    """A firm whose grade changes."""

    credit_code: str
    name: str
    town: str
    group: str
    before: str
    after: str
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class Charge:
    """A measure's bill in 万元 a year before and after; above zero firms pay more."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class PartMoves:
    """A town's or chain's firms that rise and fall."""

    name: str
    rose: int
    fell: int


@dataclass(frozen=True)
class Outcome:
    """The changed grading against the base, within the selection.

    ``counts``: (grade, before, after); ``moved``: firms that rise, that fall, and that gain or lose a grade;
    ``table``: before × after; ``weights`` of each knob ``w`` as they take effect.
    """

    counts: tuple[tuple[str, int, int], ...]
    rose: int
    fell: int
    table: pd.DataFrame
    towns: tuple[PartMoves, ...]
    chains: tuple[PartMoves, ...]
    charges: tuple[Charge, ...]
    movers: tuple[Move, ...]
    weights: dict[str, str]
    fault: str = ""


@dataclass(frozen=True)
class Workbench:
    """The panel: the policy that is changed, its knobs by group, the changes, what may be compared, and the outcome."""

    year: int
    years: tuple[int, ...]
    base: str
    bases: tuple[str, ...]
    knobs: tuple[tuple[str, tuple[Knob, ...]], ...]
    changes: Changes
    saved: tuple[Simulation, ...]
    outcome: Outcome
    caption: Caption


def workbench(ctx: Context) -> Workbench | None:
    """The what-if panel of the link; ``None`` without evaluation figures or without any policy."""
    year = _year(ctx)
    base = base_policy(ctx)
    if year is None or base is None:
        return None
    changes = simulation.parse(ctx.selection.sim)
    groups = tuple((g.key, simulation.knobs(g, index)) for index, g in enumerate(base.groups))
    saved = tuple(s for s in ctx.repository.simulations() if s.policy.year == year)
    told = Caption(
        ctx.caption().scope,
        f"{year}年度评价数据试算",
        f"数据版本{ctx.full.version.number}",
        "拖动滑块即时试算，已发布的等级不变；权重按比例折算为合计分值。措施金额 = 计费基数 × 单价 × 等级系数，正数为企业多缴。",
    )
    return Workbench(
        year,
        ctx.repository.evaluation_years(ctx.full),
        base.name,
        tuple(p.name for p in candidates(ctx)),
        groups,
        changes,
        saved,
        outcome(ctx, changes),
        told,
    )


def candidates(ctx: Context) -> tuple[Policy, ...]:
    """Policies that a simulation may start from: the published one, the district pack's, the saved ones."""
    found = scope(ctx)
    year = _year(ctx) or 0
    every = [found.evaluation.policy] if found and found.year == year else []
    every += [p.of_year(year) for p in ctx.repository.policies()]
    every += [s.policy.model_copy(update={"name": s.name}) for s in ctx.repository.simulations()]
    named: dict[str, Policy] = {}
    for policy in every:
        named.setdefault(policy.name, policy)
    return tuple(named.values())


def base_policy(ctx: Context) -> Policy | None:
    """The policy that the changes apply to: the one that the link names by its place, else the first."""
    every = candidates(ctx)
    return every[ctx.selection.base if ctx.selection.base < len(every) else 0] if every else None


def changed_policy(ctx: Context, changes: Changes) -> Policy | None:
    """The base policy with the changes, for the evaluated year."""
    base, year = base_policy(ctx), _year(ctx)
    return simulation.apply(base, changes).of_year(year) if base and year else None


def simulate(ctx: Context, policy: Policy) -> Evaluation:
    """Evaluate a policy on the published figures of its year. Raises ``PolicyError``."""
    year = policy.year
    return evaluate(policy, *(ctx.repository.evaluation_figures(ctx.full, y) for y in (year, year - 1)))


def outcome(ctx: Context, changes: Changes) -> Outcome:
    """What the changes do; a policy that can't be evaluated gives its fault instead."""
    policy, found = changed_policy(ctx, changes), scope(ctx)
    if policy is None:
        return _faulty("没有可用的评价办法")
    try:
        after = simulate(ctx, policy)
        before = found.evaluation if found and found.year == policy.year else simulate(ctx, _unchanged(ctx, policy))
    except PolicyError as error:
        return _faulty(str(error))
    return _compared(ctx, before, after)


def compare(ctx: Context, first: Policy, second: Policy) -> Outcome:
    """Two policies against each other."""
    try:
        return _compared(ctx, simulate(ctx, first), simulate(ctx, second))
    except PolicyError as error:
        return _faulty(str(error))


def _unchanged(ctx: Context, policy: Policy) -> Policy:
    base = base_policy(ctx)
    return base.of_year(policy.year) if base else policy


def _year(ctx: Context) -> int | None:
    """The newest year with evaluation figures not after the period."""
    known = [y for y in ctx.repository.evaluation_years(ctx.full) if y <= m.year_of(ctx.period.last)]
    return known[-1] if known else None


def _faulty(words: str) -> Outcome:
    return Outcome((), 0, 0, pd.DataFrame(), (), (), (), (), {}, words)


def _compared(ctx: Context, before: Evaluation, after: Evaluation) -> Outcome:
    was, now = (within(e.firms, ctx.selection) for e in (before, after))
    joined = was.merge(now[["credit_code", "grade", "score"]], on="credit_code", suffixes=("", "_after"))
    index = {g: i for i, g in enumerate(GRADES)}
    places = joined["grade"].map(index), joined["grade_after"].map(index)
    rose, fell = (places[1] < places[0]).to_numpy(dtype=bool), (places[1] > places[0]).to_numpy(dtype=bool)
    moved = joined.assign(rose=rose, fell=fell)
    return Outcome(
        tuple((g, int((was["grade"] == g).sum()), int((now["grade"] == g).sum())) for g in GRADES),
        int(rose.sum()),
        int(fell.sum()),
        summary.migration(was, now),
        _parts(ctx, moved, Grouping.TOWN),
        _parts(ctx, moved, Grouping.CHAIN),
        _charges(ctx, before, after),
        _movers(ctx, moved),
        {f"{g}w{j}": f"{i.weight:f}" for g, group in enumerate(after.policy.groups) for j, i in enumerate(group.indicators)},
    )


def _parts(ctx: Context, moved: pd.DataFrame, by: Grouping) -> tuple[PartMoves, ...]:
    table = moved.groupby(PARTS[by])[["rose", "fell"]].sum()
    table = table[table.sum(axis=1) > 0]
    rows = [
        PartMoves(group_name(ctx.district, by, str(key))[0], int(row["rose"]), int(row["fell"]))
        for key, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    return tuple(sorted(rows, key=lambda r: -(r.rose + r.fell)))


def _charges(ctx: Context, before: Evaluation, after: Evaluation) -> tuple[Charge, ...]:
    rows = []
    for measure in measures.billed(after.policy):
        sums = []
        for evaluation in (before, after):
            kept = within(evaluation.firms, ctx.selection).index
            sums.append(float(measures.amounts(evaluation, measure).loc[kept].sum()))
        rows.append(Charge(measure.name, *sums))
    return tuple(rows)


def _movers(ctx: Context, moved: pd.DataFrame) -> tuple[Move, ...]:
    """The firms that change grade, those with most land first."""
    changed = moved[moved["rose"] | moved["fell"]].nlargest(_MOVERS, "land_mu")
    return tuple(
        Move(
            r["credit_code"],
            r["name"],
            group_name(ctx.district, Grouping.TOWN, str(r["town"]))[1],
            r["group"],
            r["grade"],
            r["grade_after"],
            float(r["score"]),
            float(r["score_after"]),
        )
        for r in changed.to_dict("records")
    )


def changed_words(policy: Policy, base: Policy) -> list[str]:
    """What differs between two policies of the same groups, in words, for the record of a saved simulation."""
    words = []
    for old, new in zip(base.groups, policy.groups, strict=False):
        for a, b in zip(old.indicators, new.indicators, strict=False):
            if a.weight != b.weight:
                words.append(f"{new.key}{b.name}权重{a.weight:f}→{b.weight:f}")
        for grade in new.cuts.quotas:
            if old.cuts.quotas.get(grade) != new.cuts.quotas[grade]:
                words.append(f"{new.key}{grade}类{old.cuts.quotas.get(grade, 0):f}%→{new.cuts.quotas[grade]:f}%")
    return words or [formatting.MISSING]
