"""What-if (模拟评价): a policy with changes, graded on the published figures, beside what it is held against.

Nothing is stored here, and published grades stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.calendar import months as m
from cockpit.errors import PolicyError, UsageError
from cockpit.evaluation.grading.engine import Evaluation, evaluate
from cockpit.evaluation.policy.changes import (
    PolicyChanges,
    PolicySlider,
    apply_changes,
    describe_changes,
    group_sliders,
    parse_changes,
)
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import Scenario
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import evaluation_scope
from cockpit.views.land.outcome import SimulationOutcome, compare_evaluations, failed_outcome
from cockpit.views.parts import Caption

#: How the published evaluation is called among the plans that a simulation may start from.
PUBLISHED = "现行评价"


@dataclass(frozen=True, slots=True)
class ScenarioOption:
    """A policy that a simulation may start from or be held against; ``key`` names it in the link ('' = the published one)."""

    key: str
    name: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class SliderGroup:
    """A group of the plan: what may be changed in it, and the baselines that are chosen now."""

    group: str
    sliders: tuple[PolicySlider, ...]
    baseline: str
    baseline_key: str


@dataclass(frozen=True)
class WhatIf:
    """The view: the plan that is changed, its dials, the changes, what it is held against, and the outcome.

    ``words`` says what differs from the plan; ``version`` is the data version that all of it rests on.
    """

    year: int
    years: tuple[int, ...]
    scenario: ScenarioOption
    versus: ScenarioOption
    scenarios: tuple[ScenarioOption, ...]
    slider_groups: tuple[SliderGroup, ...]
    changes: PolicyChanges
    words: tuple[str, ...]
    saved: tuple[Scenario, ...]
    outcome: SimulationOutcome
    version: int
    caption: Caption


def what_if(ctx: ViewContext) -> WhatIf | None:
    """The view of the link; ``None`` without evaluation figures or without any policy."""
    year, known = evaluated_year(ctx), scenario_options(ctx)
    if year is None or not known:
        return None
    chosen, versus = _named(known, ctx.selection.base), _named(known, ctx.selection.versus)
    changes = parse_changes(ctx.selection.sim)
    changed = apply_changes(chosen.policy, changes)
    told = Caption(
        ctx.caption().scope,
        f"{year}年度评价数据",
        f"试算，数据版本{ctx.full.version.number}",
        "已发布的等级不变。一组内改动的权重按比例折算到总分；措施金额 = 计费基数 × 单价 × 等级系数，正数为企业多缴。",
    )
    return WhatIf(
        year,
        ctx.repository.evaluation_years(ctx.full),
        chosen,
        versus,
        known,
        tuple(_dial(chosen.policy, index, changes) for index in range(len(chosen.policy.groups))),
        changes,
        tuple(describe_changes(chosen.policy, changed)),
        tuple(s for s in ctx.repository.scenarios() if s.policy.year == year),
        _outcome(ctx, changed, versus),
        ctx.full.version.number,
        told,
    )


def _dial(policy: Policy, index: int, changes: PolicyChanges) -> SliderGroup:
    group = policy.groups[index]
    key = f"{index}b"
    return SliderGroup(group.key, group_sliders(group, index), changes.get(key, "policy"), key)


def scenario_options(ctx: ViewContext) -> tuple[ScenarioOption, ...]:
    """The published policy of the year, the district pack's, and the saved ones, each name once."""
    year = evaluated_year(ctx)
    if year is None:
        return ()
    found = evaluation_scope(ctx)
    every: dict[str, ScenarioOption] = {}
    if found is not None and found.year == year:
        every[""] = ScenarioOption("", PUBLISHED, found.evaluation.policy)
    saved = [(s.name, s.policy) for s in ctx.repository.scenarios()]
    for name, policy in [*((p.name, p) for p in ctx.repository.policies()), *saved]:
        every[name] = ScenarioOption(name, name, policy.for_year(year))
    return tuple(every.values())


def _named(known: tuple[ScenarioOption, ...], key: str) -> ScenarioOption:
    return next((p for p in known if p.key == key), known[0])


def scenario_policy(ctx: ViewContext) -> Policy:
    """The policy that the link describes, its changes made; ``UsageError`` when there is nothing to start from."""
    known = scenario_options(ctx)
    if not known:
        raise UsageError("没有可用的评价办法或年度评价数据，无法试算。")
    return apply_changes(_named(known, ctx.selection.base).policy, parse_changes(ctx.selection.sim))


def simulate(ctx: ViewContext, policy: Policy) -> Evaluation:
    """Evaluate a policy on the published figures of its year. Raises ``PolicyError``."""
    year = policy.year
    return evaluate(policy, *(ctx.repository.evaluation_inputs(ctx.full, y) for y in (year, year - 1)))


def _outcome(ctx: ViewContext, changed: Policy, versus: ScenarioOption) -> SimulationOutcome:
    """What the policy does; one that can't be evaluated gives its fault instead."""
    try:
        after = simulate(ctx, changed)
        found = evaluation_scope(ctx) if not versus.key else None
        before = found.evaluation if found else simulate(ctx, versus.policy)
    except PolicyError as error:
        return failed_outcome(str(error))
    return compare_evaluations(ctx, before, after)


def evaluated_year(ctx: ViewContext) -> int | None:
    """The newest year with evaluation figures not after the period."""
    known = [y for y in ctx.repository.evaluation_years(ctx.full) if y <= m.year_of(ctx.period.last)]
    return known[-1] if known else None
