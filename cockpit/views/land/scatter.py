"""Tax against land (用地与税收): each firm of a group, or where they lie close together, how many there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, sums
from cockpit.evaluation.grading.reasons import format_trimmed
from cockpit.evaluation.policy.policy import GRADES, EvaluationGroup
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms
from cockpit.evaluation.results.land_tax_cells import LandTaxCell, partition_firms
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import caption, scope
from cockpit.views.land.scores import shown_group
from cockpit.views.parts import Caption

#: More marks than these are too many to tell apart, and to draw quickly.
_MOST_MARKS = 400
#: So few firms of an area are drawn one by one.
_FEW = 2
#: A firm worth a name stands alone unless it has more neighbours than these.
_NEIGHBOURS = 20
_RICHEST = 2


@dataclass(frozen=True, slots=True)
class Bubble:
    """A firm: land (亩), tax and value added (万元, NaN = not reported)."""

    credit_code: str
    name: str
    grade: str
    score: float
    rank: float
    land: float
    tax: float
    value_added: float


@dataclass(frozen=True, slots=True)
class Cloud:
    """Firms of one grade ('' = none) close together: their geometric mean, and sums of land (亩), tax and value added (万元)."""

    area: LandTaxCell
    firms: int
    middle: tuple[float, float]
    land: float
    tax: float
    value_added: float


@dataclass(frozen=True, slots=True)
class Bubbles:
    """Firms of one group; only those that a log scale can show: one by one, or as clouds.

    ``limit``: the D line in 万元/亩 (NaN = the policy has none). ``named``: positions of the firms to name;
    ``counts`` by grade, whatever grades are selected; ``hidden``: firms without land or tax, which can't be drawn.
    """

    group: str
    groups: tuple[str, ...]
    firms: tuple[Bubble, ...]
    clouds: tuple[Cloud, ...]
    limit: float
    named: tuple[int, ...]
    counts: tuple[int, ...]
    hidden: int
    insight: str
    caption: Caption

    @property
    def drawn(self) -> int:
        """All firms that are drawn."""
        return len(self.firms) + sum(cloud.firms for cloud in self.clouds)


def bubbles(ctx: ViewContext) -> Bubbles | None:
    """Tax against land of one group's firms; ``None`` before the first published evaluation."""
    found = scope(ctx)
    if found is None:
        return None
    group = shown_group(ctx, found)
    every, firms = found.firms(group=group.key), found.graded(group=group.key)
    land, tax = firms.number("land_mu"), firms.number("tax")
    drawable = firms.take((tax > 0) & (land > 0))
    outstanding = _outstanding(drawable)
    single, clouds = _parted(group, drawable, outstanding)
    limit = _limit(group)
    told = "横轴用地面积、纵轴评价税收，均为对数刻度，斜线上亩均税收相等；圆点面积为工业增加值。"
    more = "企业多时，用地和税收相近的同类企业合为一点，数字为合计。" if clouds else ""
    return Bubbles(
        group.key,
        tuple(g.key for g in found.evaluation.policy.groups),
        _bubbles(single),
        clouds,
        limit,
        _named(single, drawable.indices[outstanding]),
        tuple(np.bincount(every.grade, minlength=len(GRADES) + 1)[: len(GRADES)].tolist()),
        len(firms) - len(drawable),
        _insight(land, tax, limit),
        caption(ctx, found, told + more, grades=True),
    )


def _parted(group: EvaluationGroup, firms: EvaluatedFirms, outstanding: list[int]) -> tuple[EvaluatedFirms, tuple[Cloud, ...]]:
    """The firms to be drawn one by one, and the others' clouds. ``outstanding``: places of the firms worth a name."""
    if len(firms) <= _MOST_MARKS:
        return firms, ()
    land, tax, grade = firms.number("land_mu"), firms.number("tax"), firms.grade
    area_of, lands, taxes = partition_firms(land, tax, grade, _MOST_MARKS)
    count = np.bincount(area_of)
    alone = count <= _FEW
    alone |= (np.bincount(area_of[outstanding], minlength=len(count)) > 0) & (count <= _NEIGHBOURS)
    added = [sums(area_of, side, len(count)) for side in (land, tax, firms.number("value_added"))]
    middle = [10 ** (np.bincount(area_of, np.log10(side)) / count) for side in (land, tax)]
    grades = np.zeros(len(count), dtype=np.int64)
    grades[area_of] = grade
    clouds = tuple(
        Cloud(
            LandTaxCell(group.key, (*GRADES, "")[grades[i]], (low, high), (least, most)),
            int(count[i]),
            (float(middle[0][i]), float(middle[1][i])),
            *(float(side[i]) for side in added),
        )
        for i, (low, high), (least, most) in zip(range(len(count)), lands.tolist(), taxes.tolist(), strict=True)
        if not alone[i]
    )
    return firms.take(alone[area_of]), clouds


def _bubbles(firms: EvaluatedFirms) -> tuple[Bubble, ...]:
    """The firms, the largest land first: the small ones are drawn over them."""
    order = _by_land(firms)
    words = [firms.text(name) for name in ("credit_code", "name", "grade")]
    figures = [firms.number(name).tolist() for name in ("score", "rank", "land_mu", "tax", "value_added")]
    told = list(zip(*words, *figures, strict=True))
    return tuple(Bubble(*told[at]) for at in order.tolist())


def _by_land(firms: EvaluatedFirms) -> IntArray:
    order: IntArray = np.argsort(-firms.number("land_mu"), kind="stable")
    return order


def _outstanding(firms: EvaluatedFirms) -> list[int]:
    """Places of the firms worth a name: the largest taxpayers, and the D firm with most land."""
    tax, worst = firms.number("tax"), firms.grade == GRADES.index("D")
    order = _by_land(firms)
    most = order[np.argsort(-tax[order], kind="stable")][:_RICHEST].tolist()
    return list(dict.fromkeys([*most, *order[worst[order]][:1].tolist()]))


def _named(firms: EvaluatedFirms, outstanding: IntArray) -> tuple[int, ...]:
    """Positions, by land, of those of the firms that stand in these rows of the evaluation."""
    position = {row: i for i, row in enumerate(firms.indices[_by_land(firms)].tolist())}
    return tuple(position[row] for row in outstanding.tolist() if row in position)


def _insight(land: FloatArray, tax: FloatArray, limit: float) -> str:
    if limit != limit:
        return ""
    with np.errstate(divide="ignore", invalid="ignore"):
        below: BoolArray = tax / land < limit
    count = int(below.sum())
    return f"{count or '没有'}{'家' if count else ''}企业亩均税收低于{format_trimmed(limit)}万元/亩"


def _limit(group: EvaluationGroup) -> float:
    """The fixed level of 亩均税收 below which a firm becomes D; NaN when the policy has none."""
    keys = {i.key for i in group.indicators if (i.numerator, i.denominator) == ("评价税收", "用地面积")}
    for condition in group.conditions:
        falls = condition.effect == "demotes" and condition.grade == "D" and condition.comparison == "below"
        if falls and condition.indicator in keys and condition.limit.value is not None:
            return condition.limit.value
    return np.nan
