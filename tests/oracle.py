"""What a person computes by hand from the workbook: plain loops over its rows. Imports nothing of the product.

Rows are dictionaries by the specification's headers, as ``openpyxl`` or a test hands them over: months as
``2022-03``, money in 万元. A joint January-February row stands on February with ``_span`` 2.
"""

from __future__ import annotations

from datetime import date, datetime

import openpyxl

SUMS = {
    "工业总产值": "工业总产值（万元）",
    "营业收入": "营业收入（万元）",
    "工业增加值": "工业增加值（万元）",
    "入库税收": "入库税收（万元）",
    "综合能耗": "综合能耗（吨标准煤）",
    "用电量": "用电量（万千瓦时）",
    "绿色能源投资": "绿色能源投资（万元）",
    "研发费用": "研发费用（万元）",
}
RATIOS = {
    "单位增加值能耗": ("综合能耗", "工业增加值"),
    "研发强度": ("研发费用", "营业收入"),
    "增加值率": ("工业增加值", "工业总产值"),
}
TRAILING = {
    "亩均税收": ("入库税收", "用地面积"),
    "亩均增加值": ("工业增加值", "用地面积"),
    "全员劳动生产率": ("工业增加值", "平均用工人数"),
}
STAFF = "平均用工人数（人）"


def from_workbook(path):
    """Sheet title -> list of rows (header -> cell), from a tidy workbook with its header in row 1."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheets = {}
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        sheets[sheet.title] = [dict(zip(rows[0], r, strict=True)) for r in rows[1:]]
    book.close()
    return sheets


def shift(month, by):
    year, number = int(month[:4]), int(month[5:])
    index = year * 12 + number - 1 + by
    return f"{index // 12}-{index % 12 + 1:02d}"


def span(first, last):
    months = [first]
    while months[-1] < last:
        months.append(shift(months[-1], 1))
    return months


class Oracle:
    """Figures of one set of sheets."""

    def __init__(self, sheets):
        self.sheets = sheets
        self.firms = {f["统一社会信用代码"]: f for f in sheets["企业名录"]}

    def kept(self, firm, towns, divisions, chains):
        return (
            (not towns or firm["所属镇街"] in towns)
            and (not divisions or str(firm["行业代码"])[:2] in divisions)
            and (not chains or firm["产业链"] in chains)
        )

    def rows(self, months, towns=(), divisions=(), chains=(), only=None):
        found = []
        for row in self.sheets["月度经营"]:
            firm = self.firms[row["统一社会信用代码"]]
            if firm["评价类型"] != "规上" or row["月份"] not in months or not self.kept(firm, towns, divisions, chains):
                continue
            if only is not None and row["统一社会信用代码"] not in only:
                continue
            found.append((row, firm))
        return found

    def present(self, months):
        return {r["统一社会信用代码"] for r, _ in self.rows(months)}

    def value(self, metric, months, **where):
        """The figure over the months (``None`` = none). For trailing metrics: the twelve that end with the last."""
        if metric in SUMS:
            known = [r[SUMS[metric]] for r, _ in self.rows(months, **where) if r[SUMS[metric]] is not None]
            return sum(known) if known else None
        if metric == "平均用工人数":
            return self.staff(months, **where)
        if metric == "用地面积":
            land = {r["统一社会信用代码"]: f["用地面积（亩）"] for r, f in self.rows(months, **where)}
            return sum(land.values()) if land else None
        if metric == "规上企业数":
            return len({r["统一社会信用代码"] for r, _ in self.rows([months[-1]], **where)})
        if metric in RATIOS:
            return self.quotient(*RATIOS[metric], months, **where)
        if metric in TRAILING:
            twelve = span(shift(months[-1], -11), months[-1])
            if twelve[0] < min(r["月份"] for r in self.sheets["月度经营"]):
                return None
            return self.quotient(*TRAILING[metric], twelve, **where)
        return self.ledger(metric, months, **where)

    def quotient(self, above, below, months, **where):
        numerator, denominator = self.value(above, months, **where), self.value(below, months, **where)
        return numerator / denominator if numerator is not None and denominator is not None and denominator > 0 else None

    def staff(self, months, **where):
        total, covered = 0.0, set()
        for row, _ in self.rows(months, **where):
            if row[STAFF] is not None:
                width = row.get("_span", 1)
                total += row[STAFF] * width
                covered |= {shift(row["月份"], -back) for back in range(width)}
        return total / len(covered) if covered else None

    def groups(self, metric, months, by, **where):
        """Group name -> figure, for the groups that occur; by month each month alone."""
        if by == "month":
            found = {month: self.value(metric, [month], **where) for month in months}
            return {k: v for k, v in found.items() if v is not None}
        field, option = {"town": ("所属镇街", "towns"), "industry": ("行业代码", "divisions"), "chain": ("产业链", "chains")}[by]
        names = set()
        for firm in self.firms.values():
            if self.kept(firm, where.get("towns", ()), where.get("divisions", ()), where.get("chains", ())):
                names.add(str(firm[field])[:2] if by == "industry" else firm[field])
        found = {}
        for name in names:
            if where.get(option) and name not in where[option]:
                continue
            found[name] = self.value(metric, months, **{**where, option: (name,)})
        return found

    def growth(self, metric, months, back=-12, **where):
        now, base = self.value(metric, months, **where), self.value(metric, [shift(x, back) for x in months], **where)
        return (now - base) / base if now is not None and base is not None and base > 0 else None

    def comparable_growth(self, metric, months, back=-12, **where):
        earlier = [shift(x, back) for x in months]
        both = self.present(months) & self.present(earlier)
        column = SUMS[metric]
        now = sum(r[column] or 0 for r, _ in self.rows(months, only=both, **where))
        base = sum(r[column] or 0 for r, _ in self.rows(earlier, only=both, **where))
        return (now - base) / base

    def ledger(self, metric, months, towns=(), chains=(), divisions=()):
        def within(value):
            return value is not None and f"{as_date(value):%Y-%m}" in months

        def until(value):
            return value is not None and f"{as_date(value):%Y-%m}" <= months[-1]

        def here(row):
            return (not towns or row["所属镇街"] in towns) and (not chains or row.get("产业链") in chains)

        signed = [p for p in self.sheets.get("项目台账", []) if within(p["签约日期"]) and here(p)]
        planned = sum(p["计划总投资（万元）"] for p in signed)
        if metric == "签约项目数":
            return float(len(signed))
        if metric == "签约投资额":
            return planned
        if metric == "开工率":
            return sum(until(p["开工日期"]) for p in signed) / len(signed) if signed else None
        if metric == "投资完成率":
            return sum(p["累计完成投资（万元）"] or 0 for p in signed) / planned if planned > 0 else None
        if metric == "盘活用地":
            total = 0.0
            for r in self.sheets["低效整治"]:
                firm = self.firms[r["统一社会信用代码"]]
                if r["状态"] == "完成" and within(r["完成日期"]) and self.kept(firm, towns, divisions, chains):
                    total += r["盘活用地（亩）"] or 0
            return total
        renewals = [r for r in self.sheets.get("有机更新", []) if not towns or r["所属镇街"] in towns]
        if metric == "新增产业空间":
            return sum(r["新增产业空间（万平方米）"] for r in renewals if r["状态"] == "完成" and within(r["完成日期"]))
        if metric == "更新完成率":
            done = sum(r["更新面积（亩）"] for r in renewals if r["状态"] == "完成" and until(r["完成日期"]))
            whole = sum(r["更新面积（亩）"] for r in renewals)
            return done / whole if whole else None
        local = [p for p in self.sheets.get("时尚E家", []) if p["区域"] == "本区" and p["月份"] in months]
        if metric == "成员企业数":
            last = [p["成员企业数"] for p in local if p["月份"] == months[-1]]
            return float(last[0]) if last else None
        if metric == "产能匹配率":
            offered = sum(p["发布产能（万件）"] for p in local)
            return sum(p["匹配产能（万件）"] for p in local) / offered if offered else None
        if metric == "平台新增税收":
            return sum(p["新增税收（万元）"] for p in local) if local else None
        raise KeyError(metric)


def as_date(value):
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else date.fromisoformat(value)
