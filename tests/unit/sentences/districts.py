"""Small districts of every kind that a sentence may have to tell: growing, falling, mixed, tied, empty, of one enterprise."""

from __future__ import annotations

import random
from datetime import datetime

from tests import messy, workbooks
from tests.factories import RowsRepository

KINDS = ("growing", "falling", "mixed", "tied", "empty", "one firm")
_MONEY = (
    "工业总产值（万元）",
    "营业收入（万元）",
    "工业增加值（万元）",
    "入库税收（万元）",
    "绿色能源投资（万元）",
    "研发费用（万元）",
)


def make(kind, seed, district):
    """A repository over the rows of such a district; the months run from 2021-01 to 2023-06."""
    sheets = messy.rows(seed=seed, firms=1 if kind == "one firm" else 18)
    pick = random.Random(seed)
    sheets["产业链图谱"] = [
        {"产业链": "时尚产业", "环节": name, "位置": position, "下一环节": None}
        for name, position in (("面料辅料", "上游"), ("成衣加工", "中游"), ("电商", "下游"))
    ]
    sheets["创新载体"] = [] if kind == "one firm" else [_carrier(pick, n) for n in range(9)]
    sheets["产业园区"] = [_park(pick, n, year, kind) for year in (2021, 2022) for n in range(4)]
    more = random.Random(seed + 1)
    for firm in sheets["企业名录"]:
        firm["时尚E家成员"] = more.random() < 0.4
    for project in sheets["项目台账"]:
        green = more.random() < 0.4 or kind == "tied"
        project |= {"绿色能源": green, "细分领域": more.choice(("储能", "光伏", None)) if green else None}
    sheets["时尚E家"] = _platform(more, kind)
    sheets["人才"] = _talents(more, kind)
    sheets["政策清单"] = [_policy(more, n) for n in range(more.choice((0, 1, 2, 7)))]
    if kind == "empty":
        sheets = {title: rows if title == "企业名录" else [] for title, rows in sheets.items()}
        sheets["月度经营"] = [workbooks.month(1, "2021-01", output=None), workbooks.month(1, "2023-06", output=None)]
    sheets["月度经营"] = _moved(kind, sheets["月度经营"], pick)
    return RowsRepository(sheets, district)


def _moved(kind, rows, pick):
    """The months as this kind of district has them: each year's a multiple of the year before."""
    if kind in ("mixed", "empty", "one firm"):
        return rows
    base = {}
    for row in rows:
        code, when = row["统一社会信用代码"], row["月份"]
        first = base.setdefault((code, when[5:]), row)
        years = int(when[:4]) - int(first["月份"][:4])
        factor = {"growing": 1.05, "falling": 0.9, "tied": 1.0}[kind] ** years
        if kind != "tied" and years:
            factor *= pick.uniform(0.97, 1.03)
        for header in _MONEY:
            if kind == "tied":
                row[header] = 100.0
            elif first[header] is not None:
                row[header] = round(abs(first[header]) * factor, 2)
    return rows


def _carrier(pick, n):
    return {
        "名称": f"载体{n}",
        "类型": pick.choice(("重大平台", "孵化器", "众创空间", "众创空间", "服务型制造示范")),
        "级别": pick.choice(("国家级", "省级")),
        "所属镇街": pick.choice((*messy.TOWNS, None)),
        "产业链": pick.choice((*messy.CHAINS, None)),
        "认定年份": pick.choice((2020, 2021, 2022, None)),
    }


def _platform(pick, kind):
    """Months of the platform; in a mixed district some are missing and cells are empty, in a small one it has just begun."""
    rows = []
    for at, when in enumerate(messy.MONTHS):
        if kind == "mixed" and pick.random() < 0.1 and not when.endswith("-01"):
            continue
        if kind == "one firm" and at < len(messy.MONTHS) - 2:
            continue
        steps = {"growing": at, "falling": -at, "tied": 0}.get(kind, pick.randint(-29, 29))
        values = {
            "成员企业数": 100 + steps,
            "数字化改造企业数": 40 + steps,
            "发布产能（万件）": 500.0,
            "匹配产能（万件）": 200.0 + steps,
            "订单数": 0 if kind == "one firm" else 60 + steps,
            "订单额（万元）": 0.0 if kind == "one firm" else 900.0 + 7 * steps,
            "对接买手数": 30 + steps,
            "新增税收（万元）": 0.0 if at < 5 else 30.0 + steps,
        }
        if kind == "mixed":
            values = {header: None if pick.random() < 0.08 else value for header, value in values.items()}
        rows.append({"月份": when, "区域": "本区", **values})
        rows.append({"月份": when, "区域": "全国", "成员企业数": 9000 + steps})
    return rows


def _talents(pick, kind):
    """Talents of three years; in a mixed district some years are missing."""
    rows = []
    for category, first in (("人才总量", 250000), ("产业领军人才", 1400), ("磐石计划", 60), ("朝阳计划", 60), ("弄潮计划", 90)):
        for at, year in enumerate((2020, 2021, 2022)):
            if kind == "mixed" and pick.random() < 0.3:
                continue
            factor = {"growing": 1.06, "falling": 0.93, "tied": 1.0}.get(kind, pick.uniform(0.8, 1.3)) ** at
            rows.append({"年份": year, "类别": category, "人数": round(first * factor)})
    return rows


def _policy(pick, n):
    """A policy of a chain or of all; half of them are over by the newest month of the data."""
    until = pick.choice((None, datetime(2022, 6, 30), datetime(2023, 6, 30), datetime(2023, 9, 30), datetime(2026, 1, 1)))
    chain = pick.choice(("fashion", "green-energy", "all"))
    return {"产业链": chain, "政策名称": f"政策{n}", "类型": "专项", "级别": "区", "有效期至": until, "摘要": "补助"}


def _park(pick, n, year, kind):
    tax = 300.0 if kind == "tied" else round(pick.uniform(50, 900), 1)
    return {
        "园区名称": f"园区{n}",
        "所属镇街": pick.choice(messy.TOWNS),
        "年份": year,
        "建筑面积（万平方米）": 5.0,
        "用地面积（亩）": 20.0,
        "入驻率（%）": 90.0,
        "税收（万元）": tax,
    }
