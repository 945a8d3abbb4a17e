"""A chain of six 规上 enterprises small enough to check on paper, in January 2022 against January 2021.

高端面料 (nobody) ─→ 成衣加工 (3) ─→ 电商 (5, 6)
面料 (1 链主, 2 配套) ─→ 成衣加工, 家纺 (4, 宗地 only) ─→ 电商
Firm 7 names 面料 too, but belongs to another chain.
"""

from __future__ import annotations

from datetime import datetime

from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from tests.factories import RowsRepository
from tests.oracle import CODE
from tests.workbooks import code, firm, month

CHAIN, OTHER = "时尚产业", "绿色能源"
STAGES = [
    ("面料", "上游", "成衣加工、家纺"),
    ("高端面料", "上游", "成衣加工"),
    ("成衣加工", "中游", "电商"),
    ("家纺", "中游", "电商"),
    ("电商", "下游", None),
]
#: firm -> stage, role, town, evaluation type, chain
FIRMS = {
    1: ("面料", "链主", "塘栖镇", "规上", CHAIN),
    2: ("面料", "配套", "东湖街道", "规上", CHAIN),
    3: ("成衣加工", "一般", "东湖街道", "规上", CHAIN),
    4: ("家纺", "一般", "塘栖镇", "宗地", CHAIN),
    5: ("电商", "一般", "塘栖镇", "规上", CHAIN),
    6: ("电商", "一般", "塘栖镇", "规上", CHAIN),
    7: ("面料", "一般", "塘栖镇", "规上", OTHER),
}
#: firm -> output in 万元 of January 2021 and 2022: 面料 70 → 90, 成衣加工 10 → 9, 电商 0.8 → 1; the chain 80.8 → 100.
OUTPUT = {1: (50, 60), 2: (20, 30), 3: (10, 9), 5: (0.5, 0.6), 6: (0.3, 0.4), 7: (400, 500)}


def january(repository, **selected):
    """Return the view context of the chain in January 2022."""
    return resolve_context(repository, Selection(**{"period": "2022-01", "chains": ("fashion",)} | selected))


def project(number, chain, planned, signed, field=None, name=None, invested=0, produced=None, started=None):
    dates = {"签约日期": signed, "开工日期": started or produced, "竣工日期": produced, "投产日期": produced}
    return {
        "项目编号": f"P{number}", "项目名称": name or f"项目{number}", "产业链": chain, "所属镇街": "塘栖镇",
        "计划总投资（万元）": planned, "累计完成投资（万元）": invested, "细分领域": field, "来源": "招引",
        **{k: datetime.fromisoformat(v) if v else None for k, v in dates.items()},
    }  # fmt: skip


PROJECTS = [
    project(1, CHAIN, 100, "2021-12-01", "面料", invested=20, started="2021-12-20"),
    project(2, CHAIN, 300, "2021-12-31", name="高端面料织造基地"),
    project(3, CHAIN, 50, "2020-03-01", "面料", invested=50, produced="2021-06-01"),
    project(4, CHAIN, 900, "2022-02-01", "面料"),  # signed only after January 2022
    project(5, OTHER, 700, "2021-05-01", "面料"),  # another chain's
]


def policy(title, chain, until):
    day = datetime.fromisoformat(until) if until else None
    key = {CHAIN: "fashion", OTHER: "green-energy"}.get(chain, chain)
    return {"产业链": key, "政策名称": title, "类型": "专项", "级别": "区", "有效期至": day, "摘要": "补助"}


#: Judged on 2022-01-31; soon is up to 2022-07-31.
POLICIES = [
    policy("一年", "all", "2023-01-31"),
    policy("半年", CHAIN, "2022-07-31"),
    policy("半年零一天", CHAIN, "2022-08-01"),
    policy("昨天到期", CHAIN, "2022-01-30"),
    policy("今天到期", CHAIN, "2022-01-31"),
    policy("未填", CHAIN, None),
    policy("别的链", OTHER, "2023-01-31"),
]


def sheets():
    return {
        "企业名录": [
            firm(n, town, chain=chain, kind=kind, **{"链条环节": stage, "企业角色": role, "时尚E家成员": n in (1, 4)})
            for n, (stage, role, town, kind, chain) in FIRMS.items()
        ],
        "月度经营": [
            month(n, f"{year}-01", value)
            for n, values in OUTPUT.items()
            for year, value in zip((2021, 2022), values, strict=True)
        ],
        "产业链图谱": [{"产业链": CHAIN, "环节": s, "位置": p, "下一环节": n} for s, p, n in STAGES],
        "项目台账": PROJECTS,
        "政策清单": POLICIES,
        "评价结果": [{CODE: code(n), "年份": 2022, "等级": g} for n, g in ((1, "A"), (2, "C"), (4, "B"), (7, "A"))],
    }


class ChainDistrict(RowsRepository):
    """The small chain."""

    def __init__(self, district, **changed):
        super().__init__(sheets() | changed, district)
