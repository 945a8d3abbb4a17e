"""One enterprise's figures of the period: value, change, and place among the firms of its chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.analysis import comparison
from cockpit.calendar import months as m
from cockpit.calendar.periods import months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import AverageStaff, Direction, Flow, Formula, LandArea, Metric, Ratio
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name
from cockpit.enterprise_file import WINDOW_MEASURES
from cockpit.selection import Compare
from cockpit.views.context import ViewContext
from cockpit.views.enterprise.identity import Subject, caption, subject
from cockpit.views.land import evaluation as land
from cockpit.views.parts import Caption

HEADLINE = ("output", "value_added", "tax", "tax_per_mu", "labour_productivity", "energy_intensity", "rd_intensity")
_YEAR = 12


@dataclass(frozen=True, slots=True)
class FirmFigure:
    """A figure of the enterprise in the metric's stored unit, NaN = none; ``reason`` says why it or its change is missing.

    ``rank`` among the ``ranked`` firms of its chain that have the figure, 1 = best (0 = none). ``note``: months
    that the figure covers, where they aren't those of the period.
    """

    metric: Metric
    name: str
    definition: str
    value: float
    base: float
    reason: str
    rank: int
    ranked: int
    note: str

    @property
    def change(self) -> float:
        """As ``comparison.Compared``."""
        return comparison.Compared(self.value, self.base, self.metric.is_percent).change


@dataclass(frozen=True, slots=True)
class FirmHeadline:
    """The headline figures; ``among`` whom they are ranked, ``versus`` what they are compared with."""

    figures: tuple[FirmFigure, ...]
    among: str
    versus: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class YearRow:
    """A figure of the yearly evaluation by year (stored unit, NaN = none), and its median in the newest over ``firms``."""

    metric: Metric
    name: str
    values: tuple[float, ...]
    median: float
    firms: int


@dataclass(frozen=True, slots=True)
class FirmYears:
    """What a firm without monthly figures reports: its yearly figures, newest year last, and whom the median is of."""

    years: tuple[int, ...]
    rows: tuple[YearRow, ...]
    among: str


@dataclass(frozen=True)
class ChainTable:
    """Sums of the chain's firms over the period's windows: ``at`` the name of a window -> its number in ``frame``."""

    frame: pd.DataFrame
    runs: tuple[tuple[int, int], ...]
    at: Mapping[str, int]

    def values(self, metric: Metric, window: str) -> pd.Series:
        """The metric of every firm over a window; all NaN when there is no such window."""
        if window not in self.at:
            return pd.Series(np.nan, index=self.frame.index)
        return _formula(self.frame, metric.formula, self.at[window])

    def covered(self, window: str) -> pd.Series:
        """How many months every firm's rows of a window cover."""
        if window not in self.at:
            return pd.Series(0.0, index=self.frame.index)
        return self.frame[f"covered_{self.at[window]}"].fillna(0.0)


def chain_table(ctx: ViewContext, chain: str) -> ChainTable:
    """The chain's firms over the period (``now``), the twelve months to its end (``year``), and the bases of both.

    Twelve months that begin before the data do are left out, as everywhere.
    """
    last = ctx.period.last
    wanted = {"now": (ctx.period.first, last), "year": (m.shift(last, 1 - _YEAR), last)}
    base = comparison.base_period(ctx.period, ctx.compare)
    if base is not None:
        back = m.distance(ctx.period.first, base.first)
        wanted |= {f"{name}_base": (m.shift(run[0], back), m.shift(run[1], back)) for name, run in wanted.items()}
    first = ctx.full.cube.first_month
    wanted = {name: run for name, run in wanted.items() if name == "now" or run[0] >= first}
    runs = tuple(dict.fromkeys(wanted.values()))
    frame = ctx.repository.chain_firms(ctx.full, chain, runs)
    return ChainTable(frame, runs, {name: runs.index(run) for name, run in wanted.items()})


def _formula(frame: pd.DataFrame, formula: Formula, at: int) -> pd.Series:
    match formula:
        case Flow(measure) if measure in WINDOW_MEASURES:
            return frame[f"{measure}_{at}"]
        case AverageStaff():
            return _over(frame[f"staff_months_{at}"], frame[f"staffed_{at}"])
        case LandArea():
            return frame["land_mu"]
        case Ratio(numerator, denominator):
            return _over(_formula(frame, numerator, at), _formula(frame, denominator, at))
    raise TypeError(f"{formula} is no figure of one firm")


def _over(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > 0)


def headline(ctx: ViewContext) -> FirmHeadline | None:
    """The headline figures: of the period for a firm that reports monthly, else of the newest evaluation's year."""
    firm = subject(ctx)
    if firm is None:
        return None
    chain = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    if not firm.reports:
        return _of_year(ctx, firm, chain)
    table = chain_table(ctx, firm.chain)
    row = table.frame.index[table.frame["credit_code"] == firm.code]
    at = int(row[0]) if len(row) else None
    figures = tuple(_figure(ctx, METRICS[key], table, at) for key in HEADLINE)
    base = comparison.base_period(ctx.period, ctx.compare)
    told = "位次为本链规上企业中有该数据者按数值排名（单位增加值能耗由低到高）；月份不全的不算增幅。"
    period = ctx.period.label + (f"，对比{base.label}" if base else "")
    return FirmHeadline(figures, f"{chain}规上企业", _versus(ctx), caption(ctx, firm, told, period=period))


def _versus(ctx: ViewContext) -> str:
    return {Compare.YOY: "同比", Compare.MOM: "环比", Compare.NONE: ""}[ctx.compare]


def _figure(ctx: ViewContext, metric: Metric, table: ChainTable, at: int | None) -> FirmFigure:
    window = "year" if metric.is_trailing else "now"
    known = (metric, metric.label, f"{metric.name}：{metric.definition_for(ctx.terms)}")
    if at is None or window not in table.at:
        reason = "数据不足12个月" if window not in table.at else "期内没有月度数据"
        return FirmFigure(*known, np.nan, np.nan, reason, 0, 0, "")
    values = table.values(metric, window)
    rank, ranked = place(values, at, metric)
    months, before = int(table.covered(window)[at]), int(table.covered(f"{window}_base")[at])
    value, base = float(values[at]), float(table.values(metric, f"{window}_base")[at])
    reason = _reason(ctx, value, base, months, before)
    run = table.runs[table.at[window]]
    whole = m.distance(*run) + 1
    note = f"近12个月（{months_label(*run)}）" if metric.is_trailing and run != (ctx.period.first, ctx.period.last) else ""
    if months != whole:
        note = f"{whole}个月中有{months}个月数据" if months < whole else "含合并上报的上一个月"
    return FirmFigure(*known, value, np.nan if reason else base, reason, rank, ranked, note)


def _reason(ctx: ViewContext, value: float, base: float, months: int, before: int) -> str:
    """Why there is no change; '' when there is one or none was asked for."""
    if np.isnan(value):
        return "期内没有数据" if months else "期内没有月度数据"
    if ctx.compare is Compare.NONE:
        return ""
    called = "上年同期" if ctx.compare is Compare.YOY else "上期"
    if not before or np.isnan(base):
        return f"{called}没有数据"
    if months != before:
        return f"{called}有{before}个月数据，本期{months}个月"
    return ""


def place(values: pd.Series, at: int, metric: Metric) -> tuple[int, int]:
    """Rank of the firm at ``at``, ties sharing the better place, and how many have a value; zeros without a value."""
    mine = values[at]
    if np.isnan(mine):
        return 0, 0
    better = values < mine if metric.direction is Direction.DOWN else values > mine
    return int(better.sum()) + 1, int(values.notna().sum())


def _of_year(ctx: ViewContext, firm: Subject, chain: str) -> FirmHeadline:
    """Figures of the yearly evaluation, ranked within chain and evaluation group, against the year before."""
    found = land.evaluation_scope(ctx)
    year = found.year if found else 0
    firms = alike(found.evaluation.firms, firm) if found else pd.DataFrame()
    before = ctx.repository.evaluation(ctx.full, year - 1) if year - 1 in ctx.full.grades else None
    earlier = alike(before.evaluation.firms, firm) if before else firms.iloc[:0]
    told = f"来自年度评价表（企业不报月度数据）；位次为本链{firm.row['kind']}企业中有该数据者按数值排名。"
    period = f"{year}年度评价，较{year - 1}年度" if found else "尚未发布年度评价"
    figures = tuple(_yearly(metric, name, firms, earlier, firm.code, year) for metric, name in _YEARLY) if found else ()
    return FirmHeadline(figures, f"{chain}{firm.row['kind']}企业", "比上年", caption(ctx, firm, told, period=period))


def years(ctx: ViewContext, firm: Subject) -> FirmYears | None:
    """Yearly figures up to the newest evaluation not after the period; ``None`` before the first."""
    found = land.evaluation_scope(ctx)
    if found is None:
        return None
    told = tuple(y for y in sorted(ctx.full.grades) if y <= found.year)
    published = (ctx.repository.evaluation(ctx.full, y) for y in told)
    frames = [alike(p.evaluation.firms, firm) for p in published if p is not None]
    rows = []
    for metric, name in _YEARLY:
        columns = [yearly(frame, metric.key) for frame in frames]
        own = [c[f["credit_code"] == firm.code] for c, f in zip(columns, frames, strict=True)]
        newest = columns[-1].dropna()
        values = tuple(float(x.iloc[0]) if len(x) else np.nan for x in own)
        rows.append(YearRow(metric, name, values, float(newest.median()), len(newest)))
    chain = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    return FirmYears(told, tuple(rows), f"{chain}{firm.row['kind']}企业")


#: Figures of the yearly evaluation: the metric that gives them their unit, and their name.
_YEARLY = (
    (METRICS["tax"], "评价税收"),
    (METRICS["value_added"], "工业增加值"),
    (METRICS["tax_per_mu"], "亩均税收"),
    (METRICS["labour_productivity"], "全员劳动生产率"),
    (METRICS["energy_intensity"], "单位增加值能耗"),
    (METRICS["power"], "用电量"),
)
_COLUMNS = {
    "tax": ("tax", ""),
    "value_added": ("value_added", ""),
    "tax_per_mu": ("tax", "land_mu"),
    "labour_productivity": ("value_added", "staff"),
    "energy_intensity": ("energy_tce", "value_added"),
    "power": ("power_wan_kwh", ""),
}


def alike(firms: pd.DataFrame, firm: Subject) -> pd.DataFrame:
    """The evaluated firms of the enterprise's chain and kind."""
    return firms[(firms["chain"] == firm.chain) & (firms["kind"] == firm.row["kind"])].reset_index(drop=True)


def yearly(firms: pd.DataFrame, key: str) -> pd.Series:
    """A metric of the catalogue from the figures of the yearly evaluation, one value a firm."""
    above, below = _COLUMNS[key]
    return _over(firms[above], firms[below]) if below else firms[above]


def _yearly(metric: Metric, name: str, firms: pd.DataFrame, before: pd.DataFrame, code: str, year: int) -> FirmFigure:
    definition = f"{name}：{year}年度评价表中的数值{'之比' if _COLUMNS[metric.key][1] else ''}。"
    row = firms.index[firms["credit_code"] == code]
    if not len(row):
        return FirmFigure(metric, name, definition, np.nan, np.nan, f"没有参加{year}年度评价", 0, 0, "")
    values = yearly(firms, metric.key)
    rank, ranked = place(values, int(row[0]), metric)
    base = yearly(before, metric.key)[before["credit_code"] == code] if len(before) else pd.Series(dtype="float64")
    was = float(base.iloc[0]) if len(base) else np.nan
    value = float(values[int(row[0])])
    reason = "" if not np.isnan(was) else "上年没有数据"
    return FirmFigure(metric, name, definition, value, was, "没有数据" if np.isnan(value) else reason, rank, ranked, "")
