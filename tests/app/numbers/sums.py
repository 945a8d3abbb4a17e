"""What pages should show, summed with pandas directly from the rows of the sheets. Imports nothing of the product."""

from __future__ import annotations

import math

import pandas as pd

from tests.oracle import CODE, shift, span

OUTPUT, GREEN = "工业总产值（万元）", "绿色能源投资（万元）"
_STEPS = ["签约日期", "开工日期", "竣工日期", "投产日期"]


def monthly(sheets):
    """Rows of 月度经营 of the 规上 enterprises, each with its row of the register."""
    register = pd.DataFrame(sheets["企业名录"])
    rows = pd.DataFrame(sheets["月度经营"]).merge(register, on=CODE)
    return rows[rows["评价类型"] == "规上"]


def under(rows, towns=(), chains=(), divisions=()):
    """The rows of these towns, chains and divisions (names as in the sheets; empty: all)."""
    passing = pd.Series(data=True, index=rows.index)
    for column, names in (("所属镇街", towns), ("产业链", chains)):
        if names and column in rows:
            passing &= rows[column].isin(names)
    if divisions and "行业代码" in rows:
        passing &= rows["行业代码"].str[:2].isin(divisions)
    return rows[passing]


def growth(rows, months, back, column, *, comparable=False):
    """(value, change) of a column over the months, compared on the months that have a row on both sides."""
    base = {shift(month, -back): month for month in months}
    now, before = rows[rows["月份"].isin(months)], rows[rows["月份"].isin(base)]
    common = set(now["月份"]) & {base[month] for month in before["月份"]}
    compared, earlier = now[now["月份"].isin(common)], before[before["月份"].map(base).isin(common)]
    if comparable and common:
        both = set(compared[CODE]) & set(earlier[CODE])
        now, compared, earlier = (side[side[CODE].isin(both)] for side in (now, compared, earlier))
    value, compared, earlier = (side[column].sum(min_count=1) for side in (now, compared, earlier))
    change = compared / earlier - 1 if earlier > 0 else math.nan
    return float(value), float(change), common


def contributions(rows, months, back, column, by):
    """Points that each group added to the growth of the whole, on the months that the whole has on both sides."""
    *_, common = growth(rows, months, back, column)
    before = rows[rows["月份"].isin({shift(month, -back) for month in common})].groupby(by)[column].sum()
    now = rows[rows["月份"].isin(common)].groupby(by)[column].sum()
    whole = before.sum()
    return (now.sub(before, fill_value=0) / whole * 100).to_dict() if whole > 0 else {}


def projects_on(sheets, day):
    """Rows of 项目台账 signed by a day, with the step that each had reached by then (0 = signed)."""
    rows = pd.DataFrame(sheets["项目台账"]).reindex(columns=[*pd.DataFrame(sheets["项目台账"]).columns.union(_STEPS)])
    for column in _STEPS:
        rows[column] = pd.to_datetime(rows[column])
    rows = rows[rows["签约日期"] <= day]
    reached = pd.concat([rows[column].le(day) for column in _STEPS], axis=1)
    return rows.assign(step=[max((i for i, ok in enumerate(row) if ok), default=0) for row in reached.to_numpy()])


def behind(rows, day, *, knows_money):
    """(未开工, 停滞, 未竣工, 未投产): how many are over their limit on a day; of stalled ones the money has to be known."""

    def over(step, months):
        return (rows["step"] == step) & (rows[_STEPS[step]] + pd.DateOffset(months=months) < day)

    money = rows["累计完成投资（万元）"] < 0.3 * rows["计划总投资（万元）"]
    unfinished = over(1, 24)
    stalled = over(1, 9) & money & ~unfinished if knows_money else pd.Series(data=False, index=rows.index)
    return int(over(0, 6).sum()), int(stalled.sum()), int(unfinished.sum()), int(over(2, 6).sum())


def enterprises(rows, months):
    """(value, base, compared): enterprises in the last month with a row; in the last month that both years have, then and now."""
    reported = set(rows["月份"])
    covered = sorted(reported & set(months))
    common = [month for month in covered if shift(month, -12) in reported]

    def count(month):
        return rows[rows["月份"] == month][CODE].nunique()

    if not common:
        return count(covered[-1]) if covered else 0, 0, 0
    return count(covered[-1]), count(shift(common[-1], -12)), count(common[-1])


def renewal(sheets, day, towns):
    """(area that was completed by a day, area of all) of the renewal projects in these towns (empty: all)."""
    rows = under(pd.DataFrame(sheets["有机更新"]), towns=towns)
    done = (rows["状态"] == "完成") & (pd.to_datetime(rows["完成日期"]) <= day)
    return float(rows["更新面积（亩）"][done].sum()), float(rows["更新面积（亩）"].sum())


def twelve_months(last):
    return span(shift(last, -11), last)
