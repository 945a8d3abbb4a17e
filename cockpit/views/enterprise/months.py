"""One enterprise month by month against the median firm of its chain, and its energy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from cockpit import formatting
from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import base_period
from cockpit.analysis import comparison
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import AverageStaff, Flow, Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.enterprise_file import MONTH_MEASURES
from cockpit.sentences.changes import GROWTH
from cockpit.sentences.scope import month_name
from cockpit.sentences.superlatives import value_text
from cockpit.views import growth
from cockpit.views.context import ViewContext
from cockpit.views.enterprise.both_sides import reported_label, rows_on_both_sides
from cockpit.views.enterprise.identity import SelectedFirm, firm_caption, selected_firm
from cockpit.views.enterprise.metrics import FirmYears, chain_firm_table, firm_years, similar_firms
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.parts import Caption, TrendPoint

#: Metrics of the catalogue that one firm has a value of every month.
MONTHLY = tuple(
    k for k, x in METRICS.items() if isinstance(x.formula, AverageStaff) or (isinstance(x.formula, Flow) and k in MONTH_MEASURES)
)


@dataclass(frozen=True, slots=True)
class FirmTrendPoint:
    """A month of the enterprise (``point``: value, the year before, change) and the median firm of its chain.

    ``median`` and ``median_base`` (the year before, of two firms at least) in the stored unit over ``firms`` firms whose
    row covers the same months; NaN = none.
    """

    point: TrendPoint
    median: float
    median_base: float
    firms: int

    @property
    def median_change(self) -> float:
        """Growth of the median, as a fraction: NaN without a positive base."""
        return comparison.Compared(self.median, self.median_base, is_percent=False).change


@dataclass(frozen=True, slots=True)
class FirmTrend:
    """The months shown. Without any month ``points`` is empty, ``reason`` says why, and ``years`` are shown instead."""

    metric: Metric
    points: tuple[FirmTrendPoint, ...]
    chain_key: str
    chain: str
    insight: str
    reason: str
    caption: Caption
    years: FirmYears | None = None


@dataclass(frozen=True, slots=True)
class FirmEnergy:
    """Consumption over the period with its base, and intensity (吨标准煤/万元): own, of the chain, of the whole.

    ``months``: the last twelve with consumption of the firm (``spark``) and a year before (``spark_base``). For a firm
    that reports once a year all is the evaluation's year's.
    """

    energy: comparison.Compared
    power: comparison.Compared
    versus: str
    own: float
    chain: float
    whole: float
    chain_name: str
    whole_name: str
    months: tuple[int, ...]
    spark: tuple[float, ...]
    spark_base: tuple[float, ...]
    insight: str
    caption: Caption


def firm_trend(ctx: ViewContext) -> FirmTrend | None:
    """Compute the selected metric month by month; output where the metric isn't one that a firm has every month."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    metric = METRICS[ctx.selection.metric if ctx.selection.metric in MONTHLY else "output"]
    chain = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    if not firm.reports:
        return _trend_of_years(ctx, firm, metric, chain)
    shown = growth.months_shown(ctx)
    medians = ctx.repository.chain_medians(ctx.full, firm.chain, metric.key, (m.shift(shown[0], -m.MONTHS_OF_YEAR), shown[-1]))
    points = _points(firm.file.monthly, metric.key, medians, shown)
    months, median = months_label(shown[0], shown[-1]), f"中位数为{chain}规上企业中当月有该数据的企业的中位数"
    definition = f"{metric.definition_for(ctx.terms)}{median}；合并上报的月份只与同样合并上报的企业比。"
    caption = firm_caption(ctx, firm, definition, period=f"{months}各月，对比上年同月")
    reason = "" if points else f"{months}没有数据"
    return FirmTrend(metric, points, firm.chain, chain, _trend_insight(metric, points, chain), reason, caption)


def _trend_of_years(ctx: ViewContext, firm: SelectedFirm, metric: Metric, chain: str) -> FirmTrend:
    reason = "宗地企业不报月度经营数据" if firm.row["kind"] == "宗地" else "没有已发布的月度数据"
    years = firm_years(ctx, firm)
    definition = "来自年度评价表；中位数为最近一年本链同类企业中有该数据者的中位数。"
    period = f"{years.years[0]}—{years.years[-1]}年度评价" if years else "尚未发布年度评价"
    caption = firm_caption(ctx, firm, definition, period=period)
    return FirmTrend(metric, (), firm.chain, chain, "", reason, caption, years)


def _points(rows: pd.DataFrame, measure: str, medians: pd.DataFrame, shown: tuple[int, ...]) -> tuple[FirmTrendPoint, ...]:
    """Build a point for each month from the firm's first on; a joint report is at its last month."""
    own = {int(r["month"]): (int(r["span"]), float(r[measure])) for r in rows.to_dict("records")}
    by_month = {(int(r["month"]), int(r["span"])): (float(r["median"]), int(r["firms"])) for r in medians.to_dict("records")}
    joint = {m.shift(month, -back) for month, (span, _) in own.items() for back in range(1, span)}
    points = []
    for month in shown:
        if month in joint or month < min(own):
            continue
        covered, value = own.get(month, (1, math.nan))
        span, base = own.get(m.shift(month, -m.MONTHS_OF_YEAR), (1, math.nan))
        base = base if span == covered else math.nan
        change = comparison.Compared(value, base, is_percent=False).change
        median, firms = by_month.get((month, covered), (math.nan, 0))
        median_base, base_firms = by_month.get((m.shift(month, -m.MONTHS_OF_YEAR), covered), (math.nan, 0))
        median_base = median_base if base_firms > 1 else math.nan
        points.append(FirmTrendPoint(TrendPoint(month, covered, value, base, math.nan, change), median, median_base, firms))
    return tuple(points) if any(not math.isnan(p.point.value) for p in points) else ()


def _trend_insight(metric: Metric, points: tuple[FirmTrendPoint, ...], chain: str) -> str:
    """Say the last known month: value, growth, and how many times the chain's median it is."""
    known = [p for p in points if not math.isnan(p.point.value)]
    if not known:
        return ""
    last = known[-1]
    # The year is that of the last month shown; where the firm stopped reporting before, it is another one.
    has_year = m.year_of(last.point.month) != m.year_of(points[-1].point.month)
    text = f"{month_name(last.point.month, with_year=has_year)}{metric.label}{value_text(metric, last.point.value)}"
    has_peers = last.firms > 1
    if not math.isnan(last.point.change):
        text += f"，同比{GROWTH.verb(last.point.change)}"
        if has_peers and not math.isnan(last.median_change):
            text += f"（中位数{GROWTH.verb(last.median_change)}）"
    if has_peers and last.median > 0 and last.point.value >= 0:
        multiple = format_multiple(last.point.value / last.median)
        text += f"；为{chain}企业中位数（{value_text(metric, last.median)}）的{multiple}"
    return text


def format_multiple(ratio: float) -> str:
    """Format how many times as much: 13倍, 1.4倍; less than once in percent: 62.0%."""
    return f"{formatting.format_rounded(ratio, 0 if ratio >= 10 else 1)}倍" if ratio >= 1 else formatting.format_percent(ratio)


def firm_energy(ctx: ViewContext) -> FirmEnergy | None:
    """Compute consumption, and intensity: Σ综合能耗 ÷ Σ工业增加值 over twelve months, the same for the chain and the whole."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    if not firm.reports:
        return _energy_of_year(ctx, firm)
    last = ctx.period.last
    months = m.span(max(m.year_to(last)[0], ctx.full.cube.first_month), last)
    year = Period(PeriodKind.TTM, months[0], last)
    metric = METRICS["energy_intensity"]
    chain, whole = (aggregate.total(ctx.full, metric, year, where) for where in (Filter(chains=(firm.chain,)), Filter()))
    own = _intensity(firm.file.monthly[firm.file.monthly["month"].isin(months)], "energy")
    name = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    definition = (
        f"增减只比两期都有的月份。单位增加值能耗为{len(months)}个月综合能耗之和÷工业增加值之和；"
        f"本链和{ctx.terms.whole}为规上企业之和相除，不是各家平均。"
    )
    return FirmEnergy(
        _sum(ctx, firm, "energy"),
        _sum(ctx, firm, "power"),
        {"yoy": "同比", "mom": "环比"}.get(ctx.compare, ""),
        own,
        chain,
        whole,
        name,
        f"{ctx.terms.whole}规上",
        months,
        _energy_by_month(firm, months),
        _energy_by_month(firm, m.shifted(months, -m.MONTHS_OF_YEAR)),
        _energy_insight(own, chain, name) if _has_peers(ctx, firm) else "",
        firm_caption(
            ctx,
            firm,
            definition,
            period=f"能耗{reported_label(firm.file.monthly, ctx.period)}，强度{months_label(months[0], last)}",
        ),
    )


def _has_peers(ctx: ViewContext, firm: SelectedFirm) -> bool:
    """Return whether any other enterprise of the chain reported energy: the only one is its own chain."""
    table = chain_firm_table(ctx, firm.chain)
    used = table.values(METRICS["energy"], "year" if "year" in table.numbers else "now")
    return bool(used[table.frame["credit_code"] != firm.code].notna().any())


def _sum(ctx: ViewContext, firm: SelectedFirm, measure: str) -> comparison.Compared:
    """Sum over the period; its base over the months that both sides have."""
    rows, period = firm.file.monthly, ctx.period
    value = float(rows[measure][rows["month"].isin(period.months)].sum(min_count=1))
    base = base_period(period, ctx.compare)
    if base is None:
        return comparison.Compared(value, math.nan, is_percent=False)
    formula = Flow(measure)
    pair = rows_on_both_sides(rows, formula, (period.first, period.last), m.distance(period.first, base.first))
    compared, before = pair.evaluate(formula, math.nan)
    return comparison.Compared(value, before, is_percent=False, compared=compared)


def _compared(now: pd.Series, before: pd.Series) -> comparison.Compared:
    return comparison.Compared(float(now.sum(min_count=1)), float(before.sum(min_count=1)), is_percent=False)


def _intensity(rows: pd.DataFrame, energy: str) -> float:
    """Divide the sum of the column ``energy`` by that of value added; NaN where this isn't positive."""
    added = float(rows["value_added"].sum(min_count=1))
    return float(rows[energy].sum(min_count=1)) / added if added > 0 else math.nan


def _energy_by_month(firm: SelectedFirm, months: tuple[int, ...]) -> tuple[float, ...]:
    reported = dict(zip(firm.file.monthly["month"], firm.file.monthly["energy"], strict=True))
    return tuple(float(reported.get(month, math.nan)) for month in months)


def _energy_insight(own: float, chain: float, name: str) -> str:
    if math.isnan(own) or math.isnan(chain) or chain <= 0:
        return ""
    gap = own / chain - 1
    if formatting.round_half_up(gap * 100, 1) == 0:
        return f"单位增加值能耗与{name}持平"
    return f"单位增加值能耗比{name}{'高' if gap > 0 else '低'}{formatting.format_percent(abs(gap))}"


def _energy_of_year(ctx: ViewContext, firm: SelectedFirm) -> FirmEnergy | None:
    """Compute consumption and intensity from the newest evaluation not after the period; ``None`` before the first."""
    evaluated = evaluation_scope(ctx)
    if evaluated is None:
        return None
    firms = evaluated.evaluation.firms
    group, own_row = similar_firms(firms, firm), firms[firms["credit_code"] == firm.code]
    year = evaluated.year
    previous = ctx.repository.evaluation(ctx.full, year - 1) if year - 1 in ctx.full.grades else None
    earlier = previous.evaluation.firms if previous else own_row.iloc[:0]
    earlier = earlier[earlier["credit_code"] == firm.code]
    used, power = (_compared(own_row[column], earlier[column]) for column in ("energy_tce", "power_wan_kwh"))
    kind = str(firm.row["kind"])
    own, chain, whole = (_intensity(rows, "energy_tce") for rows in (own_row, group, firms[firms["kind"] == kind]))
    name = f"{group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]}{kind}"
    whole_name = f"{ctx.terms.whole}{kind}"
    definition = (
        f"来自年度评价表；单位增加值能耗为综合能耗÷工业增加值，本链和{ctx.terms.whole}为{kind}企业之和相除，不是各家平均。"
    )
    others = group["energy_tce"][group["credit_code"] != firm.code]
    insight = _energy_insight(own, chain, name) if others.notna().any() else ""
    caption = firm_caption(ctx, firm, definition, period=f"{year}年度评价")
    return FirmEnergy(used, power, "比上年", own, chain, whole, name, whole_name, (), (), (), insight, caption)
