"""What-if (模拟评价): the rules of a scenario with changes, evaluated on the published values, and what they change.

Nothing is stored here, and published grades stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.calendar import months as m
from cockpit.errors import PolicyError, UsageError
from cockpit.evaluation.grading.engine import Evaluation, evaluate_policy
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
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.outcome import WhatIfOutcome, compare_evaluations, failed_outcome
from cockpit.views.parts import Caption

#: Name of the published evaluation among the scenarios.
PUBLISHED = "现行评价"


@dataclass(frozen=True, slots=True)
class ScenarioOption:
    """A policy to start from or to compare with; ``key`` is its name in the address, '' = the published one."""

    key: str
    name: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class SliderGroup:
    """An evaluation group of the scenario: what may be changed in it, and the baselines that are selected."""

    group: str
    sliders: tuple[PolicySlider, ...]
    baseline: str
    baseline_key: str


@dataclass(frozen=True)
class WhatIf:
    """The scenario that is changed, its sliders, the changes, what it is compared with, and the outcome.

    ``changed_rules``: a sentence for each rule that differs from the scenario's; ``version``: the data version.
    """

    year: int
    years: tuple[int, ...]
    scenario: ScenarioOption
    versus: ScenarioOption
    scenarios: tuple[ScenarioOption, ...]
    slider_groups: tuple[SliderGroup, ...]
    changes: PolicyChanges
    changed_rules: tuple[str, ...]
    saved: tuple[Scenario, ...]
    outcome: WhatIfOutcome
    version: int
    caption: Caption


def what_if(ctx: ViewContext) -> WhatIf | None:
    """Evaluate the scenario and the changes of the selection; ``None`` without evaluation values or without any policy."""
    year, options = evaluated_year(ctx), scenario_options(ctx)
    if year is None or not options:
        return None
    scenario, versus = _by_key(options, ctx.selection.base), _by_key(options, ctx.selection.versus)
    changes = parse_changes(ctx.selection.changes)
    policy = apply_changes(scenario.policy, changes)
    caption = Caption(
        ctx.caption().scope,
        f"{year}年度评价数据",
        f"试算，数据版本{ctx.full.version.number}",
        "已发布的等级不变。一组内改动的权重按比例折算到总分；措施金额 = 计费基数 × 单价 × 等级系数，正数为企业多缴。",
    )
    return WhatIf(
        year,
        ctx.repository.evaluation_years(ctx.full),
        scenario,
        versus,
        options,
        tuple(_slider_group(scenario.policy, index, changes) for index in range(len(scenario.policy.groups))),
        changes,
        tuple(describe_changes(scenario.policy, policy)),
        tuple(s for s in ctx.repository.scenarios() if s.policy.year == year),
        _outcome(ctx, policy, versus),
        ctx.full.version.number,
        caption,
    )


def _slider_group(policy: Policy, index: int, changes: PolicyChanges) -> SliderGroup:
    group, baseline_key = policy.groups[index], f"{index}b"
    return SliderGroup(group.key, group_sliders(group, index), changes.get(baseline_key, "policy"), baseline_key)


def scenario_options(ctx: ViewContext) -> tuple[ScenarioOption, ...]:
    """List the published policy of the year, the district pack's, and the saved ones, each name once."""
    year = evaluated_year(ctx)
    if year is None:
        return ()
    scope = evaluation_scope(ctx)
    options: dict[str, ScenarioOption] = {}
    if scope is not None and scope.year == year:
        options[""] = ScenarioOption("", PUBLISHED, scope.evaluation.policy)
    policies = [(policy.name, policy) for policy in ctx.repository.policies()]
    saved = [(scenario.name, scenario.policy) for scenario in ctx.repository.scenarios()]
    for name, policy in (*policies, *saved):
        options[name] = ScenarioOption(name, name, policy.for_year(year))
    return tuple(options.values())


def _by_key(options: tuple[ScenarioOption, ...], key: str) -> ScenarioOption:
    """Return the option with a key, else the first one."""
    return next((option for option in options if option.key == key), options[0])


def scenario_policy(ctx: ViewContext) -> Policy:
    """Return the policy of the selection with its changes; ``UsageError`` when there is nothing to start from."""
    options = scenario_options(ctx)
    if not options:
        raise UsageError("没有可用的评价办法或年度评价数据，无法试算。")
    return apply_changes(_by_key(options, ctx.selection.base).policy, parse_changes(ctx.selection.changes))


def evaluate_scenario(ctx: ViewContext, policy: Policy) -> Evaluation:
    """Evaluate a policy on the published values of its year. Raises ``PolicyError``."""
    year = policy.year
    return evaluate_policy(policy, *(ctx.repository.evaluation_inputs(ctx.full, y) for y in (year, year - 1)))


def _outcome(ctx: ViewContext, policy: Policy, versus: ScenarioOption) -> WhatIfOutcome:
    """Return what the policy changes; one that can't be evaluated has its fault instead."""
    try:
        after = evaluate_scenario(ctx, policy)
        scope = evaluation_scope(ctx) if not versus.key else None
        before = scope.evaluation if scope else evaluate_scenario(ctx, versus.policy)
    except PolicyError as error:
        return failed_outcome(str(error))
    return compare_evaluations(ctx, before, after)


def evaluated_year(ctx: ViewContext) -> int | None:
    """Return the newest year with evaluation values that is not after the period."""
    years = [y for y in ctx.repository.evaluation_years(ctx.full) if y <= m.year_of(ctx.period.last)]
    return years[-1] if years else None
