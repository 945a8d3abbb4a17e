"""Small districts of every kind that a sentence may have to tell: growing, falling, mixed, tied, empty, of one enterprise."""

from __future__ import annotations

import random

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
        "类型": pick.choice(("重大平台", "孵化器", "众创空间")),
        "级别": pick.choice(("国家级", "省级")),
        "所属镇街": pick.choice((*messy.TOWNS, None)),
        "产业链": pick.choice((*messy.CHAINS, None)),
        "认定年份": pick.choice((2020, 2021, 2022)),
    }


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
