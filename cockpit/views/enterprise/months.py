"""One enterprise month by month against the middle firm of its chain, and its energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit import formatting
from cockpit.aggregations import evaluate as core
from cockpit.analysis import comparison
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import AverageStaff, Flow, Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.enterprise_file import MONTH_MEASURES
from cockpit.views import growth
from cockpit.views.context import ViewContext
from cockpit.views.enterprise.identity import Subject, caption, subject
from cockpit.views.enterprise.metrics import FirmYears, alike, years
from cockpit.views.land import evaluation as land
from cockpit.views.parts import Caption, TrendPoint

#: Metrics of the catalogue that one firm has a figure of every month.
MONTHLY = tuple(
    k for k, x in METRICS.items() if isinstance(x.formula, AverageStaff) or (isinstance(x.formula, Flow) and k in MONTH_MEASURES)
)
_YEAR = 12


@dataclass(frozen=True, slots=True)
class FirmMonth:
    """A month of the enterprise (``point``: value, the year before, change) and the middle firm of its chain.

    ``median`` and ``median_base`` (the year before) in the stored unit over ``firms`` firms whose row covers the
    same months; NaN = none.
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
class FirmMonths:
    """The months shown; ``points`` is empty when the enterprise reports none: then ``reason`` says why, ``years`` stand in."""

    metric: Metric
    points: tuple[FirmMonth, ...]
    chain_key: str
    chain: str
    insight: str
    reason: str
    caption: Caption
    years: FirmYears | None = None


@dataclass(frozen=True, slots=True)
class Energy:
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


def months(ctx: ViewContext) -> FirmMonths | None:
    """The chosen metric month by month; output where the metric isn't one that a firm has every month."""
    firm = subject(ctx)
    if firm is None:
        return None
    metric = METRICS[ctx.selection.metric if ctx.selection.metric in MONTHLY else "output"]
    chain = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    if not firm.reports:
        reason = "宗地企业不报月度经营数据" if firm.row["kind"] == "宗地" else "没有已发布的月度数据"
        yearly = years(ctx, firm)
        told = "来自年度评价表；中位数为最近一年本链同类企业中有该数据者的中位数。"
        period = f"{yearly.years[0]}—{yearly.years[-1]}年度评价" if yearly else "尚未发布年度评价"
        return FirmMonths(metric, (), firm.chain, chain, "", reason, caption(ctx, firm, told, period=period), yearly)
    shown = growth.months_shown(ctx)
    medians = ctx.repository.chain_medians(ctx.full, firm.chain, metric.key, (m.shift(shown[0], -_YEAR), shown[-1]))
    points = _points(firm.file.monthly, metric.key, medians, shown)
    told = f"中位数为{chain}规上企业中当月有该数据的企业的中位数；合并上报的月份只与同样合并上报的企业比。"
    said = caption(
        ctx, firm, f"{metric.definition_for(ctx.terms)}{told}", period=f"{months_label(shown[0], shown[-1])}各月，对比上年同月"
    )
    reason = "" if points else f"{months_label(shown[0], shown[-1])}没有数据"
    return FirmMonths(metric, points, firm.chain, chain, _insight(metric, points, chain), reason, said)


def _points(rows: pd.DataFrame, measure: str, medians: pd.DataFrame, shown: tuple[int, ...]) -> tuple[FirmMonth, ...]:
    """One point a month from the firm's first on; a joint report stands under its last month."""
    own = {int(r["month"]): (int(r["span"]), float(r[measure])) for r in rows.to_dict("records")}
    middle = {(int(r["month"]), int(r["span"])): (float(r["median"]), int(r["firms"])) for r in medians.to_dict("records")}
    joint = {m.shift(month, -back) for month, (span, _) in own.items() for back in range(1, span)}
    found = []
    for month in shown:
        if month in joint or month < min(own):
            continue
        covered, value = own.get(month, (1, np.nan))
        span, base = own.get(m.shift(month, -_YEAR), (1, np.nan))
        base = base if span == covered else np.nan
        change = comparison.Compared(value, base, is_percent=False).change
        median, firms = middle.get((month, covered), (np.nan, 0))
        before, _ = middle.get((m.shift(month, -_YEAR), covered), (np.nan, 0))
        found.append(FirmMonth(TrendPoint(month, covered, value, base, np.nan, change), median, before, firms))
    return tuple(found) if any(not np.isnan(p.point.value) for p in found) else ()


def _insight(metric: Metric, points: tuple[FirmMonth, ...], chain: str) -> str:
    known = [p for p in points if not np.isnan(p.point.value)]
    if not known:
        return ""
    last = known[-1]
    told = f"{m.number_of(last.point.month)}月{metric.label}{formatting.format_value(metric, last.point.value)}"
    if not np.isnan(last.point.change):
        told += f"，同比{formatting.format_change(last.point.change, is_percent=False)}"
    if not np.isnan(last.median_change):
        told += f"（中位企业{formatting.format_change(last.median_change, is_percent=False)}）"
    if last.median > 0 and last.point.value >= 0:
        told += f"；为{chain}中位企业（{formatting.format_value(metric, last.median)}）的{times(last.point.value / last.median)}"
    return told


def times(ratio: float) -> str:
    """How many times as much: 13倍, 1.4倍; less than once in percent: 62.0%."""
    return f"{formatting.round_half_up(ratio, 0 if ratio >= 10 else 1):,}倍" if ratio >= 1 else formatting.format_percent(ratio)


def energy(ctx: ViewContext) -> Energy | None:
    """Consumption and intensity: Σ综合能耗 ÷ Σ工业增加值 over twelve months, the same for the chain and the whole."""
    firm = subject(ctx)
    if firm is None:
        return None
    if not firm.reports:
        return _energy_of_year(ctx, firm)
    last = ctx.period.last
    run = m.span(max(m.shift(last, 1 - _YEAR), ctx.full.cube.first_month), last)
    year = Period(PeriodKind.TTM, run[0], last)
    metric = METRICS["energy_intensity"]
    chain, whole = (core.total(ctx.full, metric, year, where) for where in (Filter(chains=(firm.chain,)), Filter()))
    own = _intensity(firm.file.monthly[firm.file.monthly["month"].isin(run)])
    name = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    told = f"单位增加值能耗为{len(run)}个月综合能耗之和÷工业增加值之和；本链和{ctx.terms.whole}为规上企业之和相除，不是各家平均。"
    return Energy(
        _sum(ctx, firm, "energy"),
        _sum(ctx, firm, "power"),
        {"yoy": "同比", "mom": "环比"}.get(ctx.compare, ""),
        own,
        chain,
        whole,
        name,
        f"{ctx.terms.whole}规上",
        run,
        _series(firm, run),
        _series(firm, m.shifted(run, -_YEAR)),
        _versus_chain(own, chain, name),
        caption(ctx, firm, told, period=f"能耗{ctx.period.label}，强度{months_label(run[0], last)}"),
    )


def _sum(ctx: ViewContext, firm: Subject, measure: str) -> comparison.Compared:
    """Sum over the period and over its base; the base only where it covers as many months."""
    rows = firm.file.monthly
    base = comparison.base_period(ctx.period, ctx.compare)
    now = rows[rows["month"].isin(ctx.period.months)]
    before = rows[rows["month"].isin(base.months)] if base else rows.iloc[:0]
    same = int(now["span"].sum()) == int(before["span"].sum())
    return _compared(now[measure], (before if same else before.iloc[:0])[measure])


def _compared(now: pd.Series, before: pd.Series) -> comparison.Compared:
    return comparison.Compared(float(now.sum(min_count=1)), float(before.sum(min_count=1)), is_percent=False)


def _intensity(rows: pd.DataFrame) -> float:
    used, added = rows.get("energy", rows.get("energy_tce")), rows["value_added"]
    total = float(added.sum(min_count=1))
    return float(used.sum(min_count=1)) / total if total > 0 else np.nan


def _series(firm: Subject, run: tuple[int, ...]) -> tuple[float, ...]:
    own = dict(zip(firm.file.monthly["month"], firm.file.monthly["energy"], strict=True))
    return tuple(float(own.get(month, np.nan)) for month in run)


def _versus_chain(own: float, chain: float, name: str) -> str:
    if np.isnan(own) or np.isnan(chain) or chain <= 0:
        return ""
    gap = own / chain - 1
    if formatting.round_half_up(gap * 100, 1) == 0:
        return f"单位增加值能耗与{name}持平"
    return f"单位增加值能耗比{name}{'高' if gap > 0 else '低'}{formatting.format_percent(abs(gap))}"


def _energy_of_year(ctx: ViewContext, firm: Subject) -> Energy | None:
    """From the newest evaluation not after the period; ``None`` before the first."""
    found = land.evaluation_scope(ctx)
    if found is None:
        return None
    firms = found.evaluation.firms
    group, mine = alike(firms, firm), firms[firms["credit_code"] == firm.code]
    before = ctx.repository.evaluation(ctx.full, found.year - 1) if found.year - 1 in ctx.full.grades else None
    earlier = before.evaluation.firms[before.evaluation.firms["credit_code"] == firm.code] if before else mine.iloc[:0]
    used, power = (_compared(mine[column], earlier[column]) for column in ("energy_tce", "power_wan_kwh"))
    kind = str(firm.row["kind"])
    own, chain, whole = _intensity(mine), _intensity(group), _intensity(firms[firms["kind"] == kind])
    name = f"{group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]}{kind}"
    told = f"来自年度评价表；单位增加值能耗为综合能耗÷工业增加值，本链和{ctx.terms.whole}为{kind}企业之和相除，不是各家平均。"
    said = caption(ctx, firm, told, period=f"{found.year}年度评价")
    insight = _versus_chain(own, chain, name)
    return Energy(used, power, "比上年", own, chain, whole, name, f"{ctx.terms.whole}{kind}", (), (), (), insight, said)
