"""What-if changes to a policy: weights, quotas, score lines, limits and baselines, as a short text in the URL.

``0w1:40;1qA:25`` reads: in group 0 the weight of indicator 1 is 40, in group 1 the quota of A is 25 %. ``w``
weight, ``q`` quota, ``s`` score line, ``c`` limit of a condition, ``b`` the group's baselines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from cockpit.evaluation.policy.policy import Baseline, Condition, Cuts, EvaluationGroup, Indicator, Policy
from cockpit.formatting import round_to_total

BASELINE_LABELS: Mapping[str, str] = {"policy": "按办法", "ratio": "本组合计之比", "mean": "本组平均值", "best": "本组最优值"}
_CHANGE = re.compile(r"(\d)([wqscb])([0-9A-C]?):([0-9.]+|[a-z]+)")
_WEIGHT_DIGITS = 2
_LETTERS: tuple[Literal["A", "B", "C"], ...] = ("A", "B", "C")

#: Key (``0w1``) -> new value, both as in the text.
PolicyChanges = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PolicySlider:
    """One number that may be changed. ``key`` as in the text of changes; ``value`` as the policy has it.

    ``low``, ``high``, ``step`` and ``value`` in ``unit``; ``kind``: the heading that it stands under (权重, 分档, 门槛).
    """

    key: str
    name: str
    unit: str
    kind: str
    low: float
    high: float
    step: float
    value: float


def parse_changes(text: str) -> PolicyChanges:
    """Parse the text of changes; entries that aren't valid are left out."""
    changes = {}
    for entry in text.split(";"):
        if match := _CHANGE.fullmatch(entry):
            group, kind, name, value = match.groups()
            if (kind == "b") == (value in BASELINE_LABELS) and (kind == "b" or _is_number(value)):
                changes[f"{group}{kind}{name}"] = value
    return changes


def group_sliders(group: EvaluationGroup, index: int) -> tuple[PolicySlider, ...]:
    """List what may be changed in a group: weights, then cuts, then limits of conditions."""
    total, cuts = float(group.total), group.cuts
    weights = [
        PolicySlider(f"{index}w{j}", i.name, "分", "权重", 0.0, total, 1.0, float(i.weight))
        for j, i in enumerate(group.indicators[:10])
    ]
    quotas = [
        PolicySlider(f"{index}q{g}", f"{g}类累计占比", "%", "分档", 0.0, 100.0, 1.0, float(cuts.quotas[g]))
        for g in _LETTERS
        if cuts.quotas
    ]
    lines = [
        PolicySlider(f"{index}s{g}", f"{g}类分数线", "分", "分档", 0.0, 1.5 * total, 1.0, cuts.scores[g])
        for g in _LETTERS
        if cuts.scores
    ]
    return (*weights, *quotas, *lines, *_limit_sliders(group, index))


def _limit_sliders(group: EvaluationGroup, index: int) -> list[PolicySlider]:
    sliders = []
    for j, condition in enumerate(group.conditions[:10]):
        if condition.limit.value is None:
            continue
        indicator = group.indicator(condition.indicator)
        effect = "低于此值为" if condition.effect == "demotes" else "达到此值才可为"
        limit = indicator.to_display(condition.limit.value)
        high = max(5 * limit, 1.0)
        step = 0.1 if high <= 20 else 1.0
        name = f"{indicator.name}{effect}{condition.grade}类"
        sliders.append(PolicySlider(f"{index}c{j}", name, indicator.unit, "门槛", 0.0, high, step, limit))
    return sliders


def apply_changes(policy: Policy, changes: PolicyChanges) -> Policy:
    """Apply changes to a policy. Changed weights are relative: all weights of the group are scaled to its total.

    Quotas that would overlap are pushed apart: B is at least A, C at least B; score lines likewise.
    """
    groups = tuple(_change_group(group, str(index), changes) for index, group in enumerate(policy.groups))
    return policy.model_copy(update={"groups": groups}) if groups != policy.groups else policy


def _change_group(group: EvaluationGroup, index: str, changes: PolicyChanges) -> EvaluationGroup:
    own = {key[1:]: value for key, value in changes.items() if key[0] == index}
    if not own:
        return group
    update = {
        "indicators": _change_indicators(group, own),
        "cuts": _change_cuts(group.cuts, own),
        "conditions": _change_conditions(group, own),
    }
    return group.model_copy(update=update)


def _change_indicators(group: EvaluationGroup, own: PolicyChanges) -> tuple[Indicator, ...]:
    weights = scale_weights([_decimal(own.get(f"w{j}"), i.weight) for j, i in enumerate(group.indicators)], group.total)
    indicators = [i.model_copy(update={"weight": w}) for i, w in zip(group.indicators, weights, strict=True)]
    if (statistic := own.get("b", "policy")) != "policy":
        indicators = [i.model_copy(update={"baseline": Baseline(of=statistic)}) for i in indicators]
    return tuple(indicators)


def _change_cuts(cuts: Cuts, own: PolicyChanges) -> Cuts:
    if cuts.quotas:
        quotas = _rising([_decimal(own.get(f"q{g}"), cuts.quotas[g]) for g in _LETTERS])
        cuts = cuts.model_copy(update={"quotas": dict(zip(_LETTERS, quotas, strict=True))})
    if cuts.scores:
        lines = _rising([_decimal(own.get(f"s{g}"), Decimal(str(cuts.scores[g]))) for g in reversed(_LETTERS)])
        cuts = cuts.model_copy(update={"scores": {g: float(x) for g, x in zip(reversed(_LETTERS), lines, strict=True)}})
    return cuts


def _change_conditions(group: EvaluationGroup, own: PolicyChanges) -> tuple[Condition, ...]:
    conditions = []
    for j, condition in enumerate(group.conditions):
        changed = own.get(f"c{j}")
        if changed is None or condition.limit.value is None:
            conditions.append(condition)
        elif float(changed) > 0:  # a limit of zero takes the condition away
            limit = group.indicator(condition.indicator).from_display(float(changed))
            conditions.append(condition.model_copy(update={"limit": Baseline(of="fixed", value=limit)}))
    return tuple(conditions)


def scale_weights(weights: list[Decimal], total: Decimal) -> list[Decimal]:
    """Scale weights to add up to ``total`` exactly, with two decimals; equal ones when all are 0."""
    weight_sum = sum(weights, Decimal(0))
    if weight_sum == total:
        return weights
    shares = [w / weight_sum if weight_sum else Decimal(1) / len(weights) for w in weights]
    return round_to_total([share * total for share in shares], total, _WEIGHT_DIGITS)


def describe_changes(before: Policy, after: Policy) -> list[str]:
    """Describe what differs between a policy and its changed form, group by group: 规上 亩均税收权重 30→40分."""
    lines = []
    for old, new in zip(before.groups, after.groups, strict=True):
        lines += [
            f"{new.key} {b.name}权重 {_plain(a.weight)}→{_plain(b.weight)}分"
            for a, b in zip(old.indicators, new.indicators, strict=True)
            if a.weight != b.weight
        ]
        if any(a.baseline != b.baseline for a, b in zip(old.indicators, new.indicators, strict=True)):
            lines.append(f"{new.key} 基准值改为{BASELINE_LABELS[new.indicators[0].baseline.of]}")
        lines += [
            f"{new.key} {grade}类累计占比 {_plain(old.cuts.quotas[grade])}→{_plain(new.cuts.quotas[grade])}%"
            for grade in new.cuts.quotas
            if old.cuts.quotas[grade] != new.cuts.quotas[grade]
        ]
        lines += [
            f"{new.key} {grade}类分数线 {old.cuts.scores[grade]:g}→{new.cuts.scores[grade]:g}分"
            for grade in new.cuts.scores
            if old.cuts.scores[grade] != new.cuts.scores[grade]
        ]
        lines += _describe_limit_changes(old, new)
    return lines


def _describe_limit_changes(old: EvaluationGroup, new: EvaluationGroup) -> list[str]:
    new_limits = {(c.indicator, c.grade, c.effect): c.limit.value for c in new.conditions}
    lines = []
    for condition in old.conditions:
        indicator = new.indicator(condition.indicator)
        limit = new_limits.get((condition.indicator, condition.grade, condition.effect))
        if condition.limit.value is None or limit == condition.limit.value:
            continue
        old_limit = f"{indicator.to_display(condition.limit.value):g}"
        if limit is None:
            lines.append(f"{new.key} 取消{indicator.name}{old_limit}{indicator.unit}的{condition.grade}类门槛")
        else:
            new_limit = f"{indicator.to_display(limit):g}{indicator.unit}"
            lines.append(f"{new.key} {indicator.name}的{condition.grade}类门槛 {old_limit}→{new_limit}")
    return lines


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _rising(values: list[Decimal]) -> list[Decimal]:
    return list(accumulate(values, max))


def _decimal(text: str | None, otherwise: Decimal) -> Decimal:
    return otherwise if text is None else Decimal(text)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,6}(\.\d{1,4})?", text))
