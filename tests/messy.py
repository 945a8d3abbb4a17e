"""A small, seeded, untidy district as rows: what a lost filter, a mean of ratios or a summed stock would get wrong."""

from __future__ import annotations

import random

from tests import workbooks

TOWNS = ("塘栖镇", "东湖街道", "乔司街道")
CHAINS = ("时尚产业", "绿色能源", "高端装备")
INDUSTRIES = ("1751", "1819", "3415", "3841")
MONTHS = [f"{y}-{n:02d}" for y in (2021, 2022, 2023) for n in range(1, 13)][:30]


def rows(seed=7, firms=24):
    """Sheets by title. Firms of both kinds report; some start late, stop early, skip months or leave cells empty."""
    pick = random.Random(seed)
    register, monthly = [], []
    for n in range(1, firms + 1):
        kind = "宗地" if n % 6 == 0 else "规上"
        role = "链主" if n <= 3 else pick.choice(("配套", "一般"))
        register.append(
            workbooks.firm(
                n, pick.choice(TOWNS), pick.choice(INDUSTRIES), pick.choice(CHAINS), kind, round(pick.uniform(1, 90), 2)
            )
            | {"企业角色": role, "链条环节": pick.choice(("成衣加工", "面料辅料", None))}
        )
        first, last = pick.choice((0, 0, 0, 9, 20)), pick.choice((29, 29, 29, 24, 12))
        for when in MONTHS[first : last + 1]:
            if pick.random() < 0.04:
                continue
            monthly.append(_month(pick, n, when))
    return {
        "企业名录": register,
        "月度经营": monthly,
        "项目台账": [_project(pick, n) for n in range(30)],
        "低效整治": [_remediation(pick, n) for n in range(1, firms + 1, 2)],
        "有机更新": [_renewal(pick, n) for n in range(12)],
        "时尚E家": [_platform(pick, when, area) for when in MONTHS for area in ("本区", "全国")],
        "年度目标": [_target(2022, "工业总产值", "全区", 30000), _target(2022, "工业总产值", "塘栖镇", 9000)],
    }


def _month(pick, n, when):
    def maybe(value):
        return None if pick.random() < 0.05 else value

    output = round(pick.uniform(0, 900) * n, 2)
    return {
        "统一社会信用代码": workbooks.code(n),
        "月份": when,
        "口径": "当月",
        "工业总产值（万元）": maybe(output),
        "营业收入（万元）": maybe(round(output * pick.uniform(0.8, 1.1), 2)),
        "工业增加值（万元）": maybe(round(output * pick.uniform(-0.02, 0.4), 2)),
        "入库税收（万元）": maybe(round(output * pick.uniform(-0.01, 0.1), 2)),
        "综合能耗（吨标准煤）": maybe(round(pick.uniform(0, 40), 2)),
        "用电量（万千瓦时）": maybe(round(pick.uniform(0, 9), 2)),
        "绿色能源投资（万元）": maybe(pick.choice((0, 0, round(pick.uniform(-5, 60), 2)))),
        "研发费用（万元）": maybe(round(pick.uniform(0, 30), 2)),
        "平均用工人数（人）": maybe(pick.randint(1, 300)),
    }


def _day(pick, first="2021-01", last="2023-06"):
    from tests.oracle import span

    return f"{pick.choice(span(first, last))}-{pick.randint(1, 28):02d}"


def _project(pick, n):
    signed = _day(pick, "2021-01", "2022-12")
    started = None if pick.random() < 0.4 else max(signed, _day(pick))
    return {
        "项目编号": f"P{n:03d}",
        "项目名称": f"项目{n}",
        "产业链": pick.choice(CHAINS),
        "所属镇街": pick.choice(TOWNS),
        "签约日期": signed,
        "开工日期": started,
        "计划总投资（万元）": round(pick.uniform(100, 90000), 1),
        "累计完成投资（万元）": round(pick.uniform(0, 50000), 1) if started else None,
    }


def _remediation(pick, n):
    done = pick.random() < 0.6
    return {
        "统一社会信用代码": workbooks.code(n),
        "整治类型": "D类提升",
        "状态": "完成" if done else "在治",
        "列入日期": "2021-01-05",
        "完成日期": _day(pick) if done else None,
        "盘活用地（亩）": round(pick.uniform(0, 9), 2),
    }


def _renewal(pick, n):
    state = pick.choice(("谋划", "实施", "完成"))
    return {
        "项目名称": f"更新{n}",
        "所属镇街": pick.choice(TOWNS),
        "更新方式": "整体改造",
        "更新面积（亩）": round(pick.uniform(10, 200), 1),
        "新增产业空间（万平方米）": round(pick.uniform(1, 12), 2),
        "状态": state,
        "完成日期": _day(pick) if state == "完成" else None,
    }


def _platform(pick, when, area):
    return {
        "月份": when,
        "区域": area,
        "成员企业数": pick.randint(10, 9000),
        "发布产能（万件）": round(pick.uniform(1, 900), 1),
        "匹配产能（万件）": round(pick.uniform(1, 900), 1),
        "新增税收（万元）": round(pick.uniform(0, 99), 1),
    }


def _target(year, metric, scope, value):
    return {"年份": year, "指标": metric, "范围": scope, "目标值": value, "单位": "万元"}
