"""Remediation: a small district worked out by hand, and the sample against plain loops over its workbook."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from cockpit.calendar.dates import month_end
from cockpit.evaluation.results.d_line import d_line
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation
from cockpit.ledgers.remediation import RemediationStage, remediation_as_of
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.remediation import board as remediation
from cockpit.views.remediation import progress as remediation_progress
from cockpit.views.remediation.state import state
from data.database.engine import open_engine, upgrade_schema
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import district_policies
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests.factories import RowsRepository
from tests.oracle import CODE
from tests.unit.evaluation import builders
from tests.workbooks import code, firm, month

BELOW_TWO = {
    "effect": "demotes",
    "grade": "D",
    "indicator": "tax_per_mu",
    "comparison": "below",
    "limit": {"of": "fixed", "value": 2},
}
#: firm -> town, land 亩, tax 万元: 亩均税收 of 1-7 is below 2 万元/亩, of 8 it is 5, firm 9 has none.
FIRMS = {
    1: ("塘栖镇", 10.0, 5.0),
    2: ("塘栖镇", 10.0, 15.0),
    3: ("东湖街道", 40.0, 40.0),
    4: ("东湖街道", 10.0, 1.0),
    5: ("东湖街道", 10.0, 1.0),
    6: ("东湖街道", 30.0, 15.0),
    7: ("乔司街道", 50.0, 99.0),
    8: ("乔司街道", 10.0, 50.0),
}


def entry(number, kind, status, listed, completed=None, released=None):
    def day(text):
        return pd.Timestamp(text) if text else None

    dates = {"列入日期": day(listed), "完成日期": day(completed)}
    return {CODE: code(number), "整治类型": kind, "状态": status, **dates, "盘活用地（亩）": released}


#: As of 2022-06-30.
ENTRIES = [
    entry(1, "D类提升", "完成", "2021-03-10", "2022-02-20", 3.5),  # done: 11 months, 347 days
    entry(2, "D类提升", "完成", "2021-05-20", "2022-08-01", 2.0),  # completed later: in progress, 13 months, over the limit
    entry(3, "高耗低效", "在治", "2021-07-15"),  # 11 months; over the limit on 2022-07-16, so by the end of July
    entry(3, "D类提升", "完成", "2021-07-15", "2022-03-31", 0.5),  # the same firm's other entry, done: 8 months, 259 days
    entry(4, "高耗低效", "完成", "2021-07-15", None, 1.0),  # done on an unknown day: counts, its land doesn't
    entry(5, "D类提升", "在治", "2022-06-20"),  # 10 days
    entry(6, "D类提升", "在治", "2022-07-01"),  # not listed yet: still to be listed in June
]


class Graded(RowsRepository):
    """With one published evaluation of 2022."""

    def __init__(self, sheets, district, rule):
        super().__init__(sheets, district)
        rows = []
        for number, (town, land, tax) in FIRMS.items():
            own = {"credit_code": code(number), "town": district.find_town(town).key, "land_mu": land}
            rows.append(builders.firm(number, tax, **own))
        record = EvaluationRecord(1, 2022, rule.name, "", 1, "测试", datetime(2023, 1, 16, tzinfo=UTC))
        self.published = PublishedEvaluation(record, builders.graded(rule, rows))

    def evaluation(self, snapshot, year, record=0):
        return self.published if year == 2022 else None

    def records(self, snapshot):
        return (self.published.record,)


def sheets(entries, *, graded=True):
    return {
        "企业名录": [firm(n, town, land=land) for n, (town, land, _) in FIRMS.items()],
        "月度经营": [month(1, f"2022-{n:02d}") for n in range(1, 13)],
        "低效整治": entries,
        "评价结果": [{CODE: code(n), "年份": 2022, "等级": "D"} for n in FIRMS] if graded else [],
    }


#: D only by the line of 2 万元/亩: the quotas leave nobody below C.
RULE = builders.policy(builders.group(conditions=[BELOW_TWO], cuts={"quotas": {"A": 20, "B": 60, "C": 100}}))


@pytest.fixture(scope="module")
def small(district):
    return Graded(sheets(ENTRIES), district, RULE)


def june(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022-06"} | selection)))


def named(entries):
    return [int(e.name.removeprefix("杭州测试").removesuffix("有限公司")) for e in entries]


def test_the_summary_in_june(small):
    view = remediation.summary(june(small))
    assert view.done == (2, 1)  # D类提升: 1 and 3; 高耗低效: 4
    assert view.active == (2, 1)  # D类提升: 2 and 5; 高耗低效: 3
    assert (view.slow, view.soon, view.oldest) == (1, 1, "13个月")
    assert (view.to_list, view.to_list_land) == (2.0, 80.0)  # 6 (30 亩, listed only in July) and 7 (50 亩)
    assert view.released == 4.0  # 3.5 + 0.5
    assert view.completion == pytest.approx(3 / 6)
    assert view.days == (303.0, 259.0, 347.0)  # (347 + 259) ÷ 2; firm 4's is unknown
    assert (view.year, view.line) == (2022, "2万元/亩")


def test_the_summary_in_december(small):
    view = remediation.summary(june(small, period="2022"))
    assert (view.done, view.active) == ((3, 1), (2, 1))  # 2 is done now, 6 is listed
    assert (view.slow, view.soon) == (1, 0)  # 3; 5 and 6 since June and July
    assert (view.to_list, view.to_list_land) == (1.0, 50.0)
    assert view.released == 6.0  # 3.5 + 0.5 + 2.0


def test_the_boards_columns_and_their_order(small):
    to_list, active, done = remediation.board(june(small)).columns
    assert named(to_list.entries) == [7, 6]  # 50 and 30 亩
    assert named(active.entries) == [2, 3, 5]  # the longest first
    assert [e.age for e in active.entries] == ["13个月", "11个月", "10天"]
    assert [e.slow for e in active.entries] == [True, False, False]
    assert named(done.entries) == [3, 1, 4]  # the latest first, the undated last
    assert [e.age for e in done.entries] == ["8个月", "11个月", ""]
    assert [e.completed_on for e in done.entries] == [date(2022, 3, 31), date(2022, 2, 20), None]
    assert done.below_line == 3  # 1, 3 and 4 are still below 2 万元/亩
    assert (to_list.parts, active.parts) == ((("规上", 2),), (("D类提升", 2), ("高耗低效", 1)))
    assert (active.count, active.slow, active.soon) == (3, 1, 1)


def test_what_is_known_of_a_firm(small):
    first = remediation.board(june(small)).columns[0].entries[0]
    assert (first.land, first.tax_per_mu, first.town, first.kind) == (50.0, 1.98, "乔司", "")
    later = remediation.board(june(small)).columns[1].entries[0]
    assert (later.listed_on, later.completed_on) == (date(2021, 5, 20), None)  # its completion isn't known in June
    assert math.isnan(later.released)


def test_the_insight_of_the_board_has_the_counts(small):
    assert remediation.board(june(small)).insight == (
        "在治3家，最久13个月，1家超过12个月，另有1家到下月底将超过12个月；还有2家应列入而未列入，占地80亩"
    )


@pytest.mark.parametrize(
    ("filters", "name"),
    [({}, "全区"), ({"towns": ("tangqi",)}, "全区"), ({"industries": ("17",)}, "合计"), ({"chains": ("fashion",)}, "合计")],
)
def test_the_sum_of_towns_is_the_districts_only_without_another_filter(small, filters, name):
    view = remediation_progress.towns(june(small, **filters))
    assert view.whole.name == name


def test_by_town(small):
    view = remediation_progress.towns(june(small, towns=("tangqi",)))
    rows = {r.name: (r.to_list, r.active, r.slow, r.done, r.released) for r in view.rows}
    assert rows["塘栖镇"] == (0.0, 1, 1, 1, 3.5)
    assert rows["东湖街道"] == (1.0, 2, 0, 2, 0.5)
    assert rows["乔司街道"] == (1.0, 0, 0, 0, 0.0)
    whole = view.whole
    assert (whole.to_list, whole.active, whole.done, whole.released, whole.completion) == (2.0, 3, 3, 4.0, 0.5)
    assert [r.name for r in view.rows][:3] == ["东湖街道", "塘栖镇", "乔司街道"]  # 3, then 1 with one done, then 1 with none
    # 塘栖 1 of 2 and 东湖 2 of 4 are done: neither is the lowest.
    assert view.insight == "塘栖镇盘活最多（3.50亩），东湖街道在治最多（2家），2个镇街完成率均为50.0%"


def test_month_by_month(small):
    view = remediation_progress.progress(june(small))
    assert view.insight == "列入6家，已完成3家（50.0%）"  # one in February, one in March: no month is the best
    points = {p.month: p for p in view.months}
    assert min(points) == 202103  # the first listing; less than 24 months ago
    result = [
        (points[x].listed, points[x].done, points[x].finished, points[x].released) for x in (202106, 202202, 202203, 202206)
    ]
    # Firm 4 has no day of completion: done all along. Listed: 1, 2 by June 2021; with 3, 3, 4 five; with 5 six.
    assert result == [(2, 1, 0, 0.0), (5, 2, 1, 3.5), (5, 3, 1, 0.5), (6, 3, 0, 0.0)]


def test_a_town_filter_keeps_its_firms_only(small):
    view = remediation.summary(june(small, towns=("donghu",)))
    assert (view.done, view.active, view.to_list, view.released) == ((1, 1), (1, 1), 1.0, 0.5)
    assert remediation.board(june(small, towns=("linping",))).columns == ()
    assert remediation.board(june(small, chains=("biomedicine",))).columns == ()


def test_evaluation_group_grade_and_comparable_dont_narrow_the_view(small):
    request = june(small, group="宗地", grades=("A",))
    assert remediation.summary(request).to_list == 2.0
    assert state(june(small)).caption == state(request).caption


def test_a_firms_history(small):
    in_progress, done = sorted(remediation.history(june(small), code(3)), key=lambda s: s.kind, reverse=True)
    assert (in_progress.kind, in_progress.state, in_progress.age) == ("高耗低效", "在治", "11个月")
    assert (done.state, done.completed_on, done.released_land, done.age) == ("完成", date(2022, 3, 31), 0.5, "8个月")
    assert remediation.history(june(small), code(6)) == ()
    assert remediation.history(june(small), code(99)) == ()
    [later] = remediation.history(june(small, period="2022"), code(6))
    assert (later.state, later.age) == ("在治", "5个月")


def test_without_an_evaluation_nobody_is_known_to_be_due(district):
    ctx = june(Graded(sheets(ENTRIES, graded=False), district, RULE))
    assert math.isnan(remediation.summary(ctx).to_list)
    assert [c.count for c in remediation.board(ctx).columns] == [0, 3, 3]
    assert all(math.isnan(r.to_list) for r in remediation_progress.towns(ctx).rows)
    assert "尚未列入" not in remediation.board(ctx).caption.definition


def test_without_any_entry_everything_says_so(district):
    ctx = june(Graded(sheets([]), district, RULE))
    assert not remediation.board(ctx).known
    assert remediation.board(ctx).columns == remediation_progress.progress(ctx).months == ()
    assert remediation_progress.towns(ctx).rows == ()


def test_a_rule_without_a_line_counts_every_d_firm(district):
    # Two groups of quotas only: the last of eight firms by tax per mu are D, here those beyond 60 %: 4 of 8.
    rule = builders.policy(builders.group(cuts={"quotas": {"A": 20, "B": 40, "C": 60}}))
    repository = Graded(sheets([]), district, rule)
    line, text = d_line(repository.published.evaluation)
    assert text == ""
    assert all(math.isinf(v) for v in line)
    low = state(june(repository)).below_line
    assert low.text("grade") == ["D"] * len(low)
    assert len(low) == (repository.published.evaluation.firms["grade"] == "D").sum() == 4


def rows(*entries):
    frame = pd.DataFrame([{k.split("（")[0]: v for k, v in e.items()} for e in entries])
    frame.columns = ["credit_code", "kind", "status", "listed_on", "completed_on", "released_land_mu"]
    dated = {c: pd.to_datetime(frame[c]) for c in ("listed_on", "completed_on")}
    return frame.assign(**dated, released_land_mu=frame["released_land_mu"].astype("float64"))


@pytest.mark.parametrize(
    ("listed", "slow", "soon"),
    [
        ("2021-12-30", True, False),  # twelve months were over on 2022-12-30
        ("2021-12-31", False, True),  # exactly twelve months
        ("2022-01-30", False, True),  # over by 2023-01-31
        ("2022-01-31", False, False),  # exactly twelve months on 2023-01-31
    ],
)
def test_over_the_limit_begins_the_day_after(listed, slow, soon):
    result = remediation_as_of(rows(entry(1, "D类提升", "在治", listed)), month_end(202212), 12).iloc[0]
    assert (bool(result["slow"]), bool(result["soon"])) == (slow, soon)


def test_the_state_follows_from_the_dates():
    values = rows(
        entry(1, "D类提升", "完成", "2022-01-01", "2022-12-31", 1.0),  # on the last day
        entry(2, "D类提升", "完成", "2022-01-01", "2023-01-01", 1.0),  # a day later
        entry(3, "D类提升", "完成", None, None, 1.0),
        entry(4, "D类提升", "在治", "2022-01-01", "2022-06-01"),  # a date, but in progress: not done
        entry(5, "D类提升", "在治", None),
        entry(6, "D类提升", "在治", "2023-01-01"),
    )
    result = remediation_as_of(values, month_end(202212), 12)
    assert result["stage"].to_list() == ["完成", "在治", "完成", "在治", "在治"]
    assert result["released_land_mu"].fillna(-1).to_list() == [1.0, -1, 1.0, -1, -1]
    assert result["days"].fillna(-1).to_list() == [364.0, 364.0, -1, 364.0, -1]
    assert set(result["stage"]) <= {s.value for s in RemediationStage}


@pytest.fixture(scope="module")
def sample(sample_batch, district, tmp_path_factory):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('remediation')}/cockpit.sqlite3")
    upgrade_schema(engine)
    publish(engine, sample_batch, who="测试")
    publish_evaluation(engine, district_policies("linping")[0], year=2022, who="测试")
    yield DatabaseRepository(engine, district)
    engine.dispose()


@pytest.mark.parametrize(("period", "day"), [("2022", datetime(2022, 12, 31)), ("2022-06", datetime(2022, 6, 30))])
def test_the_sample_against_plain_loops(sample, book, period, day):
    done, active, land = {"D类提升": 0, "高耗低效": 0}, {"D类提升": 0, "高耗低效": 0}, 0.0
    for row in book["低效整治"]:
        if row["完成日期"] is not None and row["完成日期"] <= day:
            done[row["整治类型"]] += 1
            land += row["盘活用地（亩）"]
        else:
            active[row["整治类型"]] += 1
    view = remediation.summary(resolve_context(sample, Selection(period=period)))
    assert view.done == tuple(done.values())
    assert view.active == tuple(active.values())
    assert view.released == pytest.approx(land)
    assert view.to_list == _due(book)
    if period == "2022":
        assert (view.done, sum(view.active), round(view.released, 2)) == ((117, 70), 43, 631.0)


def _due(book):
    """Firms of 2022 below 2 万元/亩 that are not exempt as younger than two years, without an entry."""
    listed = {row[CODE] for row in book["低效整治"]}
    founded = {row[CODE]: row["成立日期"] for row in book["企业名录"]}
    due = 0
    for row in book["年度评价"]:
        if row["年份"] != 2022 or row[CODE] in listed:
            continue
        young = founded[row[CODE]] is not None and founded[row[CODE]] > datetime(2020, 12, 31)
        if row["评价税收（万元）"] / row["用地面积（亩）"] < 2 and (not young or row["一票否决"]):
            due += 1
    return due


def test_the_samples_columns_add_up_by_town(sample):
    ctx = resolve_context(sample, Selection(period="2022"))
    view = remediation_progress.towns(ctx)
    assert sum(r.done for r in view.rows) == view.whole.done == 187
    assert sum(r.to_list for r in view.rows) == view.whole.to_list == remediation.board(ctx).columns[0].count
    assert sum(r.released for r in view.rows) == pytest.approx(631.0)
    progress = remediation_progress.progress(ctx)
    assert progress.insight == "列入230家，已完成187家（81.3%）；5月完成最多，27家"
    points = progress.months
    assert (points[-1].listed, points[-1].done) == (230, 187)
    assert sum(p.released for p in points) == pytest.approx(631.0)
