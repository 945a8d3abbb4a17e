"""The evaluation policy (评价办法) as values: groups, indicators, baselines, cuts, exemptions, measures.

A policy is data, one file per district and year; the engine knows no county. Every model refuses unknown
keys, and a fault names its path. Field names (or their aliases) are the keys of the YAML file. Columns are
the headers of the sheet 年度评价 without their units; money counts in 万元.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import ENTERPRISES, EVALUATION_INPUTS

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
_NUMERIC_KINDS = (Kind.MONEY, Kind.NUMBER, Kind.COUNT)
#: Header of 年度评价 -> column of the engine's frame (money in 万元).
COLUMN_BY_LABEL: Mapping[str, str] = {
    c.label: c.field.removesuffix("_fen")
    for c in EVALUATION_INPUTS.columns
    if c.kind in _NUMERIC_KINDS and c.field not in ("bonus", "malus")
}
_PERCENT_UNIT = "%"
#: Header of 年度评价 -> its unit.
UNIT_BY_LABEL: Mapping[str, str] = {c.label: c.unit for c in EVALUATION_INPUTS.columns if c.label in COLUMN_BY_LABEL}
_EVALUATION_KINDS = ENTERPRISES.column("kind").choices


def _known_column(label: str) -> str:
    if label not in COLUMN_BY_LABEL:
        raise ValueError(f"没有“{label}”这一列；可用的列：{'、'.join(COLUMN_BY_LABEL)}")
    return label


ColumnLabel = Annotated[str, AfterValidator(_known_column)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Division = Annotated[str, Field(pattern=r"^\d{2}$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class _PolicyModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Baseline(_PolicyModel):
    """What a value is compared with: a baseline (基准值) or the limit of a condition.

    ``fixed``: ``value`` itself. ``ratio``: sum of numerators ÷ sum of denominators; ``mean``: mean of the
    firms' values; ``best``: the best of them; over the firm's group, or its two-digit industry within the
    group; of the evaluated year or the year before; times ``factor``.
    """

    of: Literal["fixed", "ratio", "mean", "best"]
    value: float | None = Field(None, gt=0, allow_inf_nan=False)
    over: Literal["group", "industry"] = "group"
    year: Literal["this", "last"] = "this"
    factor: float = Field(1.0, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _value_matches_kind(self) -> Self:
        if (self.of == "fixed") != (self.value is not None):
            raise ValueError("固定值（fixed）须写 value，其余方式不写 value")
        return self


class Indicator(_PolicyModel):
    """An indicator: numerator ÷ denominator against its baseline, times its weight.

    ``direction`` higher: value ÷ baseline; lower: baseline ÷ value; lower_linear: 2 - value ÷ baseline.
    ``cap`` and ``floor`` are multiples of the weight. ``missing`` (also a zero denominator): no points, the
    group's mean score of this indicator, or its weight goes to the other indicators. ``unit`` ``%``: the
    quotient is a share, displayed times 100; baselines are written as the share itself (0.0302).
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Name
    unit: str
    weight: Decimal = Field(ge=0, allow_inf_nan=False)
    numerator: ColumnLabel
    denominator: ColumnLabel
    direction: Literal["higher", "lower", "lower_linear"] = "higher"
    baseline: Baseline
    cap: float | None = Field(None, gt=0, allow_inf_nan=False)
    floor: float = Field(0.0, allow_inf_nan=False)
    missing: Literal["zero", "group_mean", "redistribute"] = "zero"

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Self:
        if self.cap is not None and self.cap <= self.floor:
            raise ValueError(f"上限 cap（{self.cap:g}）须大于下限 floor（{self.floor:g}）")
        if self.direction == "lower" and self.cap is None:
            raise ValueError("越低越好（lower）的指标须写上限 cap：数值为零时得分会无穷大")
        if self.unit == _PERCENT_UNIT and UNIT_BY_LABEL[self.numerator] != UNIT_BY_LABEL[self.denominator]:
            raise ValueError(f"单位写 % 的指标，分子和分母须同单位；现为{self.numerator} ÷ {self.denominator}")
        return self

    def to_display(self, value: float) -> float:
        """Convert a value or baseline to ``unit``: a share (0.0302) becomes percent (3.02)."""
        return value * 100 if self.unit == _PERCENT_UNIT else value

    def from_display(self, displayed: float) -> float:
        """Convert a value in ``unit`` back: 3.02 percent becomes 0.0302."""
        return displayed / 100 if self.unit == _PERCENT_UNIT else displayed


class Condition(_PolicyModel):
    """A condition beside the score. ``needs``: grade ``grade`` only where it holds, else one grade lower.

    ``demotes``: where it holds, the grade is ``grade`` at best. The value of ``indicator`` is compared with
    ``limit``; a missing value fulfils neither.
    """

    effect: Literal["needs", "demotes"]
    grade: Grade
    indicator: str
    comparison: Literal["at_least", "below"]
    limit: Baseline

    @model_validator(mode="after")
    def _grade_is_possible(self) -> Self:
        if self.effect == "needs" and self.grade == "D":
            raise ValueError("D类不能再设条件：没有更低的等级")
        if self.effect == "demotes" and self.grade == "A":
            raise ValueError("不能降为A类")
        return self


class Cuts(_PolicyModel):
    """Where one grade ends and the next begins: by rank (``quotas``: cumulative percent), by score (``scores``), or both.

    With both, a firm gets the worse of the two grades. ``rounding`` turns a quota into a whole number of firms;
    ``ties``: firms of equal rank share the better or the worse grade, or ``strict``: the quota is met exactly
    and the credit code decides.
    """

    quotas: Mapping[Literal["A", "B", "C"], Percent] = {}
    scores: Mapping[Literal["A", "B", "C"], Number] = {}
    rounding: Literal["floor", "ceil", "round"] = "floor"
    ties: Literal["better", "worse", "strict"] = "better"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.quotas and not self.scores:
            raise ValueError("至少要有一种分档方式：quotas（按位次）或 scores（按分数）")
        for name, lines, rises in (("quotas", self.quotas, True), ("scores", self.scores, False)):
            if not lines:
                continue
            if set(lines) != {"A", "B", "C"}:
                raise ValueError(f"{name} 须写全 A、B、C 三条线")
            a, b, c = lines["A"], lines["B"], lines["C"]
            if not ((a <= b <= c) if rises else (a >= b >= c)):
                hint = "（累计百分比须逐档递增）" if rises else "（分数线须逐档递减）"
                raise ValueError(f"{name} 的分档重叠：A={a:g}，B={b:g}，C={c:g}{hint}")
        return self


class Exemption(_PolicyModel):
    """Firms that are scored but not graded: ``mark`` replaces the grade (不定等级, 参照B类, T).

    Exactly one of: founded less than ``founded_within_years`` before the year's end; two-digit
    ``industries``; ``firms`` by credit code (e.g. 在建, which no column records). ``treated_as``: the grade
    whose measures apply.
    """

    name: Name
    mark: str = Field(min_length=1, max_length=8)
    founded_within_years: int | None = Field(None, ge=1, le=50)
    industries: tuple[Division, ...] = ()
    firms: tuple[str, ...] = ()
    treated_as: Grade | None = None

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        if sum((self.founded_within_years is not None, bool(self.industries), bool(self.firms))) != 1:
            raise ValueError("founded_within_years、industries、firms 三者须写且只写一个")
        if self.mark in GRADES:
            raise ValueError(f"mark 不能是等级“{self.mark}”")
        return self


class PolicyMeasure(_PolicyModel):
    """A differentiated measure (差别化措施): ``basis`` × ``price`` × the grade's ``rates``, in 万元 a year.

    Above zero the firm pays more, below zero it pays less. ``price`` is 万元 per unit of ``basis``. Without
    a basis the measure is text only (``texts``, in the file ``words``) and has no amount.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Name
    basis: ColumnLabel | None = None
    price: float = Field(1.0, gt=0, allow_inf_nan=False)
    rates: Mapping[Grade, Number] = {}
    texts: Mapping[Grade, str] = Field({}, alias="words")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.basis is None) != (not self.rates):
            raise ValueError("计费的措施须同时写 basis 和 rates，不计费的只写 words")
        if self.basis is None and not self.texts:
            raise ValueError("须写 words（各等级的文字说明）")
        return self


class EvaluationGroup(_PolicyModel):
    """Firms scored together: those of a 评价类型, optionally of some industries only. The first group that fits counts.

    ``total``: what the weights must add up to. ``tie_breaks``: indicators that decide between equal scores.
    """

    key: Name
    kind: str
    industries: tuple[Division, ...] = ()
    total: Decimal = Field(Decimal(100), gt=0)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    cuts: Cuts
    conditions: tuple[Condition, ...] = ()
    tie_breaks: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.kind not in _EVALUATION_KINDS:
            raise ValueError(f"kind 须是 {'、'.join(_EVALUATION_KINDS)} 之一，现为“{self.kind}”")
        keys = [i.key for i in self.indicators]
        if duplicates := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"indicators 重复：{'、'.join(duplicates)}")
        if (weight_sum := sum((i.weight for i in self.indicators), Decimal(0))) != self.total:
            raise ValueError(f"权重之和为 {weight_sum.normalize():f}，应为 {self.total.normalize():f}")
        references = {f"tie_breaks[{i}]": k for i, k in enumerate(self.tie_breaks)}
        references |= {f"conditions[{i}].indicator": c.indicator for i, c in enumerate(self.conditions)}
        if unknown := [f"{path}：没有“{k}”这个指标" for path, k in references.items() if k not in keys]:
            raise ValueError(f"{'；'.join(unknown)}。本组指标：{'、'.join(keys)}")
        return self

    def indicator_index(self, key: str) -> int:
        """Return the position of an indicator; ``ValueError`` when its key is unknown."""
        return [i.key for i in self.indicators].index(key)

    def indicator(self, key: str) -> Indicator:
        """Return an indicator by its key; ``ValueError`` when unknown."""
        return self.indicators[self.indicator_index(key)]


class Policy(_PolicyModel):
    """A whole policy (评价办法); ``region`` (in the file ``place``): where it applies.

    ``assumptions``: what the published source leaves open, as assumed here.
    ``decimals``: digits that a score is rounded to before ranking. ``veto``: the grade of a firm with an
    entry in 一票否决, whatever its score; ``None``: no such rule.
    """

    name: Name
    region: Name = Field(alias="place")
    year: int = Field(ge=2000, le=2100)
    source: str = ""
    assumptions: tuple[str, ...] = ()
    decimals: int = Field(8, ge=0, le=8)
    bonus_ceiling: float | None = Field(None, ge=0, allow_inf_nan=False)
    malus_ceiling: float | None = Field(None, ge=0, allow_inf_nan=False)
    veto: Grade | None = "D"
    exemptions: tuple[Exemption, ...] = ()
    measures: tuple[PolicyMeasure, ...] = ()
    groups: tuple[EvaluationGroup, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        for name, keys in (("groups", [g.key for g in self.groups]), ("measures", [m.key for m in self.measures])):
            if duplicates := sorted({k for k in keys if keys.count(k) > 1}):
                raise ValueError(f"{name} 重复：{'、'.join(duplicates)}")
        return self

    def group(self, key: str) -> EvaluationGroup:
        """Return the group of this key; ``KeyError`` when unknown."""
        return {g.key: g for g in self.groups}[key]

    @property
    def year_end(self) -> date:
        """Day as of which the age of firms counts."""
        return date(self.year, 12, 31)

    def for_year(self, year: int) -> Policy:
        """Return the same rules for another year."""
        return self.model_copy(update={"year": year})
