"""Plausible districts of any seed and shape as rows of a workbook: nothing in them deserves a warning."""

from __future__ import annotations

import math
import random

from tests import workbooks

TOWNS = ("塘栖镇", "东湖街道", "乔司街道", "南苑街道")
CHAINS = ("时尚产业", "绿色能源", "高端装备", "新材料")
INDUSTRIES = ("1751", "1819", "3415", "3841", "2614", "3591")
_SEASON = (0.93, 0.72, 1.02, 1.0, 1.02, 1.06, 0.98, 0.97, 1.03, 1.02, 1.07, 1.18)
_SUMS = {
    "评价税收（万元）": "入库税收（万元）",
    "工业增加值（万元）": "工业增加值（万元）",
    "综合能耗（吨标准煤）": "综合能耗（吨标准煤）",
    "研发经费（万元）": "研发费用（万元）",
    "主营业务收入（万元）": "营业收入（万元）",
    "用电量（万千瓦时）": "用电量（万千瓦时）",
}


class CleanDistrict:
    """A district of ``firms`` enterprises and the ``months`` that end with December 2022; ``noise`` of a month's figures."""

    def __init__(self, seed, firms=40, months=24, noise=0.12, spread=1.2, sites=0.4, cumulative=0.0):
        self.pick = random.Random(seed)
        self.noise, self.cumulative = noise, cumulative
        self.months = [f"{2022 - i // 12}-{12 - i % 12:02d}" for i in range(months)][::-1]
        self.years = sorted({int(m[:4]) for m in self.months})
        self.firms = [self._firm(n, spread, "宗地" if n > firms * (1 - sites) else "规上") for n in range(1, firms + 1)]

    def _firm(self, n, spread, kind):
        pick = self.pick
        size = pick.lognormvariate(6.4 if kind == "规上" else 3.5, spread)
        own = {name: pick.lognormvariate(math.log(typical), sigma) for name, typical, sigma in _RATIOS}
        land = max(1.5, round(pick.lognormvariate(2.6, 0.8), 2))
        return {"n": n, "kind": kind, "size": size, "own": own, "land": land, "growth": pick.gauss(0.05, 0.06),
                "invests": pick.random() < 0.2}  # fmt: skip

    def register(self):
        pick = random.Random(1)
        return [
            workbooks.firm(
                f["n"],
                pick.choice(TOWNS),
                pick.choice(INDUSTRIES),
                pick.choice(CHAINS),
                f["kind"],
                f["land"],
                **{"时尚E家成员": "是" if f["n"] % 3 else "否"},
            )
            for f in self.firms
        ]

    def monthly(self, months=None, firms=None):
        """Rows of the firms above scale; the same month has the same figures whenever it is asked for."""
        rows = []
        for f in firms or self.firms:
            if f["kind"] == "规上":
                rows += self._months(f, months or self.months)
        return rows

    def _months(self, f, months):
        basis = "累计" if random.Random(f["n"]).random() < self.cumulative else "当月"
        so_far, rows = {}, []
        for when in months:
            row = self.month(f, when)
            if basis == "累计":
                so_far = {} if when.endswith("-01") else so_far
                for name, value in row.items():
                    if isinstance(value, float) and "人" not in name:
                        so_far[name] = round(so_far.get(name, 0.0) + value, 2)
                row |= so_far
            rows.append(row | {"口径": basis})
        return rows

    def month(self, f, when):
        pick = random.Random(f"{f['n']} {when} {f['size']}")
        year, number = int(when[:4]), int(when[5:])
        level = f["size"] * (1 + f["growth"]) ** (year - 2021) * _SEASON[number - 1]

        def around(value, noise=1.0, digits=2):
            return round(value * pick.lognormvariate(0, self.noise * noise), digits)

        own, output = f["own"], around(level)
        return {
            "统一社会信用代码": workbooks.code(f["n"]),
            "月份": when,
            "口径": "当月",
            "工业总产值（万元）": output,
            "营业收入（万元）": around(output * own["revenue"], 0.2),
            "工业增加值（万元）": round(output * own["value_added"], 2),
            "入库税收（万元）": around(output * own["tax"], 1.5),
            "综合能耗（吨标准煤）": around(output * own["energy"]),
            "用电量（万千瓦时）": around(output * own["power"], 1.5, 3),
            "绿色能源投资（万元）": around(output * 0.05, 5) if f["invests"] and pick.random() < 0.5 else 0.0,
            "研发费用（万元）": around(output * own["rd"], 3),
            "平均用工人数（人）": round(max(5.0, f["size"] * own["staff"] * (1 + pick.gauss(0, 0.02)))),
        }

    def evaluations(self, years=None):
        """Sums of the whole years of the firms above scale, and rows of the others' own."""
        rows = []
        for year in years or [y for y in self.years if sum(m.startswith(str(y)) for m in self.months) == 12]:
            for f in self.firms:
                months = [self.month(f, f"{year}-{n:02d}") for n in range(1, 13)]
                sums = {name: round(sum(m[source] for m in months), 2) for name, source in _SUMS.items()}
                rows.append(
                    {"统一社会信用代码": workbooks.code(f["n"]), "年份": year}
                    | sums
                    | {
                        "主要污染物排放量（吨）": round(sums["主营业务收入（万元）"] * f["own"]["pollutant"], 3),
                        "年平均职工人数（人）": round(sum(m["平均用工人数（人）"] for m in months) / 12, 1),
                        "用地面积（亩）": f["land"],
                        "加分": 5 if f["n"] % 17 == 0 else 0,
                        "扣分": 0,
                        "一票否决": None,
                    }
                )
        return rows

    def projects(self, number=30):
        rows = []
        for n in range(number):
            pick = random.Random(f"project {n}")
            planned = round(pick.lognormvariate(9.7, 0.65), 1)
            started = pick.random() < 0.65
            rows.append(
                {
                    "项目编号": f"XM2022-{n:03d}",
                    "项目名称": f"项目{n}",
                    "产业链": pick.choice(CHAINS),
                    "所属镇街": pick.choice(TOWNS),
                    "投资主体": f"杭州测试{n}有限公司",
                    "签约日期": f"2022-{pick.randint(1, 6):02d}-{pick.randint(1, 28):02d}",
                    "开工日期": f"2022-{pick.randint(7, 12):02d}-{pick.randint(1, 28):02d}" if started else None,
                    "竣工日期": None,
                    "投产日期": None,
                    "计划总投资（万元）": planned,
                    "累计完成投资（万元）": round(planned * pick.uniform(0.05, 1.0), 1) if started else 0,
                    "绿色能源": "是" if n % 3 else "否",
                    "来源": "技改" if n % 4 else "招引",
                }
            )
        return rows

    def parks(self, years=None):
        rows = []
        for n in range(7):
            pick = random.Random(f"park {n}")
            floor, land, tenants, tax = (
                pick.uniform(10, 30),
                pick.uniform(60, 200),
                pick.randint(20, 150),
                pick.uniform(4e3, 16e3),
            )
            for i, year in enumerate(years or self.years):
                rows.append(
                    {
                        "园区名称": f"园区{n}",
                        "所属镇街": TOWNS[n % 4],
                        "年份": year,
                        "建筑面积（万平方米）": round(floor, 1),
                        "用地面积（亩）": round(land, 1),
                        "业主单位数": 1 + n % 6,
                        "最小地块（亩）": 5 + 4 * n,
                        "入驻率（%）": round(70 + 3 * n + i, 1),
                        "入驻企业数": tenants + 3 * i,
                        "税收（万元）": round(tax * (1 + 0.1 * i), 1),
                        "共建模式": "政府主导",
                    }
                )
        return rows

    def renewals(self, number=20):
        rows = []
        for n in range(number):
            pick = random.Random(f"renewal {n}")
            state, area = pick.choice(("谋划", "实施", "完成")), pick.uniform(40, 250)
            rows.append(
                {
                    "项目名称": f"更新单元{n}",
                    "所属镇街": TOWNS[n % 4],
                    "更新方式": "整体改造",
                    "更新面积（亩）": round(area, 1),
                    "新增产业空间（万平方米）": round(area * pick.uniform(0.05, 0.07), 2),
                    "预计新增产值（亿元）": round(area * pick.uniform(0.05, 0.07), 2),
                    "状态": state,
                    "启动日期": "2021-03-01" if state != "谋划" else None,
                    "完成日期": "2022-05-06" if state == "完成" else None,
                }
            )
        return rows

    def remediations(self):
        rows = []
        for f in self.firms[::2]:
            pick = random.Random(f"remediation {f['n']}")
            done = pick.random() < 0.7
            rows.append(
                {
                    "统一社会信用代码": workbooks.code(f["n"]),
                    "整治类型": "D类提升",
                    "状态": "完成" if done else "在治",
                    "列入日期": "2022-01-15",
                    "完成日期": "2022-08-20" if done else None,
                    "盘活用地（亩）": round(f["land"] * pick.uniform(0, 0.8), 2) if done else None,
                }
            )
        return rows

    def talents(self, years=None):
        sizes = {"人才总量": 240_000, "产业领军人才": 420, "磐石计划": 560, "朝阳计划": 1400}
        return [
            {"年份": year, "类别": name, "人数": round(size * (1 + 0.06 * (year - 2020)))}
            for year in years or self.years
            for name, size in sizes.items()
        ]

    def targets(self, years=None):
        return [
            {"年份": year, "指标": metric, "范围": scope, "目标值": round(value * (1 + 0.07 * (year - 2020)), 2), "单位": unit}
            for year in years or self.years
            for metric, unit, values in _TARGETS
            for scope, value in values.items()
        ]

    def platform(self, months=None):
        rows = []
        for when in months or self.months:
            age = (int(when[:4]) - 2018) * 12 + int(when[5:])
            for area, share in (("本区", 0.4), ("全国", 1.0)):
                pick = random.Random(f"platform {when} {area}")

                def around(value, pick=pick, share=share, age=age):
                    return round(value * share * (1 + 0.01 * age) * pick.uniform(0.85, 1.15), 1)

                offered = around(800)
                rows.append(
                    {
                        "月份": when,
                        "区域": area,
                        "成员企业数": round(around(5000)),
                        "数字化改造企业数": round(around(1500)),
                        "发布产能（万件）": offered,
                        "匹配产能（万件）": round(offered * pick.uniform(0.6, 0.9), 1),
                        "订单数": round(around(900)),
                        "订单额（万元）": around(23_000),
                        "对接买手数": round(around(180)),
                        "新增税收（万元）": around(90) if area == "本区" else None,
                    }
                )
        return rows

    def sheets(self):
        """All sheets, as a first batch."""
        return {
            "企业名录": self.register(),
            "月度经营": self.monthly(),
            "年度评价": self.evaluations(),
            "项目台账": self.projects(),
            "产业园区": self.parks(),
            "有机更新": self.renewals(),
            "低效整治": self.remediations(),
            "人才": self.talents(),
            "年度目标": self.targets(),
            "时尚E家": self.platform(),
        }

    def update(self):
        """A year later: January 2023, the evaluation and the ledgers of 2023 (or, of what has no year, the newest state)."""
        return {
            "企业名录": self.register(),
            "月度经营": self.monthly(["2023-01"]),
            "年度评价": self.evaluations([self.years[-1] + 1]),
            "项目台账": self.projects(36),
            "产业园区": self.parks([self.years[-1] + 1]),
            "有机更新": self.renewals(24),
            "低效整治": self.remediations(),
            "人才": self.talents([self.years[-1] + 1]),
            "年度目标": self.targets([self.years[-1] + 1]),
            "时尚E家": self.platform(["2023-01"]),
        }


#: A measure's share of output, and how much firms differ in it (σ of the logarithm).
_RATIOS = (
    ("revenue", 0.96, 0.03),
    ("value_added", 0.22, 0.1),
    ("tax", 0.045, 0.5),
    ("energy", 0.008, 0.4),
    ("power", 0.0012, 0.4),
    ("rd", 0.025, 0.3),
    ("staff", 0.1, 0.3),
    ("pollutant", 4e-5, 0.4),
)
_TARGETS = (
    ("工业总产值", "万元", {"全区": 18_000_000, "塘栖镇": 2_900_000, "东湖街道": 4_400_000, "乔司街道": 2_000_000}),
    ("入库税收", "万元", {"全区": 1_200_000}),
    ("亩均税收", "万元/亩", {"全区": 33}),
    ("研发强度", "%", {"全区": 3.1}),
)
