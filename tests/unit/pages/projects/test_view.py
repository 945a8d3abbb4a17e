"""Projects: a small district worked out by hand, and the sample against plain loops over its workbook."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from cockpit.aggregations import aggregate
from cockpit.calendar.dates import month_end
from cockpit.catalogue.metrics import METRICS
from cockpit.district.thresholds import Thresholds
from cockpit.ledgers.projects import Concern, ProjectStanding, delay_rules, projects_as_of
from cockpit.selection import Selection
from cockpit.views.chain import projects as chain_projects
from cockpit.views.context import resolve_context
from cockpit.views.green.summary import green_share
from cockpit.views.projects import breakdowns as projects_split
from cockpit.views.projects import funnel as projects
from cockpit.views.projects import listing as projects_list
from cockpit.views.projects import timeline as projects_timeline
from tests.factories import RowsRepository, with_earlier_batch
from tests.workbooks import firm, month


def project(number, town, chain, dates, planned, invested=None, green=None, origin="招引"):
    """``dates``: of signing, start, completion, production, as far as known."""
    signed, started, completed, producing = (pd.Timestamp(d) if d else None for d in (*dates, *(None,) * (4 - len(dates))))
    return {
        "项目编号": f"P{number}",
        "项目名称": f"项目{number}",
        "产业链": chain,
        "所属镇街": town,
        "投资主体": None,
        "签约日期": signed,
        "开工日期": started,
        "竣工日期": completed,
        "投产日期": producing,
        "计划总投资（万元）": planned,
        "累计完成投资（万元）": invested,
        "绿色能源": green,
        "来源": origin,
    }


#: As of 2022-06-30; limits: start 6, little invested (30 %) 9, completion 24, production 6 months.
ROWS = [
    # In production: 40 days to the start, 90 to completion, 30 to production.
    project(1, "塘栖镇", "绿色能源", ("2022-01-10", "2022-02-19", "2022-05-20", "2022-06-19"), 1000, 1000, True),
    # Started after 60 days; its completion in July isn't known yet.
    project(2, "塘栖镇", "时尚产业", ("2022-01-20", "2022-03-21", "2022-07-05"), 2000, 600, False, "技改"),
    # Signed before the year; the start was due on 2022-06-15: 15 days over.
    project(3, "东湖街道", "高端装备", ("2021-12-15",), 3000, 0, False),
    # The start is due on 2022-07-15: next month.
    project(4, "东湖街道", "高端装备", ("2022-01-15",), 500, 0, False),
    # Nine months after the start were over on 2022-06-20, with 20 % invested: 10 days over.
    project(5, "乔司街道", "生物医药", ("2021-08-01", "2021-09-20"), 4000, 800, False),
    # The same with exactly 30 %: not little.
    project(6, "乔司街道", "生物医药", ("2021-08-01", "2021-09-20"), 4000, 1200, False),
    # Not signed yet.
    project(7, "崇贤街道", "新材料", ("2022-07-01",), 900, 0, False),
    # Started on 2020-03-01; completion was due on 2022-03-01: 30 + 30 + 31 + 30 = 121 days over.
    project(8, "崇贤街道", "新材料", ("2020-01-05", "2020-03-01"), 1000, 900, False),
    # Completed without a date of start; production was due on 2022-06-20: 10 days over.
    project(9, "临平街道", "智能物联", ("2021-05-01", None, "2021-12-20"), 700, None, False),
    # Signed four months ago: in time.
    project(10, "临平街道", "智能物联", ("2022-03-01",), 600, None, None, None),
]


def sheets(rows):
    return {"企业名录": [firm(1)], "月度经营": [month(1, f"2022-{n:02d}") for n in range(1, 13)], "项目台账": rows}


@pytest.fixture(scope="module")
def small(district):
    return with_earlier_batch(RowsRepository(sheets(ROWS), district), pd.Timestamp("2022-06-30"))


def june(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022-01..2022-06"} | selection)))


def numbers(result):
    return [int(p.number[1:]) for p in result]


def test_the_summary_in_june(small):
    text = projects.summary(june(small))
    assert (text.count, text.planned, text.invested) == (4, 4100.0, 1600.0)  # 1, 2, 4, 10
    assert (text.started, text.completed, text.producing) == (2, 1, 1)
    assert text.start_rate == 0.5
    assert text.completion == pytest.approx(1600 / 4100)
    assert text.start_days == 50.0  # (40 + 60) ÷ 2
    assert text.growth == 3.0  # against one, 9, in January to June 2021: (4 − 1) ÷ 1
    assert text.origins == (("招引", 2), ("技改", 1))  # 10 doesn't say
    assert text.late == tuple((c, 1) for c in Concern)  # 3, 5, 8, 9
    assert text.soon == 1  # 4


def test_green_projects(small):
    green = projects.summary(june(small)).green
    assert (green.count, green.share, green.planned, green.started) == (1, 0.25, 1000.0, 1)
    assert green.planned_share == pytest.approx(1000 / 4100)
    assert projects.summary(june(small, towns=("linping",))).green is None  # 10 isn't marked


def test_the_funnel(small):
    signed, started, completed, producing = projects.funnel(june(small)).steps
    assert [s.count for s in (signed, started, completed, producing)] == [4, 2, 1, 1]
    assert [s.planned for s in (signed, started, completed, producing)] == [4100.0, 3000.0, 1000.0, 1000.0]
    assert [s.current for s in (signed, started, completed, producing)] == [2, 1, 0, 1]
    assert (signed.current_planned, started.current_planned) == (1100.0, 2000.0)
    assert math.isnan(signed.rate)
    assert [s.rate for s in (started, completed, producing)] == [0.5, 0.5, 1.0]
    assert [s.days for s in (started, completed, producing)] == [50.0, 90.0, 30.0]


def test_the_insight_of_the_funnel_and_its_link_to_earlier_projects(small):
    view = projects.funnel(june(small))
    assert view.insight == "签约4个，已开工2个（50.0%），竣工1个，投产1个；待开工2个，计划投资1,100万元"
    assert projects.funnel(june(small, towns=("linping",))).insight == "签约1个，还没有开工的；待开工1个，计划投资600万元"
    assert (view.earlier, view.all_period) == (5, "2020-01..2022-06")  # 3, 5, 6, 8, 9; the first signed in January 2020
    every = projects.funnel(june(small, period=view.all_period))
    assert (every.steps[0].count, every.earlier, every.all_period) == (9, 0, "")
    # 1, 2, 5, 6, 8 started on a known day, and 9 was completed, so it was started.
    assert [s.count for s in every.steps] == [9, 6, 2, 1]


def test_what_is_behind_the_longest_first(small):
    view = projects_list.attention(june(small))
    assert numbers(view.projects) == [8, 3, 5, 9, 4]  # 121, 15, 10 and 10 (the larger first) days over, then the one due
    assert [p.over for p in view.projects] == [121, 15, 10, 10, -15]
    assert [p.concern for p in view.projects] == [
        Concern.LATE_COMPLETION,
        Concern.LATE_START,
        Concern.STALLED,
        Concern.LATE_PRODUCTION,
        Concern.LATE_START,
    ]
    assert [p.soon for p in view.projects] == [False] * 4 + [True]
    assert [p.age for p in view.projects] == ["27个月", "6个月", "9个月", "6个月", "5个月"]
    assert (view.count, view.soon, view.planned, view.total) == (5, 1, 8700.0, 9)  # 1,000 + 3,000 + 4,000 + 700
    assert view.insight == "4个逾期或停滞，占在库项目的44.4%，涉及计划投资8,700万元"


def test_the_list_and_its_standings(small):
    view = projects_list.listing(june(small))
    assert numbers(view.projects) == [2, 1, 10, 4]  # 2,000, 1,000, 600, 500
    assert dict(view.counts) == {
        ProjectStanding.TO_START: 2,
        ProjectStanding.BUILDING: 1,
        ProjectStanding.TO_PRODUCE: 0,
        ProjectStanding.PRODUCING: 1,
    }
    waiting = projects_list.listing(june(small, group="待开工"))
    assert (numbers(waiting.projects), waiting.total) == ([10, 4], 4)
    assert projects_list.listing(june(small, group="不认识")).standing is None


def test_what_is_known_of_a_project(small):
    later, first, unmarked, _ = projects_list.listing(june(small)).projects
    assert later.dates == (date(2022, 1, 20), date(2022, 3, 21), None, None)  # the completion in July isn't known in June
    assert (later.standing, later.town, later.chain_name, later.completion) == ("在建", "塘栖", "时尚产业", 0.3)
    assert (first.step, first.standing, first.concern, first.green) == (3, "已投产", "", True)
    assert (unmarked.green, unmarked.origin, unmarked.investor) == (None, "", "")
    assert math.isnan(unmarked.invested)
    whole_year = projects_list.listing(june(small, period="2022")).projects
    assert [p.standing for p in whole_year if p.number == "P2"] == ["待投产"]


def test_by_chain_and_town(small):
    view = projects_split.towns(june(small, towns=("tangqi",)))  # every town, whichever is selected
    rows = {r.name: (r.count, r.started, r.planned, r.invested, r.late) for r in view.rows}
    assert rows["塘栖镇"] == (2, 2, 3000.0, 1600.0, 0)
    assert rows["东湖街道"] == (1, 0, 500.0, 0.0, 1)
    assert rows["乔司街道"] == (0, 0, 0.0, 0.0, 1)  # signed last year, one of them stalled
    assert [r.name for r in view.rows][:3] == ["塘栖镇", "临平街道", "东湖街道"]
    assert (view.whole.count, view.whole.planned, view.whole.late) == (4, 4100.0, 4)
    assert view.insight == "塘栖镇计划投资最多（3,000万元），占73.2%"  # no two towns have three projects to compare
    chains = projects_split.chains(june(small, towns=("donghu",), chains=("fashion",)))
    assert [(r.name, r.count) for r in chains.rows if r.count] == [("高端装备", 1)]


def test_month_by_month(small):
    view = projects_timeline.timeline(june(small))
    counts = {x.month: x.counts for x in view.months}
    assert (min(counts), max(counts)) == (202107, 202206)  # twelve months, though six are selected
    assert counts[202108] == (2, 0, 0, 0)  # 5, 6
    assert counts[202109] == (0, 2, 0, 0)
    assert counts[202112] == (1, 0, 1, 0)  # 3 signed, 9 completed
    assert counts[202201] == (3, 0, 0, 0)  # 1, 2, 4
    assert counts[202206] == (0, 0, 0, 1)  # 1
    assert view.insight == "2022年1月签约最多（3个），2021年9月开工最多（2个），2022年6月投产最多（1个）"
    assert [x.name for x in view.lines] == [f"项目{n}" for n in (8, 9, 5, 6, 3, 1, 4, 2, 10)]  # by signing
    late = {x.name: x.late for x in view.lines}
    assert late["项目3"] == pytest.approx(11 + 15 / 30)  # from 2022-06-16 on
    assert math.isnan(late["项目4"])
    assert view.lines[0].at[0] == pytest.approx(-18 + 4 / 31)  # 2020-01-05, before the chart's left edge


def test_projects_in_production_before_the_months_shown_have_no_line(district):
    steps = ("2021-01-01", "2021-02-01", "2021-03-01")
    rows = [project(n, "塘栖镇", "时尚产业", (*steps, day), 1) for n, day in ((1, "2021-12-31"), (2, "2022-01-01"))]
    view = projects_timeline.timeline(june(RowsRepository(sheets(rows), district), period="2022"))
    assert [x.name for x in view.lines] == ["项目2"]


def test_of_many_projects_the_largest_have_a_line(district, monkeypatch):
    monkeypatch.setattr(projects_timeline, "MOST_LINES", 2)
    rows = [project(n, "塘栖镇", "时尚产业", ("2022-01-01",), planned) for n, planned in ((1, 5), (2, 1), (3, 9))]
    view = projects_timeline.timeline(june(RowsRepository(sheets(rows), district)))
    assert ([x.name for x in view.lines], view.all_lines) == (["项目1", "项目3"], 3)


def test_filters_of_town_and_chain_hold_everywhere(small):
    ctx = june(small, towns=("donghu",))
    assert projects.summary(ctx).count == 1
    assert numbers(projects_list.attention(ctx).projects) == [3, 4]


def test_without_a_signing_in_the_period_the_stock_is_shown(small):
    """Of 新材料, 8 was signed before these months and 7 after them: nothing signed, one in stock."""
    ctx = june(small, chains=("new-materials",))
    assert projects.summary(ctx).count == 0
    funnel = projects.funnel(ctx)
    assert [step.count for step in funnel.steps] == [1, 1, 0, 0]
    assert (funnel.earlier, funnel.caption.period) == (0, "截至2022年6月30日签约的全部项目")
    assert funnel.insight.startswith("期内没有签约，看在库项目：")
    listed = projects_list.listing(ctx)
    assert (numbers(listed.projects), listed.total, listed.caption.period) == ([8], 1, "截至2022年6月30日签约的全部项目")
    assert projects_split.towns(ctx).whole.count == 1


def test_an_industry_restricts_nothing_and_says_so(small):
    view = projects.funnel(june(small, industries=("34",)))
    assert view.steps[0].count == 4
    assert view.caption.notes == ("项目台账不分行业，未按行业筛选",)


def test_the_caption_says_which_projects_count(small):
    assert projects.funnel(june(small)).caption.sentence == (
        "全区 · 全部行业 · 2022年1—6月签约，截至2022年6月30日 · 月度数据截至2022年12月，台账截至2022年7月5日"
    )
    assert projects_list.attention(june(small)).caption.period == "截至2022年6月30日签约的全部项目"


def test_the_catalogue_says_the_same(small):
    for period in ("2022-01..2022-06", "2022"):
        ctx = june(small, period=period)
        text = projects.summary(ctx)
        keys = ("signed_projects", "signed_investment", "start_rate", "investment_completion")
        expected = [aggregate.total(ctx.full, METRICS[key], ctx.period, ctx.where) for key in keys]
        assert [text.count, text.planned, text.start_rate, text.completion] == pytest.approx(expected, nan_ok=True)


def test_without_a_ledger_everything_says_so(district):
    ctx = june(RowsRepository(sheets([]), district))
    assert not projects.summary(ctx).known
    assert projects.funnel(ctx).steps == projects_timeline.timeline(ctx).months == ()
    assert projects_split.towns(ctx).whole is None
    assert (projects_list.attention(ctx).total, projects_list.listing(ctx).total) == (0, 0)


@pytest.mark.parametrize(
    ("signed", "late", "soon"),
    [
        ("2022-06-29", True, False),  # six months were over on 2022-12-29
        ("2022-06-30", True, False),  # on 2022-12-30
        ("2022-07-01", False, True),  # on 2023-01-01
        ("2022-07-30", False, True),  # on 2023-01-30
        ("2022-07-31", False, False),  # exactly six months on 2023-01-31
    ],
)
def test_over_the_limit_begins_the_day_after(district, signed, late, soon):
    rows = RowsRepository(sheets([project(1, "塘栖镇", "时尚产业", (signed,), 1)]), district).current.ledgers["project"]
    result = projects_as_of(rows, month_end(202212), Thresholds()).iloc[0]
    assert (bool(result["concern"]) and not result["soon"], bool(result["soon"])) == (late, soon)


def test_a_district_sets_its_own_limits(small):
    rows = small.current.ledgers["project"]
    strict = projects_as_of(rows, month_end(202206), Thresholds(project_start_months=3)).set_index("project_no")
    assert [strict.at[n, "concern"] for n in ("P3", "P4", "P10")] == ["逾期未开工"] * 3
    assert not strict.loc[["P3", "P4", "P10"], "soon"].any()  # 10 was due on 2022-06-01
    assert [r.text for r in delay_rules(Thresholds())] == [
        "签约超过6个月未开工",
        "开工超过9个月、完成投资不足计划的30%",
        "开工超过24个月未竣工",
        "竣工超过6个月未投产",
    ]


def test_the_worse_of_two_concerns_is_shown(district):
    slow = project(1, "塘栖镇", "时尚产业", ("2020-01-05", "2020-03-01"), 1000, 100)  # 10 % after 27 months
    nearly = project(2, "塘栖镇", "时尚产业", ("2020-05-05", "2020-07-15"), 1000, 100)  # completion due only next month
    rows = RowsRepository(sheets([slow, nearly]), district).current.ledgers["project"]
    result = projects_as_of(rows, month_end(202206), Thresholds())
    assert result["concern"].to_list() == ["逾期未竣工", "进展停滞"]
    assert result["soon"].to_list() == [False, False]


def test_the_sample_is_the_newspapers_district(sample_repository):
    text = projects.summary(resolve_context(sample_repository, Selection(period="2022-01..2022-09")))
    assert (text.count, text.green.count, text.green.share) == (105, 21, 0.2)
    assert text.green.planned > 60_0000  # 万元: more than 60 亿元
    assert text.green.planned == pytest.approx(615000.2)


@pytest.mark.parametrize(
    ("period", "first", "day"),
    [("2022", datetime(2022, 1, 1), datetime(2022, 12, 31)), ("2022-04..2022-06", datetime(2022, 4, 1), datetime(2022, 6, 30))],
)
def test_the_sample_against_plain_loops(sample_repository, book, period, first, day):
    ctx = resolve_context(sample_repository, Selection(period=period))
    reached, planned, here, invested = [0] * 4, [0.0] * 4, [0] * 4, 0.0
    for row in book["项目台账"]:
        if not first <= row["签约日期"] <= day:
            continue
        dates = [row[f"{s}日期"] for s in ("签约", "开工", "竣工", "投产")]
        step = max(i for i, d in enumerate(dates) if d and d <= day)
        here[step] += 1
        invested += row["累计完成投资（万元）"]
        for i in range(step + 1):
            reached[i] += 1
            planned[i] += row["计划总投资（万元）"]
    steps = projects.funnel(ctx).steps
    assert [s.count for s in steps] == reached
    assert [s.current for s in steps] == here
    assert [s.planned for s in steps] == pytest.approx(planned)
    if period != "2022":
        # What was invested by June isn't known: the ledger says it as of its newest date.
        assert math.isnan(projects.summary(ctx).invested)
    else:
        assert projects.summary(ctx).invested == pytest.approx(invested)
        assert (reached, here) == ([105, 69, 17, 5], [36, 52, 12, 5])
        assert (round(planned[0], 1), round(invested, 1)) == (2074702.7, 605583.2)


def test_captions_of_projects_give_both_dates(sample_repository):
    """Money is the ledger's own: it is dated after the newest month of 月度经营, and the caption says so."""
    ctx = resolve_context(sample_repository, Selection(period="2022"))
    both = "月度数据截至2022年12月，台账截至2023年3月25日"
    assert projects.summary(ctx).caption.data_month == both
    fashion = resolve_context(sample_repository, Selection(period="2022", chains=("fashion",)))
    assert chain_projects.projects(fashion).caption.data_month == both
    assert green_share(ctx).caption.data_month == both


def test_what_is_behind_in_the_sample_against_plain_loops(sample_repository, book):
    day, counts = datetime(2022, 12, 31), dict.fromkeys(Concern, 0)
    for row in book["项目台账"]:
        signed, started, completed, producing = (row[f"{s}日期"] for s in ("签约", "开工", "竣工", "投产"))
        begun, built = started and started <= day, completed and completed <= day
        share = row["累计完成投资（万元）"] / row["计划总投资（万元）"]
        if not begun:
            counts[Concern.LATE_START] += _later(signed, 6) < day
        elif not built:
            counts[Concern.STALLED] += _later(started, 9) < day and share < 0.3
        elif not (producing and producing <= day):
            counts[Concern.LATE_PRODUCTION] += _later(completed, 6) < day
    view = projects_list.attention(resolve_context(sample_repository, Selection(period="2022")))
    assert dict(view.late) == counts
    assert list(counts.values()) == [22, 9, 0, 1]


def _later(day, months):
    """``months`` later; the last of a shorter month for a day that it lacks."""
    at = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 27, -1):
        try:
            return datetime(at // 12, at % 12 + 1, number)
        except ValueError:
            continue
    return datetime(at // 12, at % 12 + 1, 1) + timedelta(days=day.day - 1)
