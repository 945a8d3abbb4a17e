"""What the per-mu page shows, by plain loops over the workbook's rows. Imports nothing of the product.

Grades come from ``tests.evaluation_oracle``; ``regraded`` grades again under other weights, quotas and limits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

from tests import evaluation_oracle
from tests.evaluation_oracle import CEILING, CODE, RULES

GRADES = "ABCD"
UNGRADED = "不定等级"
NAMES = {
    "规上": ("亩均税收", "亩均增加值", "单位能耗增加值", "单位排放增加值", "全员劳动生产率", "研发经费占比"),
    "宗地": ("亩均税收", "单位电耗税收"),
}
LAND, TAX, ADDED = "用地面积（亩）", "评价税收（万元）", "工业增加值（万元）"
POWER, EMISSION = "用电量（万千瓦时）", "主要污染物排放量（吨）"
#: The Linping rule's measures: basis, price, rate of A, B, C, D.
MEASURES = {
    "城镇土地使用税减免": (LAND, 0.666667, (-1.0, -0.6, -0.2, 0.0)),
    "差别电价加价": (POWER, 1.0, (0.0, 0.0, 0.1, 0.3)),
    "排污权有偿使用": (EMISSION, 0.5, (-0.2, 0.0, 0.2, 0.5)),
}


def shown(value, digits):
    """A number as it stands in a list: halves away from zero on its decimal form, thousands grouped."""
    return f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


@dataclass
class Firm:
    """A firm of the year: its row of 年度评价, its row of the register, and its results."""

    code: str
    row: dict
    registered: dict
    group: str
    grade: str
    score: float
    rank: int
    weakest: str

    @property
    def town(self):
        return self.registered["所属镇街"]

    @property
    def chain(self):
        return self.registered["产业链"] or ""

    @property
    def division(self):
        return str(self.registered["行业代码"])[:2]

    def get(self, header):
        """A figure; nothing reported is 0."""
        return self.row[header] or 0.0


class Year:
    """All firms of an evaluated year."""

    def __init__(self, sheets, year):
        self.sheets, self.year = sheets, year
        self.register = {f[CODE]: f for f in sheets["企业名录"]}
        self.rows = [r for r in sheets["年度评价"] if r["年份"] == year]
        self.shares = self._shares()
        got = evaluation_oracle.grade_year(sheets, year)
        self.firms = {r[CODE]: self._firm(r, got[r[CODE]]) for r in self.rows}

    def _shares(self):
        """Code -> points ÷ weight of each indicator."""
        shares = {}
        for group, rule in RULES.items():
            rows = [r for r in self.rows if self.register[r[CODE]]["评价类型"] == group]
            columns = [[p / indicator[2] for p in evaluation_oracle._points(rows, *indicator)] for indicator in rule]
            shares |= {row[CODE]: [column[index] for column in columns] for index, row in enumerate(rows)}
        return shares

    def _firm(self, row, got):
        shares = [round(float(s), 9) for s in self.shares[row[CODE]]]
        weakest = NAMES[got.group][shares.index(min(shares))]
        registered = self.register[row[CODE]]
        return Firm(row[CODE], row, registered, got.group, got.grade, float(got.score), got.rank, weakest)

    def of(self, **where):
        """Firms with these attributes, e.g. ``town="塘栖镇", grade="D"``."""
        return [f for f in self.firms.values() if all(getattr(f, name) == value for name, value in where.items())]

    def amounts(self, part, measure):
        """Part -> [A, B, C, D] of the graded firms; ``measure`` a header, or '' for their number."""
        result = defaultdict(lambda: [0.0] * 4)
        for firm in self.firms.values():
            if firm.grade in GRADES:
                result[getattr(firm, part)][GRADES.index(firm.grade)] += firm.get(measure) if measure else 1
        return dict(result)

    def lift(self):
        """More tax if every D firm reached the median of its group's C firms."""
        middle = {group: median(f.row[TAX] / f.row[LAND] for f in self.of(group=group, grade="C")) for group in RULES}
        return sum(max(middle[f.group] * f.row[LAND] - f.row[TAX], 0.0) for f in self.of(grade="D"))

    def bill(self, grades):
        """Measure -> sum of basis × price × rate under these grades (code -> grade); an exempt firm counts as B."""
        result = {}
        for name, (basis, price, rates) in MEASURES.items():
            result[name] = 0.0
            for code, firm in self.firms.items():
                result[name] += firm.get(basis) * price * rates[GRADES.index(grades[code] if grades[code] in GRADES else "B")]
        return result

    def grades(self):
        return {code: firm.grade for code, firm in self.firms.items()}

    def regraded(self, group, weights, quotas=(20, 60, 95), limit=2.0):
        """Code -> grade, the group graded anew; ``limit`` 0: none."""
        own = self.of(group=group)
        scores = {}
        for firm in own:
            base = sum(Fraction(str(w)) * s for w, s in zip(weights, self.shares[firm.code], strict=True))
            more, less = (min(Fraction(str(firm.get(c))), CEILING) for c in ("加分", "扣分"))
            scores[firm.code] = round(base, 8) + more - less
        contest = sorted(-scores[f.code] for f in own if f.grade != "不定等级")
        counts = [len(contest) * percent // 100 for percent in quotas]
        grades = self.grades()
        for firm in own:
            if firm.grade == "不定等级":
                continue
            ahead = bisect_left(contest, -scores[firm.code])
            grade = next((g for g, n in zip("ABC", counts, strict=True) if ahead < n), "D")
            poor = firm.row[TAX] < limit * firm.row[LAND]
            grades[firm.code] = "D" if poor or firm.row["一票否决"] else grade
        return grades


def migration(before, after):
    """(grade before, grade after) -> firms; both code -> grade. A firm of one year only is 不定等级 in the other."""

    def mark(grades, code):
        return grades[code] if grades.get(code, "") in tuple(GRADES) else UNGRADED

    return Counter((mark(before, code), mark(after, code)) for code in {*before, *after})


def moves(before, after):
    """Codes that rose and that fell among A-D."""
    both = [c for c in after if before.get(c, "") in tuple(GRADES) and after[c] in tuple(GRADES)]
    return {c for c in both if after[c] < before[c]}, {c for c in both if after[c] > before[c]}


def yield_split(now, before, header):
    """(value, base, own, structure) of firms now and before: the change of a ratio of sums over their industries."""

    def sums(firms):
        above, below = defaultdict(float), defaultdict(float)
        for f in firms:
            above[f.division] += f.row[header]
            below[f.division] += f.row[LAND]
        return above, below

    (n1, d1), (n0, d0) = sums(now), sums(before)
    land1, land0 = sum(d1.values()), sum(d0.values())
    value, base = sum(n1.values()) / land1, sum(n0.values()) / land0
    own = 0.0
    for key in d1:
        if d1[key] and d0.get(key):
            own += (d1[key] / land1 + d0[key] / land0) / 2 * (n1[key] / d1[key] - n0[key] / d0[key])
    return value, base, own, value - base - own
