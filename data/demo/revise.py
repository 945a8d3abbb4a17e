"""Write ``linping-revision.xlsx``: what a leader would take for faults in the sample is random instead, seeded.

    python -m data.demo.revise

The sample holds one completion for all projects under way, one day of listing for all remediation, and targets of towns that
have nothing to do with the towns, and land that never moves. What is public stays as it is: the values of 2022 of parks and of
the platform's members, each year's sums of the platform, what renewal adds up to, the land of 2022 and of each town, and all
targets of the district.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pandas as pd

FOLDER = Path(__file__).parent
SAMPLE, REVISION = FOLDER / "linping-2020-2022.xlsx", FOLDER / "linping-revision.xlsx"
_OUTPUT, _WHOLE = "工业总产值", "全区"
#: What towns achieve of their output target, before all are scaled to the district's own target.
_ACHIEVED = (1.036, 1.012, 1.048, 0.985, 1.004, 0.962, 0.978, 1.021)
#: The park that is public with its figures.
_PUBLIC_PARK = "云尚工业园"
_PLANNED_AREA_MOVED = 62.0  # 亩, from the largest planned unit to the one that had none
_LAST_DAY = date(2022, 12, 31)
_A_MONTH = 0.03  # of a planned investment, completed a month at most beyond what the sample reports
#: Of the enterprises of a town, the share that takes over land from another or gives it up in a year; how much of it; and how
#: often it is the one with more tax per mu that takes it. Two years stay below the fifth that differs from the register (W306).
_MOVING, _MOVED, _TO_THE_BETTER = 0.5, (0.03, 0.09), (0.3, 1.0)


def build_revision(sample: Path = SAMPLE) -> dict[str, pd.DataFrame]:
    """Return the sheets of the revision: the rows that change, whole, from the sample's own values."""
    book = pd.read_excel(sample, sheet_name=None, engine="openpyxl")
    return {
        "年度评价": _evaluations(book["年度评价"], book["企业名录"], Random(6)),
        "年度目标": _targets(book["年度目标"], _output_by_town(book["企业名录"], book["月度经营"])),
        "项目台账": _projects(book["项目台账"], Random(1)),
        "产业园区": _parks(book["产业园区"], Random(2)),
        "有机更新": _renewal(book["有机更新"], Random(3)),
        "低效整治": _remediation(book["低效整治"], Random(4)),
        "时尚E家": _platform(book["时尚E家"], Random(5)),
    }


def _evaluations(evaluations: pd.DataFrame, register: pd.DataFrame, rng: Random) -> pd.DataFrame:
    """Let land pass from enterprise to enterprise of a town, year by year up to 2022; a town's land stays what it is."""
    code, year, land = "统一社会信用代码", "年份", "用地面积（亩）"
    towns = register.set_index(code)["所属镇街"]
    tax = evaluations[evaluations[year] == evaluations[year].min()].set_index(code)["评价税收（万元）"]
    areas = evaluations[evaluations[year] == evaluations[year].max()].set_index(code)[land]
    changed = []
    for before in sorted(evaluations[year].unique(), reverse=True)[1:]:
        areas = areas.copy()
        for _, codes in towns.groupby(towns).groups.items():
            moving = rng.sample(sorted(codes), 2 * int(len(codes) * _MOVING / 2))
            to_the_better = rng.uniform(*_TO_THE_BETTER)
            for pair in zip(moving[::2], moving[1::2], strict=True):
                worse, better = sorted(pair, key=lambda firm: tax[firm] / areas[firm])
                taker, giver = (better, worse) if rng.random() < to_the_better else (worse, better)
                area = round(rng.uniform(*_MOVED) * min(areas[giver], areas[taker]), 2)
                # The year before the taker did not have it yet.
                areas[taker], areas[giver] = round(areas[taker] - area, 2), round(areas[giver] + area, 2)
        rows = evaluations[evaluations[year] == before]
        moved = rows.assign(**{land: rows[code].map(areas)})
        changed.append(moved[moved[land] != rows[land]])
    return pd.concat(changed)


def _output_by_town(register: pd.DataFrame, monthly: pd.DataFrame) -> pd.Series:
    """Sum the output (万元) of the enterprises above scale by (year, town)."""
    above_scale = register.loc[register["评价类型"] == "规上", ["统一社会信用代码", "所属镇街"]]
    rows = monthly.merge(above_scale, on="统一社会信用代码")
    return rows.groupby([rows["月份"].astype(str).str[:4].astype(int), "所属镇街"])["工业总产值（万元）"].sum()


def _targets(targets: pd.DataFrame, output: pd.Series) -> pd.DataFrame:
    towns = targets[(targets["指标"] == _OUTPUT) & (targets["范围"] != _WHOLE)].copy()
    for year, rows in towns.groupby("年份"):
        whole = targets.loc[
            (targets["年份"] == year) & (targets["指标"] == _OUTPUT) & (targets["范围"] == _WHOLE), "目标值"
        ].item()
        expected = [output[year, town] / share for town, share in zip(rows["范围"], _ACHIEVED, strict=True)]
        towns.loc[rows.index, "目标值"] = _whole_numbers([value * whole / sum(expected) for value in expected])
    return towns


def _projects(projects: pd.DataFrame, rng: Random) -> pd.DataFrame:
    """Let completed investment follow the months since the start, unevenly; it never falls below what was reported."""
    plan, done = "计划总投资（万元）", "累计完成投资（万元）"
    begun = projects[projects["开工日期"].notna() & projects["投产日期"].isna()]
    ended = begun["竣工日期"].notna()
    months = (pd.Timestamp(_LAST_DAY) - begun["开工日期"]).dt.days / 30
    share = begun[done] / begun[plan]
    steps = pd.Series([rng.uniform(0.3, 1.0) for _ in begun.index], begun.index) * (months + 1) * _A_MONTH
    steps[ended] = [rng.uniform(0.0, 0.07) for _ in range(int(ended.sum()))]
    reached = ((share + steps).clip(upper=0.97) * begun[plan]).round(1)
    return begun.assign(**{done: reached.clip(lower=begun[done])})


def _parks(parks: pd.DataFrame, rng: Random) -> pd.DataFrame:
    """Lead each park to its values of 2022 by steps of its own, instead of three points of occupancy a year for all."""
    columns = ["入驻率（%）", "入驻企业数", "税收（万元）"]
    result = parks[parks["园区名称"] != _PUBLIC_PARK].copy()
    result[columns] = result[columns].astype(float)
    for _name, rows in result.groupby("园区名称"):
        values = rows.loc[rows["年份"] == rows["年份"].max(), columns].iloc[0]
        for index in rows.sort_values("年份", ascending=False).index:
            result.loc[index, columns] = [round(values.iloc[0], 1), round(values.iloc[1]), round(values.iloc[2], 1)]
            values = values * [1 - rng.uniform(0.005, 0.07), 1 - rng.uniform(0.02, 0.15), 1 / rng.uniform(0.95, 1.24)]
    return result


def _renewal(renewal: pd.DataFrame, rng: Random) -> pd.DataFrame:
    """Give each unit a density of its own, and the last planned one an area; the sums of the plan stay."""
    area = "更新面积（亩）"
    result = renewal.copy()
    planned = result[result["状态"] == "谋划"]
    result.loc[planned[area].idxmax(), area] -= _PLANNED_AREA_MOVED
    result.loc[planned[area].idxmin(), area] += _PLANNED_AREA_MOVED
    result[area] = result[area].round(1)
    for column, of_done in (("新增产业空间（万平方米）", 1.06), ("预计新增产值（亿元）", 0.9)):
        plan = renewal[column].sum()
        value = result[area] * [rng.uniform(0.8, 1.2) for _ in result.index]
        done = result["状态"] == "完成"
        value[done] *= renewal.loc[done, column].sum() * of_done / value[done].sum()
        value[~done] *= (plan - value[done].sum()) / value[~done].sum()
        result[column] = value.round(2)
        result.loc[value.idxmax(), column] = round(result.loc[value.idxmax(), column] + plan - result[column].sum(), 2)
    return result


def _remediation(remediation: pd.DataFrame, rng: Random) -> pd.DataFrame:
    """Spread the days of listing over the months before completion, or over the year; months of completion stay."""
    listed: list[date] = []
    done: list[date | None] = []
    for _, row in remediation.iterrows():
        if pd.isna(row["完成日期"]):
            listed.append(_LAST_DAY - timedelta(days=rng.randint(20, 360)))
            done.append(None)
        else:
            day = row["完成日期"].date().replace(day=rng.randint(3, 27))
            listed.append(day - timedelta(days=rng.randint(45, 250)))
            done.append(day)
    return remediation.assign(列入日期=listed, 完成日期=done)


def _platform(platform: pd.DataFrame, rng: Random) -> pd.DataFrame:
    """Let months differ from a straight line; each December of the stocks and each year's sums of the flows stay."""
    result = platform.sort_values(["区域", "月份"], kind="stable").copy()
    numeric = list(result.columns[2:])
    result[numeric] = result[numeric].astype(float)
    stocks, offered, matched = ("成员企业数", "数字化改造企业数"), "发布产能（万件）", "匹配产能（万件）"
    for _, rows in result.groupby(["区域", result["月份"].astype(str).str[:4]]):
        for name in stocks:
            steps = [rng.uniform(0.3, 1.7) for _ in rows.index[1:]]
            first, last = rows[name].iloc[0], rows[name].iloc[-1]
            reached = [first + (last - first) * sum(steps[:i]) / sum(steps) for i in range(len(rows))]
            result.loc[rows.index, name] = [round(value) for value in reached]
        season = [rng.uniform(0.88, 1.12) for _ in rows.index]
        for name in numeric:
            if name in stocks or rows[name].isna().any() or not rows[name].any():
                continue
            shaped = rows[name] * [s * rng.uniform(0.98, 1.02) for s in season]
            shaped *= rows[name].sum() / shaped.sum()
            is_count = bool((rows[name] % 1 == 0).all())
            result.loc[rows.index, name] = _whole_numbers(list(shaped)) if is_count else shaped.round(1)
        result.loc[rows.index, matched] = result.loc[rows.index, [offered, matched]].min(axis=1)
    return result


def _whole_numbers(values: Sequence[float]) -> list[int]:
    """Round to whole numbers with the same sum, as far as that is whole."""
    rounded = [int(value) for value in values]
    by_rest = sorted(range(len(values)), key=lambda i: rounded[i] - values[i])
    for i in by_rest[: round(sum(values)) - sum(rounded)]:
        rounded[i] += 1
    return rounded


def write_revision() -> None:
    """Write the workbook of the revision."""
    with pd.ExcelWriter(REVISION, engine="xlsxwriter", datetime_format="yyyy-mm-dd", date_format="yyyy-mm-dd") as book:
        for name, sheet in build_revision().items():
            sheet.to_excel(book, sheet_name=name, index=False)


if __name__ == "__main__":
    write_revision()
