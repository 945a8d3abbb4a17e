"""What a person computes by hand from the workbook: plain loops over its rows. Imports nothing of the product.

Rows are dictionaries by the specification's headers, as ``openpyxl`` or a test hands them over: months as
``2022-03``, money in 万元. A joint January-February row stands on February with ``_span`` 2. Published grades
come as a sheet 评价结果 (统一社会信用代码, 年份, 等级), which no bureau hands over.

A filter is given by keywords: ``towns, divisions, chains, stages, roles`` (names as in the sheets, divisions
by two digits), ``only`` (credit codes) for the comparable enterprises.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import openpyxl

CODE = "统一社会信用代码"
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
GRADES = "A、B类企业占比"
LEDGERS = (
    "签约项目数",
    "签约投资额",
    "开工率",
    "投资完成率",
    "盘活用地",
    "新增产业空间",
    "更新完成率",
    "成员企业数",
    "产能匹配率",
    "平台新增税收",
)
#: Of these the values of 时尚E家, which come by month.
PLATFORM = ("成员企业数", "产能匹配率", "平台新增税收")
PERCENT = ("研发强度", "增加值率", "开工率", "投资完成率", "更新完成率", "产能匹配率", GRADES)
STAFF = "平均用工人数（人）"
#: Grouping -> the register's column and the keyword that filters by it.
GROUPINGS = {
    "town": ("所属镇街", "towns"),
    "industry": ("行业代码", "divisions"),
    "chain": ("产业链", "chains"),
    "stage": ("链条环节", "stages"),
    "role": ("企业角色", "roles"),
}


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


def run(row):
    """The months that a row covers."""
    return [shift(row["月份"], -back) for back in reversed(range(row.get("_span", 1)))]


def covered_by(rows):
    return sorted({month for row, _ in rows for month in run(row)})


def staff(rows):
    """Σ staff × months of the row ÷ months covered by rows with staff."""
    known = [(row[STAFF], run(row)) for row, _ in rows if row[STAFF] is not None]
    months = {month for _, covered in known for month in covered}
    return sum(number * len(covered) for number, covered in known) / len(months) if months else None


class Oracle:
    """Figures of one set of sheets."""

    def __init__(self, sheets):
        self.sheets = sheets
        self.firms = {f[CODE]: f for f in sheets["企业名录"]}
        self.by_month = defaultdict(list)
        for row in sheets["月度经营"]:
            self.by_month[row["月份"]].append(row)
        self.joint = [r for r in sheets["月度经营"] if r.get("_span", 1) > 1]
        self.first = min(shift(r["月份"], 1 - r.get("_span", 1)) for r in sheets["月度经营"])
        self.newest = max(self.by_month)

    def group(self, firm, by):
        """The group of an enterprise; an empty cell is a group of its own, named ''."""
        value = str(firm[GROUPINGS[by][0]] or "")
        return value[:2] if by == "industry" else value

    def passes(self, firm, **where):
        if where.get("only") is not None and firm[CODE] not in where["only"]:
            return False
        return all(self.group(firm, by) in where[option] for by, (_, option) in GROUPINGS.items() if where.get(option))

    def rows(self, months, **where):
        """(row, enterprise) of the 规上 enterprises kept, of rows that cover some of the months and none besides."""
        passing = {code: firm for code, firm in self.firms.items() if firm["评价类型"] == "规上" and self.passes(firm, **where)}
        return [
            (row, passing[row[CODE]])
            for month in sorted(set(months))
            for row in self.by_month.get(month, ())
            if row[CODE] in passing and set(run(row)) <= set(months)
        ]

    def present(self, months):
        """Codes with a row that covers some of the months and none besides."""
        return {row[CODE] for row, _ in self.rows(months)}

    def covered(self, months, **where):
        """Those of the months that the enterprises kept cover; a joint row counts where all of its months are requested for."""
        return covered_by(self.rows(months, **where))

    def window(self, metric, months, **where):
        """The months that a figure covers, ``None`` when it has none."""
        if metric in LEDGERS:
            known = [p["月份"] for p in self.sheets.get("时尚E家", []) if p["区域"] == "本区"]
            return ([x for x in months if x in known] or None) if metric in PLATFORM else months
        if metric == GRADES:
            years = [r["年份"] for r in self.sheets.get("评价结果", ()) if str(r["年份"]) <= months[-1][:4]]
            return span(f"{max(years)}-01", f"{max(years)}-12") if years else None
        requested = self.requested(metric, months)
        return (self.covered(requested, **where) or None) if requested else None

    def requested(self, metric, months):
        """The months that a figure is over; ``None`` where the data don't reach back for twelve.

        The twelve end with the period, or with the newest month that it holds.
        """
        if metric not in TRAILING:
            return months
        last = months[-1] if months[0] > self.newest else min(months[-1], self.newest)
        twelve = span(shift(last, -11), last)
        return twelve if self.first <= twelve[0] and twelve[-1] <= self.newest else None

    def value(self, metric, months, **where):
        """The figure for the period (``None`` = none). For trailing metrics: the twelve months that end with it."""
        covered = self.window(metric, months, **where)
        return None if covered is None else self.over(metric, covered, **where)

    def over(self, metric, months, **where):
        """The figure over exactly these months."""
        if metric in LEDGERS or metric == GRADES:
            return self.graded(int(months[-1][:4]), **where) if metric == GRADES else self.ledger(metric, months, **where)
        return self.of_rows(metric, self.rows(months, **where), months)

    def of_rows(self, metric, rows, months):
        """The figure of some rows, which stand for these months."""
        if metric in SUMS:
            known = [r[SUMS[metric]] for r, _ in rows if r[SUMS[metric]] is not None]
            return sum(known) if known else None
        if metric == "平均用工人数":
            return staff(rows)
        if metric == "用地面积":
            land = {f[CODE]: f["用地面积（亩）"] for _, f in rows}
            return sum(land.values()) if land else None
        if metric == "规上企业数":
            return len({f[CODE] for row, f in rows if months[-1] in run(row)})
        above, below = (self.of_rows(part, rows, months) for part in {**RATIOS, **TRAILING}[metric])
        return above / below if above is not None and below is not None and below > 0 else None

    def pair(self, metric, months, back, comparable=False, **where):
        """(rows now, their months, rows of the base, their months) that are compared; ``None`` where there is nothing.

        The months are those covered on both sides. A joint row that would have to be divided doesn't count, nor do its
        enterprise's rows of the months that it would be compared with.
        """
        requested = self.requested(metric, months)
        before = requested and self.requested(metric, [shift(months[-1], back)])
        if not requested or not before:
            return None
        common = requested
        while True:
            earlier = set(self.covered([shift(x, back) for x in common], **where))
            both = [x for x in self.covered(common, **where) if shift(x, back) in earlier]
            if both == common:
                break
            common = both
        if not common:
            return None
        base = [shift(x, back) for x in common]
        sides = [self.rows(common, **where), self.rows(base, **where)]
        for one, other, by in ((common, 1, back), (base, 0, -back)):
            for row in self.joint:
                divided = set(run(row)) & set(one)
                if divided and not set(run(row)) <= set(one):
                    counterparts = {shift(x, by) for x in divided}
                    sides[other] = [(r, f) for r, f in sides[other] if not (f[CODE] == row[CODE] and r["月份"] in counterparts)]
        if comparable:
            present = set.intersection(*({f[CODE] for _, f in rows} for rows in sides))
            sides = [[(r, f) for r, f in rows if f[CODE] in present] for rows in sides]
        return sides[0], common, sides[1], base

    def quotient(self, above, below, months, **where):
        numerator, denominator = self.over(above, months, **where), self.over(below, months, **where)
        return numerator / denominator if numerator is not None and denominator is not None and denominator > 0 else None

    def graded(self, year, **where):
        for_year = [r for r in self.sheets["评价结果"] if r["年份"] == year]
        grades = [r["等级"] for r in for_year if self.passes(self.firms[r[CODE]], **where)]
        return sum(g in ("A", "B") for g in grades) / len(grades) if grades else None

    def names(self, by, **where):
        """The groups that enterprises kept fall into."""
        return {self.group(f, by) for f in self.firms.values() if self.passes(f, **where)}

    def groups(self, metric, months, by, **where):
        """Group name -> figure, for the groups that occur, each over the months that it covers; by month each month alone.

        Months of which everything was reported jointly stand together under the last of them.
        """
        if by == "month":
            values = {month: self.value(metric, [month], **where) for month in months}
            if metric not in LEDGERS and metric != GRADES and metric not in TRAILING:
                for row in self.joint:
                    together = run(row)
                    alone = any(self.covered([x], **where) for x in together)
                    if set(together) <= set(months) and not alone and self.rows(together, **where):
                        values[together[-1]] = self.value(metric, together, **where)
            return {k: v for k, v in values.items() if v is not None}
        option = GROUPINGS[by][1]
        return {name: self.value(metric, months, **{**where, option: (name,)}) for name in self.names(by, **where)}

    def compared(self, metric, months, back=-12, comparable=False, **where):
        """(value, base, change) against the months ``back`` earlier; ``None`` where there is none.

        Value over all of its covered months, the base over those that both cover; the change is of the value over the same.
        ``back`` None: there is nothing to compare with. A change of a metric in % is a difference.
        """
        value, base, over_base = self.value(metric, months, **where), None, None
        if value is None and self.window(metric, months, **where) is None:
            return None, None, None
        if metric == GRADES:
            year = self.window(metric, months)[0][:4]
            base, over_base = self.value(metric, [f"{int(year) - 1}-12"], **where), value
        elif back is None:
            return value, None, None
        elif metric in LEDGERS:
            before = [shift(x, back) for x in months]
            over_base = value
            if metric in PLATFORM:
                now, then = self.window(metric, months), self.window(metric, before) or []
                both = [x for x in now if shift(x, back) in then]
                before, over_base = [shift(x, back) for x in both], self.ledger(metric, both) if both else None
            base = self.ledger(metric, before, **where) if before else None
        elif (compared := self.pair(metric, months, back, comparable, **where)) is not None:
            rows, now, base_rows, before = compared
            over_base, base = self.of_rows(metric, rows, now), self.of_rows(metric, base_rows, before)
            if metric == "规上企业数" and comparable:
                over_base = base = len({f[CODE] for _, f in rows})
            value = over_base if comparable else value
        if over_base is None or base is None:
            return value, base, None
        if metric in PERCENT:
            return value, base, over_base - base
        return value, base, (over_base - base) / base if base > 0 else None

    def growth(self, metric, months, back=-12, **where):
        return self.compared(metric, months, back, **where)[2]

    def comparable_growth(self, metric, months, back=-12, **where):
        return self.growth(metric, months, back, comparable=True, **where)

    def contributions(self, metric, months, by, back=-12, **where):
        """Part -> its part of the whole's growth (a fraction of the whole's base), for a sum; all over the whole's months."""
        rows, now, base_rows, before = self.pair(metric, months, back, **where)
        whole = self.of_rows(metric, base_rows, before)
        parts = {}
        for name in self.names(by, **where):
            sides = [[(r, f) for r, f in side if self.group(f, by) == name] for side in (rows, base_rows)]
            values = [self.of_rows(metric, side, at) or 0 for side, at in zip(sides, (now, before), strict=True)]
            parts[name] = (values[0] - values[1]) / whole
        return parts

    def firm_sums(self, metric, months, **where):
        """Credit code -> sum, of the enterprises that reported any."""
        sums = {}
        for row, firm in self.rows(months, **where):
            if row[SUMS[metric]] is not None:
                sums[firm[CODE]] = sums.get(firm[CODE], 0) + row[SUMS[metric]]
        return sums

    def concentration(self, metric, months, **where):
        """(number of enterprises, CR4, HHI)."""
        sums = self.firm_sums(metric, months, **where)
        whole = sum(sums.values())
        shares = sorted((s / whole for s in sums.values()), reverse=True)
        return len(shares), sum(shares[:4]), sum((100 * s) ** 2 for s in shares)

    def target(self, metric, last, scope="全区", **where):
        """(完成率, 序时进度) at month ``last`` of its year."""
        key = (int(last[:4]), metric, scope)
        [amount] = [t["目标值"] for t in self.sheets["年度目标"] if (t["年份"], t["指标"], t["范围"]) == key]
        return self.value(metric, span(f"{last[:4]}-01", last), **where) / amount, int(last[5:]) / 12

    def ledger(self, metric, months, **where):
        """A ledger's figure. A filter on a column that the ledger lacks does not restrict it."""

        def within(value):
            return value is not None and f"{as_date(value):%Y-%m}" in months

        def until(value):
            return value is not None and f"{as_date(value):%Y-%m}" <= months[-1]

        def here(row):
            towns, chains = where.get("towns"), where.get("chains")
            return (not towns or row["所属镇街"] in towns) and (not chains or row.get("产业链", chains[0]) in chains)

        signed = [p for p in self.sheets.get("项目台账", []) if within(p["签约日期"]) and here(p)]
        planned = sum(p["计划总投资（万元）"] for p in signed)
        if metric == "签约项目数":
            return float(len(signed))
        if metric == "签约投资额":
            return planned
        if metric == "开工率":
            return sum(until(p["开工日期"]) for p in signed) / len(signed) if signed else None
        if metric == "投资完成率":
            steps = ("签约日期", "开工日期", "竣工日期", "投产日期")
            dates = [as_date(p[c]) for p in self.sheets["项目台账"] for c in steps if p.get(c) is not None]
            if max(dates) > month_end(months[-1]) and months[-1] < self.newest:
                return None  # the ledger says what was invested as of its newest date, or of now, only
            return sum(p["累计完成投资（万元）"] or 0 for p in signed) / planned if planned > 0 else None
        if metric == "盘活用地":
            dimensions = {k: v for k, v in where.items() if k in ("towns", "divisions", "chains")}
            done = [r for r in self.sheets["低效整治"] if r["状态"] == "完成" and within(r["完成日期"])]
            return sum((r["盘活用地（亩）"] or 0 for r in done if self.passes(self.firms[r[CODE]], **dimensions)), 0.0)
        renewals = [r for r in self.sheets.get("有机更新", []) if here(r)]
        if metric == "新增产业空间":
            return sum(r["新增产业空间（万平方米）"] or 0 for r in renewals if r["状态"] == "完成" and within(r["完成日期"]))
        if metric == "更新完成率":
            finished = [r for r in renewals if r["状态"] == "完成" and (r["完成日期"] is None or until(r["完成日期"]))]
            done = sum(r["更新面积（亩）"] for r in finished)
            whole = sum(r["更新面积（亩）"] for r in renewals)
            return done / whole if whole else None
        return self.platform(metric, months)

    def platform(self, metric, months):
        local = [p for p in self.sheets.get("时尚E家", []) if p["区域"] == "本区" and p["月份"] in months]
        if metric == "成员企业数":
            last = [p["成员企业数"] for p in local if p["月份"] == months[-1]]
            return float(last[0]) if last else None
        if metric == "产能匹配率":
            offered = sum(p["发布产能（万件）"] or 0 for p in local)
            return sum(p["匹配产能（万件）"] or 0 for p in local) / offered if offered else None
        if metric == "平台新增税收":
            known = [p["新增税收（万元）"] for p in local if p["新增税收（万元）"] is not None]
            return sum(known) if known else None
        raise KeyError(metric)


def month_end(month):
    return date.fromisoformat(shift(month, 1) + "-01") - timedelta(days=1)


def as_date(value):
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else date.fromisoformat(value)
