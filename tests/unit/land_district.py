"""A district of 17 firms small enough to grade on paper; its numbers are in the comments.

规上 score = 6 × 亩均税收 + 2 × 亩均增加值 (60 points at 10 万元/亩, 40 at 20); 宗地 score = 20 × 亩均税收.
A: the first 20 %, B: to 60 %, C: to 95 %, whole places only. Below 2 万元/亩: D. Founded in the last two years: not graded.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation, Scenario
from tests.factories import RowsRepository
from tests.oracle import CODE
from tests.unit.evaluation import builders
from tests.workbooks import code, firm, month

TANGQI, DONGHU, QIAOSI = "塘栖镇", "东湖街道", "乔司街道"
FASHION, BIO, GREEN, NONE = "时尚产业", "生物医药", "绿色能源", ""
#: firm -> group, town, chain, division
MEMBERSHIP = {
    1: ("规上", TANGQI, FASHION, "17"),
    2: ("规上", TANGQI, FASHION, "18"),
    3: ("规上", DONGHU, FASHION, "17"),
    4: ("规上", DONGHU, BIO, "27"),
    5: ("规上", DONGHU, BIO, "27"),
    6: ("规上", QIAOSI, NONE, "34"),
    7: ("规上", QIAOSI, NONE, "34"),
    8: ("规上", QIAOSI, FASHION, "17"),
    9: ("规上", TANGQI, FASHION, "17"),
    10: ("规上", DONGHU, BIO, "27"),
    11: ("宗地", TANGQI, FASHION, "17"),
    12: ("宗地", TANGQI, GREEN, "38"),
    13: ("宗地", QIAOSI, NONE, "33"),
    14: ("宗地", QIAOSI, NONE, "33"),
    15: ("宗地", DONGHU, FASHION, "17"),
    16: ("宗地", QIAOSI, NONE, "33"),
    17: ("宗地", TANGQI, FASHION, "17"),
}
#: 2022: firm -> land 亩, tax 万元, value added 万元. Behind it: tax and value added per mu, score, grade.
NOW = {
    1: (10.0, 200.0, 300.0),  # 20, 30: 180  A, the first of 9 × 20 % = 1 place
    2: (20.0, 240.0, 400.0),  # 12, 20: 112  B, places 2 to 9 × 60 % = 5
    3: (10.0, 100.0, 200.0),  # 10, 20: 100  B, third with firm 10
    4: (5.0, 40.0, 80.0),  # 8, 16: 80  B, fifth
    5: (10.0, 60.0, 100.0),  # 6, 10: 56  C, sixth; to 9 × 95 % = 8
    6: (40.0, 120.0, 240.0),  # 3, 6: 30  C, seventh
    7: (20.0, 30.0, 100.0),  # 1.5, 5: 19  eighth, but below 2 万元/亩: D
    8: (10.0, 10.0, None),  # 1: 6  ninth: D
    9: (8.0, 16.0, 40.0),  # 2, 5: 22  founded 2021: 不定等级, counted in no quota
    10: (5.0, 50.0, 100.0),  # 10, 20: 100  third, but 一票否决: D
    11: (2.0, 20.0, None),  # 10: 200  A, the first of 6 × 20 % = 1 place
    12: (4.0, 16.0, None),  # 4: 80  B, places 2 and 3 (60 %)
    13: (5.0, 15.0, None),  # 3: 60  B
    14: (3.0, 3.0, None),  # 1: 20  fifth of 95 % = 5 places, but below 2: D
    15: (1.0, None, None),  # no tax reported: 0  sixth: D
    16: (6.0, 15.0, None),  # 2.5: 50  C, fourth
}
NOW_GRADES = dict(zip(NOW, [*"ABBBCCDD", "不定等级", *"DABBDDC"], strict=True))
#: 2021; firm 9 wasn't there yet, 15 wasn't evaluated, 17 only then.
BEFORE = {
    1: (10.0, 150.0, 300.0),  # 15, 30: 150  A
    2: (20.0, 200.0, 400.0),  # 10, 20: 100  B, third with 10
    3: (10.0, 90.0, 180.0),  # 9, 18: 90  B, fifth
    4: (5.0, 50.0, 120.0),  # 10, 24: 108  B, second
    5: (10.0, 15.0, 60.0),  # 1.5, 6: 21  eighth, but below 2: D
    6: (30.0, 120.0, 240.0),  # 4, 8: 40  C, seventh
    7: (20.0, 36.0, 100.0),  # 1.8, 5: 20.8  ninth: D
    8: (10.0, 50.0, 100.0),  # 5, 10: 50  C, sixth
    10: (5.0, 50.0, 100.0),  # 10, 20: 100  B
    11: (2.0, 6.0, None),  # 3: 60  B, third with 13
    12: (4.0, 20.0, None),  # 5: 100  A
    13: (5.0, 15.0, None),  # 3: 60  B
    14: (3.0, 3.0, None),  # 1: 20  D
    16: (6.0, 15.0, None),  # 2.5: 50  C
    17: (2.0, 8.0, None),  # 4: 80  B, second
}
BEFORE_GRADES = dict(zip(BEFORE, "ABBBDCDCBBABDCB", strict=True))
#: Power of 2022 in 万千瓦时; others reported none.
POWER = {3: 20.0, 6: 100.0, 7: 50.0, 14: 10.0}
VETO = {10: "安全事故"}
FOUNDED = {9: "2021-06-01"}

_BELOW_TWO = {
    "effect": "demotes",
    "grade": "D",
    "indicator": "tax_per_mu",
    "comparison": "below",
    "limit": {"of": "fixed", "value": 2},
}
_TAX = builders.indicator(weight=60, baseline=10.0, name="亩均税收")
_ADDED = builders.indicator("value_added_per_mu", 40, "工业增加值", baseline=20.0, name="亩均增加值")
RULE = builders.policy(
    builders.group(_TAX, _ADDED, conditions=[_BELOW_TWO]),
    builders.group(builders.indicator(baseline=5.0, name="亩均税收"), key="宗地", kind="宗地", conditions=[_BELOW_TWO]),
    exemptions=[{"name": "成立不满两年", "mark": "不定等级", "founded_within_years": 2, "treated_as": "B"}],
    measures=[
        {
            "key": "land_tax",
            "name": "土地使用税",
            "basis": "用地面积",
            "price": 0.5,
            "rates": {"A": -1, "B": -0.6, "C": 0, "D": 1},
        },
        {"key": "power", "name": "电价加价", "basis": "用电量", "price": 1, "rates": {"C": 0.1, "D": 0.3}},
        {"key": "water", "name": "水价", "words": {"D": "加价"}},
    ],
)
#: Grades by rank only, without measures.
PLAIN = RULE.model_copy(
    update={
        "name": "只看位次",
        "groups": tuple(g.model_copy(update={"conditions": ()}) for g in RULE.groups),
        "measures": (),
    }
)


def rows(figures, district, *, now):
    result = []
    for number, (land, tax, added) in figures.items():
        group, town, chain, division = MEMBERSHIP[number]
        dimensions = {"town": district.find_town(town).key, "chain": district.find_chain(chain).key if chain else ""}
        own = {
            "credit_code": code(number),
            "name": f"杭州测试{number}有限公司",
            "kind": group,
            "division": division,
            **dimensions,
        }
        own |= {"land_mu": land, "value_added": added, "founded_on": FOUNDED.get(number, "2000-01-01")}
        own |= {"power_wan_kwh": POWER.get(number), "veto": VETO.get(number)} if now else {}
        result.append(builders.firm(number, tax, **own))
    return result


def sheets(grades=None):
    """``grades``: year -> {firm: grade} of the published evaluations."""
    graded = [{CODE: code(n), "年份": year, "等级": g} for year, by_firm in (grades or {}).items() for n, g in by_firm.items()]
    return {
        "企业名录": [
            firm(n, town, division + "00", chain or None, kind, land=NOW.get(n, BEFORE.get(n))[0])
            for n, (kind, town, chain, division) in MEMBERSHIP.items()
        ],
        "月度经营": [month(1, f"{y}-{n:02d}") for y in (2020, 2021, 2022) for n in range(1, 13)],
        "低效整治": [
            {CODE: code(7), "整治类型": "D类提升", "状态": "完成", "列入日期": datetime(2021, 3, 1),
             "完成日期": datetime(2021, 9, 1),
             "盘活用地（亩）": 3.5},
            {CODE: code(8), "整治类型": "高耗低效", "状态": "在治", "列入日期": datetime(2022, 3, 1), "完成日期": None,
             "盘活用地（亩）": 1.5},
        ],
        "评价结果": graded,
    }  # fmt: skip


class District(RowsRepository):
    """The small district; ``years`` have a published evaluation, ``plans`` are saved."""

    def __init__(self, district, years=(2021, 2022), plans=()):
        known = {2021: BEFORE_GRADES, 2022: NOW_GRADES}
        super().__init__(sheets({y: known[y] for y in years}), district)
        self.frames = {
            2021: builders.frame(rows(BEFORE, district, now=False)),
            2022: builders.frame(rows(NOW, district, now=True)),
        }
        self.no_firms = self.frames[2021].iloc[:0]
        self.published = []
        for number, year in enumerate(years, 1):
            self.publish(number, year, RULE)
        self.saved = tuple(Scenario(n, p, "李", datetime(2023, 2, 1, tzinfo=UTC)) for n, p in plans)

    def publish(self, number, year, rule):
        record = EvaluationRecord(number, year, rule.name, f"{number:064x}", 1, "王", datetime(2023, 1, 16, number, tzinfo=UTC))
        graded = builders.evaluate_policy(rule.for_year(year), self.frames[year], self.frames.get(year - 1, self.no_firms))
        self.published.insert(0, PublishedEvaluation(record, graded))

    def evaluation(self, snapshot, year, record=0):
        matching = [p for p in self.published if p.record.year == year and record in (0, p.record.id)]
        return matching[0] if matching else None

    def records(self, snapshot):
        return tuple(p.record for p in self.published)

    def evaluation_inputs(self, snapshot, year):
        return self.frames.get(year, self.no_firms)

    def evaluation_years(self, snapshot):
        return tuple(self.frames)

    def policies(self):
        return (RULE, PLAIN)

    def scenarios(self):
        return self.saved


def bare(district, *, years=()):
    """Nothing published; with figures of ``years`` only."""
    small = District(district, years=())
    small.frames = {y: f for y, f in small.frames.items() if y in years}
    return small
