"""One enterprise's values of the period: value, change, and rank among the firms of its chain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cockpit.aggregations.coverage import covered_label
from cockpit.aggregations.windows import base_period
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
from cockpit.views.enterprise.both_sides import reported_label, rows_on_both_sides
from cockpit.views.enterprise.identity import SelectedFirm, firm_caption, selected_firm
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.parts import Caption

KEY_METRICS = ("output", "value_added", "tax", "tax_per_mu", "labour_productivity", "energy_intensity", "rd_intensity")


@dataclass(frozen=True, slots=True)
class FirmValue:
    """A metric of the enterprise in its stored unit, NaN = none; ``reason`` says why it or its change is missing.

    ``base`` and ``compared`` are over the same months: ``compared`` is the value as far as it has a base. ``rank`` among
    the ``ranked`` firms of its chain that have the value, 1 = best (0 = none). ``note``: months that the value or its
    change covers, where they aren't those of the period.
    """

    metric: Metric
    name: str
    definition: str
    value: float
    base: float
    compared: float
    reason: str
    rank: int
    ranked: int
    note: str

    @property
    def change(self) -> float:
        """Change against the base, as ``comparison.Compared.change`` defines it."""
        return comparison.Compared(self.value, self.base, self.metric.is_percent, compared=self.compared).change


@dataclass(frozen=True, slots=True)
class FirmSummary:
    """The key values; ``among`` whom they are ranked, ``versus`` what they are compared with."""

    values: tuple[FirmValue, ...]
    among: str
    versus: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmYearRow:
    """A value of the yearly evaluation by year (stored unit, NaN = none), and its median in the newest over ``firms``."""

    metric: Metric
    name: str
    values: tuple[float, ...]
    median: float
    firms: int


@dataclass(frozen=True, slots=True)
class FirmYears:
    """The yearly values of a firm that reports no months, newest year last, and whom the median is of."""

    years: tuple[int, ...]
    rows: tuple[FirmYearRow, ...]
    among: str


@dataclass(frozen=True)
class ChainFirmTable:
    """Sums of a chain's firms, one row each, over named windows of months.

    ``windows``: first and last month of each; ``numbers``: name of a window -> its number in the columns of ``frame``.
    """

    frame: pd.DataFrame
    windows: tuple[tuple[int, int], ...]
    numbers: Mapping[str, int]

    def values(self, metric: Metric, window: str) -> pd.Series:
        """Evaluate the metric of every firm over a window; all NaN when there is no such window."""
        if window not in self.numbers:
            return pd.Series(math.nan, index=self.frame.index)
        return _evaluate(self.frame, metric.formula, self.numbers[window])

    def covered(self, window: str) -> pd.Series:
        """Count the months that every firm's rows of a window cover."""
        if window not in self.numbers:
            return pd.Series(0.0, index=self.frame.index)
        return self.frame[f"covered_{self.numbers[window]}"].fillna(0.0)


def chain_firm_table(ctx: ViewContext, chain: str) -> ChainFirmTable:
    """Load the chain's firms over the period (``now``), the twelve months to its end (``year``), and the bases of both.

    Twelve months that begin before the data do are left out, as everywhere.
    """
    last = ctx.period.last
    named = {"now": (ctx.period.first, last), "year": (m.year_to(last)[0], last)}
    base = base_period(ctx.period, ctx.compare)
    if base is not None:
        back = m.distance(ctx.period.first, base.first)
        named |= {f"{name}_base": (m.shift(window[0], back), m.shift(window[1], back)) for name, window in named.items()}
    first = ctx.full.cube.first_month
    named = {name: window for name, window in named.items() if name == "now" or window[0] >= first}
    windows = tuple(dict.fromkeys(named.values()))
    frame = ctx.repository.chain_firms(ctx.full, chain, windows)
    return ChainFirmTable(frame, windows, {name: windows.index(window) for name, window in named.items()})


def _evaluate(frame: pd.DataFrame, formula: Formula, number: int) -> pd.Series:
    match formula:
        case Flow(measure) if measure in WINDOW_MEASURES:
            return frame[f"{measure}_{number}"]
        case AverageStaff():
            return _divide(frame[f"staff_months_{number}"], frame[f"staffed_{number}"])
        case LandArea():
            return frame["land_mu"]
        case Ratio(numerator, denominator):
            return _divide(_evaluate(frame, numerator, number), _evaluate(frame, denominator, number))
    raise TypeError(f"{formula} has no value of one firm")


def _divide(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    return numerator / denominator.where(denominator > 0)


def summary(ctx: ViewContext) -> FirmSummary | None:
    """Compute the key values: of the period for a firm that reports months, else of the newest evaluation's year."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    chain = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    if not firm.reports:
        return _summary_of_year(ctx, firm, chain)
    table = chain_firm_table(ctx, firm.chain)
    rows = table.frame.index[table.frame["credit_code"] == firm.code]
    row = int(rows[0]) if len(rows) else None
    values = tuple(_firm_value(ctx, firm, METRICS[key], table, row) for key in KEY_METRICS)
    base = base_period(ctx.period, ctx.compare)
    definition = "位次为本链规上企业中有该数据者按数值排名（单位增加值能耗由低到高）；增幅只比两期都有的月份。"
    reported = firm.file.monthly
    period = reported_label(reported, ctx.period) + (f"，对比{reported_label(reported, base)}" if base else "")
    versus = {Compare.YOY: "同比", Compare.MOM: "环比", Compare.NONE: ""}[ctx.compare]
    return FirmSummary(values, f"{chain}规上企业", versus, firm_caption(ctx, firm, definition, period=period))


def _firm_value(ctx: ViewContext, firm: SelectedFirm, metric: Metric, table: ChainFirmTable, row: int | None) -> FirmValue:
    """Evaluate a metric of the firm in a row of the table; ``None``: it has none there."""
    name = "year" if metric.is_trailing else "now"
    labels = (metric, metric.label, f"{metric.name}：{metric.definition_for(ctx.terms)}")
    if row is None or name not in table.numbers:
        reason = "数据不足12个月" if name not in table.numbers else "期内没有月度数据"
        return FirmValue(*labels, math.nan, math.nan, math.nan, reason, 0, 0, "")
    values, months = table.values(metric, name), int(table.covered(name)[row])
    rank, ranked = rank_among(values, row, metric)
    value, window = float(values[row]), table.windows[table.numbers[name]]
    compared, base = value, math.nan
    left_out: tuple[int, ...] = ()
    if f"{name}_base" in table.numbers:
        back = m.distance(window[0], table.windows[table.numbers[f"{name}_base"]][0])
        pair = rows_on_both_sides(firm.file.monthly, metric.formula, window, back)
        compared, base = pair.evaluate(metric.formula, float(table.frame["land_mu"][row]))
        left_out = pair.left_out
    reason = _missing_change_reason(ctx, value, base, months, int(table.covered(f"{name}_base")[row]))
    notes = [_months_note(ctx, metric, window, months)]
    if left_out and not reason:
        notes.append(f"增减不含{covered_label(left_out)}")
    note = "，".join(part for part in notes if part)
    return FirmValue(*labels, value, math.nan if reason else base, compared, reason, rank, ranked, note)


def _months_note(ctx: ViewContext, metric: Metric, window: tuple[int, int], months: int) -> str:
    """Say which months a value covers, where they aren't those of the period."""
    whole = m.distance(*window) + 1
    if months != whole:
        return f"{whole}个月中有{months}个月数据" if months < whole else "含合并上报的上一个月"
    if metric.is_trailing and window != (ctx.period.first, ctx.period.last):
        return f"近12个月（{months_label(*window)}）"
    return ""


def _missing_change_reason(ctx: ViewContext, value: float, base: float, months: int, base_months: int) -> str:
    """Say why there is no change; '' when there is one, or nothing is compared."""
    if math.isnan(value):
        return "期内没有数据" if months else "期内没有月度数据"
    if ctx.compare is Compare.NONE:
        return ""
    base_name = "上年同期" if ctx.compare is Compare.YOY else "上期"
    if not base_months:
        return f"{base_name}没有数据"
    return f"{base_name}没有相同月份的数据" if math.isnan(base) else ""


def rank_among(values: pd.Series, row: int, metric: Metric) -> tuple[int, int]:
    """Return the rank of the firm in a row, and how many have a value; ties share the better rank, 0 and 0 without a value."""
    own = values[row]
    if math.isnan(own):
        return 0, 0
    better = values < own if metric.direction is Direction.DOWN else values > own
    return int(better.sum()) + 1, int(values.notna().sum())


def _summary_of_year(ctx: ViewContext, firm: SelectedFirm, chain: str) -> FirmSummary:
    """Compute the values of the yearly evaluation, ranked within chain and evaluation group, against the year before."""
    evaluated = evaluation_scope(ctx)
    among, versus = f"{chain}{firm.row['kind']}企业", "比上年"
    definition = f"来自年度评价表（企业不报月度数据）；位次为本链{firm.row['kind']}企业中有该数据者按数值排名。"
    if evaluated is None:
        return FirmSummary((), among, versus, firm_caption(ctx, firm, definition, period="尚未发布年度评价"))
    year, firms = evaluated.year, similar_firms(evaluated.evaluation.firms, firm)
    previous = ctx.repository.evaluation(ctx.full, year - 1) if year - 1 in ctx.full.grades else None
    earlier = similar_firms(previous.evaluation.firms, firm) if previous else firms.iloc[:0]
    values = tuple(_value_of_year(metric, name, firms, earlier, firm.code, year) for metric, name in _YEARLY)
    caption = firm_caption(ctx, firm, definition, period=f"{year}年度评价，较{year - 1}年度")
    return FirmSummary(values, among, versus, caption)


def firm_years(ctx: ViewContext, firm: SelectedFirm) -> FirmYears | None:
    """Compute the values of each year up to the newest evaluation not after the period; ``None`` before the first."""
    evaluated = evaluation_scope(ctx)
    if evaluated is None:
        return None
    years = tuple(y for y in sorted(ctx.full.grades) if y <= evaluated.year)
    published = (ctx.repository.evaluation(ctx.full, y) for y in years)
    frames = [similar_firms(p.evaluation.firms, firm) for p in published if p is not None]
    rows = []
    for metric, name in _YEARLY:
        columns = [values_of_year(frame, metric.key) for frame in frames]
        own = [c[f["credit_code"] == firm.code] for c, f in zip(columns, frames, strict=True)]
        newest = columns[-1].dropna()
        values = tuple(float(x.iloc[0]) if len(x) else math.nan for x in own)
        rows.append(FirmYearRow(metric, name, values, float(newest.median()), len(newest)))
    chain = group_name(ctx.district, Grouping.CHAIN, firm.chain)[0]
    return FirmYears(years, tuple(rows), f"{chain}{firm.row['kind']}企业")


#: Values of the yearly evaluation: the metric that gives them their unit, and their name.
_YEARLY = (
    (METRICS["tax"], "评价税收"),
    (METRICS["value_added"], "工业增加值"),
    (METRICS["tax_per_mu"], "亩均税收"),
    (METRICS["labour_productivity"], "全员劳动生产率"),
    (METRICS["energy_intensity"], "单位增加值能耗"),
    (METRICS["power"], "用电量"),
)
#: Numerator and denominator ('' = none) of each among the columns of an evaluation.
_COLUMNS = {
    "tax": ("tax", ""),
    "value_added": ("value_added", ""),
    "tax_per_mu": ("tax", "land_mu"),
    "labour_productivity": ("value_added", "staff"),
    "energy_intensity": ("energy_tce", "value_added"),
    "power": ("power_wan_kwh", ""),
}


def similar_firms(firms: pd.DataFrame, firm: SelectedFirm) -> pd.DataFrame:
    """Return the evaluated firms of the enterprise's chain and kind, numbered from 0."""
    return firms[(firms["chain"] == firm.chain) & (firms["kind"] == firm.row["kind"])].reset_index(drop=True)


def values_of_year(firms: pd.DataFrame, key: str) -> pd.Series:
    """Evaluate a metric of the catalogue on the columns of a yearly evaluation, one value a firm."""
    numerator, denominator = _COLUMNS[key]
    return _divide(firms[numerator], firms[denominator]) if denominator else firms[numerator]


def _value_of_year(metric: Metric, name: str, firms: pd.DataFrame, earlier: pd.DataFrame, code: str, year: int) -> FirmValue:
    definition = f"{name}：{year}年度评价表中的数值{'之比' if _COLUMNS[metric.key][1] else ''}。"
    rows = firms.index[firms["credit_code"] == code]
    if not len(rows):
        return FirmValue(metric, name, definition, math.nan, math.nan, math.nan, f"没有参加{year}年度评价", 0, 0, "")
    row, values = int(rows[0]), values_of_year(firms, metric.key)
    rank, ranked = rank_among(values, row, metric)
    bases = values_of_year(earlier, metric.key)[earlier["credit_code"] == code]
    value, base = float(values[row]), float(bases.iloc[0]) if len(bases) else math.nan
    reason = "没有数据" if math.isnan(value) else "上年没有数据" if math.isnan(base) else ""
    return FirmValue(metric, name, definition, value, base, value, reason, rank, ranked, "")
