"""绿色能源: a small district worked out by hand, and the sample against plain loops over its workbook."""

from __future__ import annotations

import math
from datetime import date, datetime

import pandas as pd
import pytest
from pydantic import ValidationError

from cockpit.district.zones import ZoneLayout
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.green import areas as green_areas
from cockpit.views.green import projects as green_projects
from cockpit.views.green import summary as green
from tests.factories import RowsRepository, with_earlier_batch
from tests.workbooks import firm, month

FIRMS = [
    firm(1, "东湖街道", "3811", "绿色能源"),
    firm(2, "塘栖镇", "3811", "绿色能源"),
    firm(3, "塘栖镇", "3411", "高端装备"),
    firm(4, "崇贤街道", "3811", "绿色能源"),
    firm(5, "乔司街道", "1751", "时尚产业"),
]
#: firm -> green investment (万元) of May 2021 and May 2022.
GREEN = {1: (40.0, 60.0), 2: (10.0, 20.0), 3: (10.0, -4.0), 4: (0.0, 4.0), 5: (20.0, 20.0)}


def project(number, town, signed, planned, invested, *, green_too=True, started=None, completed=None, **more):
    def day(text):
        return pd.Timestamp(text) if text else None

    return {
        "项目编号": f"P{number}",
        "项目名称": f"项目{number}",
        "产业链": "绿色能源",
        "所属镇街": town,
        "签约日期": day(signed),
        "开工日期": day(started),
        "竣工日期": day(completed),
        "计划总投资（万元）": planned,
        "累计完成投资（万元）": invested,
        "绿色能源": green_too,
        **more,
    }


#: As of 2022-05-31; signed in May: 1, 2, 4, 5.
PROJECTS = [
    project(1, "东湖街道", "2022-05-02", 1000.0, 100.0, started="2022-05-20", 细分领域="储能"),
    project(2, "塘栖镇", "2022-05-03", 3000.0, 0.0, started="2022-06-01", 细分领域="光伏"),  # starts later: not yet
    project(3, "崇贤街道", "2021-03-01", 500.0, 450.0, started="2021-04-01", completed="2022-05-31", 细分领域="储能"),
    project(4, "塘栖镇", "2022-05-04", 4000.0, 1000.0, green_too=False, started="2022-05-10"),
    project(5, "乔司街道", "2022-05-05", 2000.0, 0.0, green_too=None),  # not said: not green
    project(6, "乔司街道", "2022-06-05", 9000.0, 0.0, 细分领域="风电"),  # signed after the period
    project(7, "乔司街道", "2022-01-05", 500.0, 50.0, started="2022-02-01"),  # green without a field
]


def monthly():
    result = []
    for number, years in GREEN.items():
        for when, value in zip(("2021-05", "2022-05"), years, strict=True):
            # Output 100, value added 25: energy 3 a firm, but 2 for each in 2022.
            energy = {"综合能耗（吨标准煤）": 3.0 if when == "2021-05" else 2.0}
            result.append(month(number, when, **{"绿色能源投资（万元）": value}, **energy))
    return [*result, month(1, "2022-06")]


def sheets(projects=PROJECTS):
    return {"企业名录": FIRMS, "月度经营": monthly(), "项目台账": projects}


@pytest.fixture(scope="module")
def small(district):
    return with_earlier_batch(RowsRepository(sheets(), district), pd.Timestamp("2022-05-31"))


def may(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022-05", "chains": ("green-energy",)} | selection)))


def test_the_summary_by_hand(small):
    actual = green.summary(may(small))
    assert (actual.investment.value, actual.investment.base) == (100.0, 80.0)  # 60 + 20 - 4 + 4 + 20; every chain
    assert actual.of_chain == 84.0  # 60 + 20 + 4
    assert actual.intensity.value == pytest.approx(5 * 2 / (5 * 25))
    assert actual.intensity.change == pytest.approx(2 / 3 - 1)
    assert actual.output.value == 300.0  # the chain's three firms
    # Signed up to 31 May and green: 1, 2, 3, 7; started by then 1, 3, 7.
    assert actual.to_date == green.ProjectTotals(4, 3, 5000.0, 600.0)
    assert actual.to_date.completion == 0.12


def test_the_share_of_green_among_the_signed(small):
    actual = green.green_share(may(small))
    assert (actual.green, actual.other) == (green.ProjectTotals(2, 1, 4000.0, 100.0), green.ProjectTotals(2, 1, 6000.0, 1000.0))
    assert (actual.of_number, actual.of_planned) == (0.5, 0.4)
    assert (actual.green.start_rate, actual.other.completion, actual.green.size) == (0.5, pytest.approx(1 / 6), 2000.0)
    assert actual.insight == "4个签约项目中绿色2个，计划投资4,000万元"


def test_areas_by_hand(small):
    view = green_areas.areas(may(small))
    rows = {r.name: (r.role, r.value, r.base, r.projects.projects, r.projects.planned) for r in view.rows}
    assert rows["经开区"] == ("主", 60.0, 40.0, 1, 1000.0)
    assert rows["塘栖"] == ("翼", 16.0, 20.0, 1, 3000.0)  # 20 - 4
    assert rows["崇贤"] == ("翼", 4.0, 0.0, 1, 500.0)
    assert rows["其他镇街"] == ("", 20.0, 20.0, 1, 500.0)
    assert sum(r.share for r in view.rows) == pytest.approx(1.0)
    changes = {r.name: r.change for r in view.rows}
    assert changes["塘栖"] == pytest.approx(-0.2)
    assert math.isnan(changes["崇贤"])  # from nothing
    assert view.insight == "经开区占60.0%，两翼合计占20.0%，一主两翼中经开区增长最快（+50.0%）"
    assert "假定" in view.note
    assert "假定" in view.caption.definition


def test_areas_stay_whatever_town_is_selected(small):
    chosen = green_areas.areas(may(small, towns=("tangqi",)))
    assert [r.value for r in chosen.rows] == [60.0, 16.0, 4.0, 20.0]
    assert green.summary(may(small, towns=("tangqi",))).investment.value == 16.0


def test_a_district_without_a_layout_has_towns_only(district):
    plain = district.model_copy(update={"layout": None})
    view = green_areas.areas(may(RowsRepository(sheets(), plain)))
    assert (view.rows, view.roles, view.name) == ((), (), "")
    assert len(view.towns) == len(district.towns)


def test_fields_by_hand(small):
    view = green_projects.fields(may(small))
    assert [(r.name, r.totals.projects, r.totals.planned, r.totals.invested) for r in view.rows] == [
        ("光伏", 1, 3000.0, 0.0),
        ("储能", 2, 1500.0, 550.0),
        ("未填领域", 1, 500.0, 50.0),
    ]
    assert view.rows[1].share == 0.3
    assert view.insight == "光伏计划投资最多（3,000万元），占60.0%，储能完成率最高（36.7%）"  # 550 ÷ 1500
    assert "不分领域" in view.caption.definition


def test_projects_and_their_step_by_then(small):
    view = green_projects.projects(may(small))
    assert [(p.number, p.step, p.since) for p in view.rows] == [
        ("P2", 0, date(2022, 5, 3)),  # it starts only in June
        ("P1", 1, date(2022, 5, 20)),
        ("P3", 2, date(2022, 5, 31)),
        ("P7", 1, date(2022, 2, 1)),
    ]
    assert view.standings == (("待开工", 1), ("在建", 2), ("待投产", 1), ("已投产", 0))
    assert view.insight == "待开工1个，在建2个，待投产1个；待开工的计划投资3,000万元"
    later = green_projects.projects(may(small, period="2022-06"))
    assert {p.number: p.step for p in later.rows}["P2"] == 1
    assert len(later.rows) == 5


def test_projects_know_towns_but_no_industries(small):
    ctx = may(small, towns=("tangqi",), industries=("38",))
    view = green_projects.projects(ctx)
    assert [p.number for p in view.rows] == ["P2"]
    assert "项目台账不分行业，未按行业筛选" in view.caption.sentence
    assert view.caption.scope == "塘栖镇"


def test_the_intensity_says_whether_it_falls(small):
    view = green.intensity(may(small))
    # 10 ÷ 125 = 0.08; a year before 15 ÷ 125 = 0.12. Of the twelve months only May has a year before.
    assert view.insight == "2022年5月为80.0千克标准煤/万元，同比下降33.3%，1个月中1个低于上年同期"
    assert view.metric.key == "energy_intensity"


def test_without_projects_everything_says_so(district):
    ctx = may(RowsRepository(sheets([]), district))
    assert not green.green_share(ctx).known
    assert not green_projects.fields(ctx).known
    assert not green_areas.areas(ctx).has_projects
    assert green_projects.projects(ctx).rows == ()


def test_a_layout_names_known_towns_once(district):
    pack = district.model_dump()
    pack["layout"] = ZoneLayout(name="一主", areas=({"name": "北", "role": "主", "towns": ("nowhere",)},)).model_dump()
    with pytest.raises(ValidationError, match="没有镇街 nowhere"):
        type(district).model_validate(pack)


@pytest.mark.parametrize(("period", "day"), [("2022", datetime(2022, 12, 31)), ("2022-01..2022-06", datetime(2022, 6, 30))])
def test_the_samples_projects_against_plain_loops(sample_repository, book, period, day):
    ctx = resolve_context(sample_repository, Selection(chains=("green-energy",), period=period))
    fields, steps, everything, number = {}, [0, 0, 0, 0], 0, 0
    for row in book["项目台账"]:
        if row["签约日期"] > day:
            continue
        everything += 1
        if row["绿色能源"] == "是":
            number += 1
            fields[row["细分领域"]] = fields.get(row["细分领域"], 0.0) + row["计划总投资（万元）"]
            dates = [row[f"{name}日期"] for name in ("投产", "竣工", "开工")]
            steps[next((3 - i for i, d in enumerate(dates) if d is not None and d <= day), 0)] += 1
    actual = green.green_share(ctx)
    assert (actual.green.projects, actual.green.projects + actual.other.projects) == (number, everything)
    assert {r.name: r.totals.planned for r in green_projects.fields(ctx).rows} == pytest.approx(fields)
    assert [count for _, count in green_projects.projects(ctx).standings] == steps
    if period == "2022":
        assert (number, everything) == (21, 105)
        assert actual.green.planned > 600_000  # over 60 亿元


def test_the_samples_areas_against_plain_loops(sample_repository, book):
    town = {r["统一社会信用代码"]: r["所属镇街"] for r in book["企业名录"] if r["评价类型"] == "规上"}
    sums, energy, added = {}, 0.0, 0.0
    for row in book["月度经营"]:
        own = town.get(row["统一社会信用代码"])
        if own and row["月份"].startswith("2022"):
            sums[own] = sums.get(own, 0.0) + (row["绿色能源投资（万元）"] or 0.0)
            energy += row["综合能耗（吨标准煤）"] or 0.0
            added += row["工业增加值（万元）"] or 0.0
    ctx = resolve_context(sample_repository, Selection(chains=("green-energy",), period="2022"))
    rows = {r.name: r.value for r in green_areas.areas(ctx).rows}
    assert rows["经开区"] == pytest.approx(sums["东湖街道"])
    assert rows["塘栖"] == pytest.approx(sums["塘栖镇"])
    assert sum(rows.values()) == pytest.approx(sum(sums.values()))
    assert green.summary(ctx).intensity.value == pytest.approx(energy / added)
