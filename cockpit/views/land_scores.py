"""How scores spread (得分分布), and each firm's tax against its land (用地与税收)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cockpit.evaluation import summary
from cockpit.evaluation.policy import GRADES, Group
from cockpit.evaluation.reasons import plain
from cockpit.views.context import Context
from cockpit.views.land import Scope, caption, scope, within
from cockpit.views.parts import Caption

_WIDTHS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_MOST_BINS = 32
_BUBBLES = 4000
_NAMED = 3


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Firms of a group by grade, and its 亩均税收 (万元/亩)."""

    key: str
    counts: tuple[int, ...]
    ungraded: int
    tax_per_mu: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Scores of one group: ``counts`` [grade][bin] over ``edges``; the last bin also holds all above.

    ``lines``: the scores that reach A, B, C (NaN = none). ``groups``: every group's counts.
    """

    group: str
    groups: tuple[GroupCounts, ...]
    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    lines: tuple[float, ...]
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Bubble:
    """A firm: land (亩), tax and value added (万元, NaN = not reported)."""

    credit_code: str
    name: str
    grade: str
    score: float
    rank: int
    land: float
    tax: float
    value_added: float


@dataclass(frozen=True, slots=True)
class Bubbles:
    """Firms of one group; only those that a log scale can show.

    ``limit``: the D line in 万元/亩 (NaN = the policy has none). ``named``: positions of the firms to name;
    ``counts`` by grade, whatever grades are selected; ``hidden``: firms that can't be drawn (no tax or too many).
    """

    group: str
    groups: tuple[str, ...]
    firms: tuple[Bubble, ...]
    limit: float
    named: tuple[int, ...]
    counts: tuple[int, ...]
    hidden: int
    reading: str
    caption: Caption


def shown_group(ctx: Context, found: Scope) -> Group:
    """The group of the panels that can show one only: the selected one, else the policy's first."""
    groups = found.evaluation.policy.groups
    return next((g for g in groups if g.key == ctx.selection.group), groups[0])


def spread(ctx: Context) -> Spread | None:
    """How the scores of one group spread; ``None`` before the first published evaluation."""
    found = scope(ctx)
    if found is None:
        return None
    group = shown_group(ctx, found)
    everywhere = within(found.evaluation.firms, ctx.selection.but(group=""))
    firms = everywhere[everywhere["group"] == group.key]
    edges = _edges(firms["score"].to_numpy(dtype=np.float64))
    counts = []
    for grade in GRADES:
        scores = np.clip(firms["score"].to_numpy(dtype=np.float64)[(firms["grade"] == grade).to_numpy()], edges[0], edges[-1])
        counts.append(tuple(int(n) for n in np.histogram(scores, edges)[0]))
    lines = tuple(float(x) for x in found.evaluation.result(group.key).grading.lines)
    groups = tuple(_counts(g.key, everywhere[everywhere["group"] == g.key]) for g in found.evaluation.policy.groups)
    told = "综合得分 = 各项指标得分之和 + 加分 − 扣分；竖线为全区该组各等级的最低得分。"
    return Spread(group.key, groups, tuple(edges), tuple(counts), lines, _reading(firms), caption(ctx, found, told))


def _edges(scores: np.ndarray) -> list[float]:
    """Bin edges of a round width over all but the highest hundredth; whole scores start at 0 unless some are below."""
    if not len(scores):
        return [0.0, 100.0]
    low, high = min(float(scores.min()), 0.0), float(np.quantile(scores, 0.99))
    width = next((w for w in _WIDTHS if (high - low) / w <= _MOST_BINS), _WIDTHS[-1])
    first, last = np.floor(low / width), max(np.ceil(high / width), np.floor(low / width) + 1)
    return [float(x * width) for x in np.arange(first, last + 1)]


def _counts(key: str, firms: pd.DataFrame) -> GroupCounts:
    counts = tuple(int((firms["grade"] == g).sum()) for g in GRADES)
    return GroupCounts(key, counts, len(firms) - sum(counts), float(summary.per_mu(firms, "tax").get("whole", np.nan)))


def _reading(firms: pd.DataFrame) -> str:
    if firms.empty:
        return "所选范围没有企业"
    middle = firms["score"].median()
    weakest = firms.loc[firms["grade"] == "D", "weakest"]
    return f"中位得分{plain(round(float(middle), 1))}" + (f"，D类{len(weakest)}家" if len(weakest) else "，没有D类")


def bubbles(ctx: Context) -> Bubbles | None:
    """Tax against land of one group's firms; ``None`` before the first published evaluation."""
    found = scope(ctx)
    if found is None:
        return None
    group = shown_group(ctx, found)
    every = within(found.evaluation.firms, ctx.selection.but(group=group.key))
    firms = within(every, ctx.selection.but(group=group.key), grades=True)
    drawable = firms[(firms["tax"] > 0) & (firms["land_mu"] > 0)].sort_values("land_mu", ascending=False, kind="stable")
    kept = pd.concat([drawable[drawable["grade"] == "D"], drawable[drawable["grade"] != "D"]]).head(_BUBBLES)
    kept = kept.reset_index(drop=True)
    limit = _limit(group)
    below = firms[(firms["tax"] / firms["land_mu"]) < limit] if limit == limit else firms.iloc[:0]
    told = "横轴用地面积、纵轴评价税收，均为对数刻度，斜线上亩均税收相等；圆点面积为工业增加值。"
    reading = f"{len(below) or '没有'}{'家' if len(below) else ''}企业亩均税收低于{plain(limit)}万元/亩" if limit == limit else ""
    return Bubbles(
        group.key,
        tuple(g.key for g in found.evaluation.policy.groups),
        tuple(_bubble(row) for row in kept.to_dict("records")),
        limit,
        _named(kept),
        tuple(int((every["grade"] == g).sum()) for g in GRADES),
        len(firms) - len(kept),
        reading,
        caption(ctx, found, told, grades=True),
    )


def _bubble(row: dict[str, Any]) -> Bubble:
    figures = (float(row[c]) for c in ("land_mu", "tax", "value_added"))
    return Bubble(row["credit_code"], row["name"], row["grade"], float(row["score"]), int(row["rank"]), *figures)


def _limit(group: Group) -> float:
    """The fixed level of 亩均税收 below which a firm becomes D; NaN when the policy has none."""
    keys = {i.key for i in group.indicators if (i.numerator, i.denominator) == ("评价税收", "用地面积")}
    for condition in group.conditions:
        falls = condition.effect == "demotes" and condition.grade == "D" and condition.comparison == "below"
        if falls and condition.indicator in keys and condition.limit.value is not None:
            return condition.limit.value
    return np.nan


def _named(firms: pd.DataFrame) -> tuple[int, ...]:
    """The firms worth a name: the largest taxpayers, and the D firm with most land."""
    most = list(firms["tax"].nlargest(_NAMED - 1).index)
    worst = firms[firms["grade"] == "D"]
    return tuple(dict.fromkeys([*most, *worst["land_mu"].nlargest(1).index]))
