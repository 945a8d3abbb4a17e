"""Constructors of catalogue entries: the usual kinds of metric, units and groupings."""

from __future__ import annotations

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Direction, Flow, Formula, Metric, Ratio, Scale

FIRM_GROUPINGS = frozenset(Grouping)
LEDGER_GROUPINGS = frozenset({Grouping.TOWN, Grouping.CHAIN, Grouping.MONTH})
TOWN_GROUPINGS = frozenset({Grouping.TOWN, Grouping.MONTH})
MONTH_ONLY = frozenset({Grouping.MONTH})

YI = (Scale("亿元", 1e4), Scale("万元", whole=True))
#: Amounts per mu: two decimals everywhere, so that a list and a card never differ.
PER_MU = Scale("万元/亩", digits=2)
PERCENT = (Scale("%", 0.01),)


def platform_metric(
    key: str, name: str, unit: str, scale: Scale, formula: Formula, definition_template: str, over_months: str
) -> Metric:
    """Define a metric of 时尚E家 in the district, known by month only."""
    return Metric(
        key=key,
        name=name,
        unit=unit,
        scales=(scale,),
        formula=formula,
        direction=Direction.UP,
        definition_template=definition_template,
        source="时尚E家",
        over_firms="平台合计",
        over_months=over_months,
        groupings=MONTH_ONLY,
    )


def project_metric(
    key: str,
    name: str,
    unit: str,
    formula: Formula,
    definition_template: str,
    over_firms: str,
    *,
    scales: tuple[Scale, ...] = PERCENT,
    short: str = "",
) -> Metric:
    """Define a metric of the projects signed in the period."""
    return Metric(
        key=key,
        name=name,
        unit=unit,
        scales=scales,
        formula=formula,
        direction=Direction.UP,
        definition_template=definition_template,
        source="项目台账",
        over_firms=over_firms,
        over_months="按签约日期",
        groupings=LEDGER_GROUPINGS,
        short=short,
    )


def ratio_metric(
    key: str,
    name: str,
    unit: str,
    formula: Ratio,
    definition_template: str,
    *,
    scales: tuple[Scale, ...] = (),
    direction: Direction = Direction.UP,
    source: str = "月度经营",
) -> Metric:
    """Define a ratio over the enterprises' monthly values: sum over sum, over the months too. ``scales`` default to ``unit``."""
    return Metric(
        key=key,
        name=name,
        unit=unit,
        scales=scales or (PERCENT if unit == "%" else (Scale(unit),)),
        formula=formula,
        direction=direction,
        definition_template=definition_template,
        source=source,
        over_firms="和之比",
        over_months="近12个月" if formula.trailing else "和之比",
    )


def flow_metric(
    key: str,
    name: str,
    measure: str,
    definition_template: str,
    direction: Direction = Direction.UP,
    *,
    unit: str = "万元",
    scales: tuple[Scale, ...] = YI,
    short: str = "",
) -> Metric:
    """Define the sum Σ of a monthly measure over enterprises and months."""
    return Metric(
        key=key,
        name=name,
        unit=unit,
        scales=scales,
        formula=Flow(measure),
        direction=direction,
        definition_template=definition_template,
        source="月度经营",
        over_firms="求和",
        over_months="求和",
        short=short,
        has_pace=direction is Direction.UP,
    )
