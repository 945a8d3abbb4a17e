"""The Linping rule of 2022 worked out by hand: plain loops over the workbook's rows. Imports nothing of the product.

规上: 亩均税收 30, 亩均增加值 20, 单位能耗增加值 20, 单位排放增加值 10, 全员劳动生产率 10, 研发经费占比 10.
宗地: 亩均税收 50, 单位电耗税收 50. Each is value ÷ (the whole group's sum ÷ sum) × weight, not below 0, not
above 1.5 × weight. Without a value: 0, but for emissions the group's average score. 加分 and 扣分 count up to 10.
A: the first 20 % of the graded, B: to 60 %, C: to 95 %, whole firms only, equals share the better grade.
Below 2 万元/亩: D. 一票否决: D. Founded less than two years before the year's end: 不定等级.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

CODE = "统一社会信用代码"
RULES = {
    "规上": (
        ("评价税收（万元）", "用地面积（亩）", 30, "zero"),
        ("工业增加值（万元）", "用地面积（亩）", 20, "zero"),
        ("工业增加值（万元）", "综合能耗（吨标准煤）", 20, "zero"),
        ("工业增加值（万元）", "主要污染物排放量（吨）", 10, "average"),
        ("工业增加值（万元）", "年平均职工人数（人）", 10, "zero"),
        ("研发经费（万元）", "主营业务收入（万元）", 10, "zero"),
    ),
    "宗地": (
        ("评价税收（万元）", "用地面积（亩）", 50, "zero"),
        ("评价税收（万元）", "用电量（万千瓦时）", 50, "zero"),
    ),
}
CAP = Fraction(3, 2)
CEILING = 10


@dataclass
class Graded:
    """What a firm gets; scores are exact fractions."""

    group: str
    base_score: Fraction
    score: Fraction
    rank: int
    grade: str


def grade_year(sheets, year):
    """Credit code -> ``Graded``, for all firms with inputs of the year."""
    register = {f[CODE]: f for f in sheets["企业名录"]}
    results = {}
    for group, rule in RULES.items():
        rows = [r for r in sheets["年度评价"] if r["年份"] == year and register[r[CODE]]["评价类型"] == group]
        results |= _grade_group(group, rule, rows, register, year)
    return results


def _grade_group(group, rule, rows, register, year):
    points = [_points(rows, *indicator) for indicator in rule]
    scored = {}
    for index, row in enumerate(rows):
        base = sum((column[index] for column in points), Fraction(0))
        score = base + min(_exact(row["加分"]) or 0, CEILING) - min(_exact(row["扣分"]) or 0, CEILING)
        scored[row[CODE]] = (_to_eight_decimals(base), _to_eight_decimals(score))
    young = {r[CODE] for r in rows if _is_young(register[r[CODE]]["成立日期"], year) and not r["一票否决"]}
    contest = [code for code in scored if code not in young]
    quotas = [len(contest) * percent // 100 for percent in (20, 60, 95)]
    results = {}
    for row in rows:
        code = row[CODE]
        base, score = scored[code]
        rank = 1 + sum(other > score for _, other in scored.values())
        if code in young:
            grade = "不定等级"
        elif row["一票否决"] or _exact(row["评价税收（万元）"]) < 2 * _exact(row["用地面积（亩）"]):
            grade = "D"
        else:
            ahead = sum(scored[other][1] > score for other in contest)
            grade = next((g for g, n in zip("ABC", quotas, strict=True) if ahead < n), "D")
        results[code] = Graded(group, base, score, rank, grade)
    return results


def _points(rows, above, below, weight, missing):
    """Points of an indicator, row by row."""
    pairs = [(_exact(r[above]), _exact(r[below])) for r in rows]
    known = [(n, d) for n, d in pairs if n is not None and d]
    baseline = sum(n for n, _ in known) / sum(d for _, d in known)
    points = [None if n is None or not d else min(max(n / d / baseline, Fraction(0)), CAP) * weight for n, d in pairs]
    known_points = [g for g in points if g is not None]
    default = sum(known_points) / len(known_points) if missing == "average" else Fraction(0)
    return [default if g is None else g for g in points]


def _is_young(founded, year):
    """Less than two years old on the last day of the year."""
    if founded is None:
        return False
    return founded > datetime(year - 2, 12, 31)


def _exact(value):
    """The decimal number that the cell shows, exactly."""
    return None if value is None else Fraction(str(value))


def _to_eight_decimals(value):
    """Half away from zero."""
    scaled = abs(value) * 10**8
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if value >= 0 else -whole, 10**8)
