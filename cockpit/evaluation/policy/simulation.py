"""What-if: a policy with some of its numbers changed. The changes are a short text, so a simulation is a link.

``0w1:40;1qA:25`` reads: in group 0 the weight of indicator 1 is 40, in group 1 the quota of A is 25 %. ``w``
weight, ``q`` quota, ``s`` score line, ``c`` limit of a condition, ``b`` the group's baselines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from cockpit.evaluation.policy.policy import Group, Level, Policy

BASELINES: Mapping[str, str] = {"policy": "按办法", "ratio": "本组合计之比", "mean": "本组平均值", "best": "本组最优值"}
_CHANGE = re.compile(r"(\d)([wqscb])([0-9A-C]?):([0-9.]+|[a-z]+)")
_CENT = Decimal("0.01")
_LETTERS: tuple[Literal["A", "B", "C"], ...] = ("A", "B", "C")

Changes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Knob:
    """One number that may be changed: a slider. ``key`` as in the text; ``value`` as the policy has it."""

    key: str
    name: str
    unit: str
    kind: str
    low: float
    high: float
    step: float
    value: float


def parse(text: str) -> Changes:
    """Changes from their text; what can't be read is left out."""
    found = {}
    for part in text.split(";"):
        if match := _CHANGE.fullmatch(part):
            group, kind, name, value = match.groups()
            if (kind == "b") == (value in BASELINES) and (kind == "b" or _is_number(value)):
                found[f"{group}{kind}{name}"] = value
    return found


def text_of(changes: Changes) -> str:
    """The text of changes; the same changes give the same text."""
    return ";".join(f"{key}:{value}" for key, value in sorted(changes.items()))


def knobs(group: Group, index: int) -> tuple[Knob, ...]:
    """What may be changed in a group: weights, then cuts, then limits of conditions."""
    total = float(group.total)
    found = [
        Knob(f"{index}w{j}", i.name, "分", "权重", 0.0, total, 1.0, float(i.weight)) for j, i in enumerate(group.indicators[:10])
    ]
    found += [
        Knob(f"{index}q{g}", f"{g}类累计占比", "%", "分档", 0.0, 100.0, 1.0, float(group.cuts.quotas[g]))
        for g in _LETTERS
        if group.cuts.quotas
    ]
    found += [
        Knob(f"{index}s{g}", f"{g}类分数线", "分", "分档", 0.0, 1.5 * total, 1.0, group.cuts.scores[g])
        for g in _LETTERS
        if group.cuts.scores
    ]
    names = {i.key: i for i in group.indicators}
    for j, condition in enumerate(group.conditions[:10]):
        if condition.limit.value is None:
            continue
        of = names[condition.indicator]
        words = "低于此值为" if condition.effect == "demotes" else "达到此值才可为"
        limit = of.shown(condition.limit.value)
        high = max(5 * limit, 1.0)
        step = 0.1 if high <= 20 else 1.0
        told = f"{of.name}{words}{condition.grade}类"
        found.append(Knob(f"{index}c{j}", told, of.unit, "门槛", 0.0, high, step, limit))
    return tuple(found)


def apply(policy: Policy, changes: Changes) -> Policy:
    """The policy with the changes. Changed weights are relative: all weights of the group are scaled to its total.

    Quotas that would overlap are pushed apart: B is at least A, C at least B; score lines likewise.
    """
    groups = tuple(_group(group, str(index), changes) for index, group in enumerate(policy.groups))
    return policy.model_copy(update={"groups": groups}) if groups != policy.groups else policy


def _group(group: Group, index: str, changes: Changes) -> Group:
    own = {key[1:]: value for key, value in changes.items() if key[0] == index}
    if not own:
        return group
    weights = scaled([_decimal(own.get(f"w{j}"), i.weight) for j, i in enumerate(group.indicators)], group.total)
    indicators = [i.model_copy(update={"weight": w}) for i, w in zip(group.indicators, weights, strict=True)]
    if (of := own.get("b", "policy")) != "policy":
        indicators = [i.model_copy(update={"baseline": Level(of=of)}) for i in indicators]
    cuts = group.cuts
    if cuts.quotas:
        quotas = _rising([_decimal(own.get(f"q{g}"), cuts.quotas[g]) for g in _LETTERS])
        cuts = cuts.model_copy(update={"quotas": dict(zip(_LETTERS, quotas, strict=True))})
    if cuts.scores:
        lines = _rising([_decimal(own.get(f"s{g}"), Decimal(str(cuts.scores[g]))) for g in reversed(_LETTERS)])
        cuts = cuts.model_copy(update={"scores": {g: float(x) for g, x in zip(reversed(_LETTERS), lines, strict=True)}})
    conditions = []
    named = {i.key: i for i in group.indicators}
    for j, condition in enumerate(group.conditions):
        changed = own.get(f"c{j}")
        if changed is not None and condition.limit.value is not None and float(changed) > 0:
            limit = named[condition.indicator].stored(float(changed))
            condition = condition.model_copy(update={"limit": Level(of="fixed", value=limit)})
        elif changed is not None and condition.limit.value is not None:
            continue  # a limit of zero takes the condition away
        conditions.append(condition)
    update = {"indicators": tuple(indicators), "cuts": cuts, "conditions": tuple(conditions)}
    return group.model_copy(update=update)


def scaled(weights: list[Decimal], total: Decimal) -> list[Decimal]:
    """Weights in proportion, two decimals, that add up to ``total`` exactly (largest remainder); equal ones when all are 0."""
    whole = sum(weights, Decimal(0))
    if whole == total:
        return weights
    shares = [w / whole if whole else Decimal(1) / len(weights) for w in weights]
    exact = [s * total for s in shares]
    floors = [x.quantize(_CENT, ROUND_FLOOR) for x in exact]
    short = int((total - sum(floors, Decimal(0))) / _CENT)
    first = sorted(range(len(exact)), key=lambda i: exact[i] - floors[i], reverse=True)[:short]
    return [f + _CENT if i in first else f for i, f in enumerate(floors)]


def words(before: Policy, after: Policy) -> list[str]:
    """What differs between a policy and its changed form, group by group: 规上 亩均税收权重 30→40分."""
    told = []
    for old, new in zip(before.groups, after.groups, strict=True):
        told += [
            f"{new.key} {b.name}权重 {_plain(a.weight)}→{_plain(b.weight)}分"
            for a, b in zip(old.indicators, new.indicators, strict=True)
            if a.weight != b.weight
        ]
        if any(a.baseline != b.baseline for a, b in zip(old.indicators, new.indicators, strict=True)):
            told.append(f"{new.key} 基准值改为{BASELINES[new.indicators[0].baseline.of]}")
        told += [
            f"{new.key} {grade}类累计占比 {_plain(old.cuts.quotas[grade])}→{_plain(new.cuts.quotas[grade])}%"
            for grade in new.cuts.quotas
            if old.cuts.quotas[grade] != new.cuts.quotas[grade]
        ]
        told += [
            f"{new.key} {grade}类分数线 {old.cuts.scores[grade]:g}→{new.cuts.scores[grade]:g}分"
            for grade in new.cuts.scores
            if old.cuts.scores[grade] != new.cuts.scores[grade]
        ]
        told += _condition_words(old, new)
    return told


def _condition_words(old: Group, new: Group) -> list[str]:
    indicators = {i.key: i for i in new.indicators}
    kept = {(c.indicator, c.grade, c.effect): c.limit.value for c in new.conditions}
    told = []
    for condition in old.conditions:
        of = indicators[condition.indicator]
        limit = kept.get((condition.indicator, condition.grade, condition.effect))
        if condition.limit.value is None or limit == condition.limit.value:
            continue
        was = f"{of.shown(condition.limit.value):g}"
        if limit is None:
            told.append(f"{new.key} 取消{of.name}{was}{of.unit}的{condition.grade}类门槛")
        else:
            told.append(f"{new.key} {of.name}的{condition.grade}类门槛 {was}→{of.shown(limit):g}{of.unit}")
    return told


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _rising(values: list[Decimal]) -> list[Decimal]:
    found: list[Decimal] = []
    for value in values:
        found.append(max([value, *found[-1:]]))
    return found


def _decimal(text: str | None, otherwise: Decimal) -> Decimal:
    return otherwise if text is None else Decimal(text)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,6}(\.\d{1,4})?", text))
