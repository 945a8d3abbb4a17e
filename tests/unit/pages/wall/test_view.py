"""The wall's playlist, its headlines and its alerts, on districts small enough to work out by hand."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import ValidationError

from cockpit.analysis.alerts import alerts
from cockpit.analysis.targets import Pace
from cockpit.district.playlist import Command, Playlist, Scene, SceneKind
from cockpit.ledgers.projects import Concern
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.projects import funnel as projects_funnel
from cockpit.views.remediation import board
from cockpit.views.space import plan
from cockpit.views.wall import scenes as wall
from cockpit.views.wall.headlines import period_label, period_name
from data.district_pack import load_playlist
from tests.factories import RowsRepository, snapshot
from tests.workbooks import code, firm, month


def test_the_packs_playlist_has_every_chain_once(district):
    playlist = load_playlist(district)
    assert sorted(s.chain for s in playlist.scenes if s.chain) == sorted(c.key for c in district.chains)
    assert playlist.scenes[0].kind is SceneKind.OVERVIEW
    assert playlist.index("chain:fashion") is not None
    assert playlist.index("chain:none") is None


@pytest.mark.parametrize(
    ("scenes", "message"),
    [
        ([], "scenes"),
        ([{"kind": "chain"}], "须写 chain"),
        ([{"kind": "land", "chain": "fashion"}], "须写 chain"),
        ([{"kind": "land"}, {"kind": "land"}], "重复：land"),
        ([{"kind": "film"}], "kind"),
        ([{"kind": "land", "seconds": 1}], "seconds"),
    ],
)
def test_a_faulty_playlist_says_where(scenes, message):
    with pytest.raises(ValidationError, match=message):
        Playlist.model_validate({"scenes": scenes})


@pytest.mark.parametrize(
    "deep", ["town:tangqi", "chain:green-energy", "chain:green-energy/tax", "town:tangqi/tax", "metric:tax_per_mu", ""]
)
def test_commands_name_towns_chains_and_metrics(deep):
    assert Command(action="show", deep=deep).deep == deep


@pytest.mark.parametrize("deep", ["firm:x", "town:", "metric:tax/tax", "chain:fashion/", "chain:fashion/tax/tax", "/tax"])
def test_commands_name_nothing_else(deep):
    with pytest.raises(ValidationError):
        Command(action="show", deep=deep)


def test_an_unknown_action_is_refused():
    with pytest.raises(ValidationError):
        Command(action="explode")


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (202201, 202203, "一季度"),
        (202201, 202206, "上半年"),
        (202201, 202209, "前三季度"),
        (202201, 202212, "全年"),
        (202201, 202205, "1—5月"),
        (202203, 202203, "3月"),
        (202203, 202205, "3—5月"),
        (202107, 202206, "近12个月"),
        (202111, 202202, "期内"),
    ],
)
def test_periods_are_called_as_people_call_them(first, last, label):
    assert period_label(first, last) == label


def year(n, output, *, year=2022, until=12):
    """Months of firm ``n`` at ``output`` 万元 each; the year before at 100."""
    return [month(n, f"{year - 1}-{k:02d}") for k in range(1, 13)] + [
        month(n, f"{year}-{k:02d}", output=output) for k in range(1, until + 1)
    ]


def target(value, scope="全区", metric="工业总产值"):
    return {"年份": 2022, "指标": metric, "范围": scope, "目标值": value, "单位": "万元"}


def scene_of(district, sheets, **chosen):
    return wall.overview_scene(resolve_context(RowsRepository(sheets, district), Selection(**chosen)))


def overview(district, sheets, **chosen):
    return scene_of(district, sheets, **chosen).headline


def firms():
    return [firm(1, chain="时尚产业"), firm(2, chain="绿色能源")]


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [(202201, 202212, "2022年全年"), (202301, 202301, "2023年1月"), (202107, 202206, "近12个月"), (202111, 202202, "期内")],
)
def test_a_value_on_its_own_carries_its_year(first, last, name):
    assert period_name(first, last) == name


def test_a_single_month_is_named_by_itself_and_once(district):
    """January against January: the trend beside it shows twelve months, the figure is of one."""
    sheets = {"企业名录": firms(), "月度经营": year(1, 120, until=1) + year(2, 110, until=1)}
    scene = scene_of(district, sheets)
    assert scene.period == "2022年1月"
    assert len(scene.trend.points) == 12
    assert scene.headline.below.count("1月") == 1


def test_a_target_that_is_met_comes_first(district):
    """Firms make 12 × 100 = 1,200 a year before; now 12 × 150 and 12 × 110: 3,120 of 2,400 (+30 %).

    时尚产业 grows by 600 of 720: 83 %, so it is named with its share.
    """
    sheets = {"企业名录": firms(), "月度经营": year(1, 150) + year(2, 110), "年度目标": [target(3000)]}
    expected_text = overview(district, sheets)
    assert expected_text.text == "全年产值超额完成年度目标，时尚产业贡献83.3%增长"
    assert expected_text.phrases[-1] == ("贡献83.3%增长", "up")
    assert expected_text.below.startswith("全年同比增长30.0%，12月同比增长30.0%")


def test_a_target_names_the_months_that_are_there(district):
    """March is missing: 11 × 80 of 2,400 is not what the whole year made."""
    rows = [row for n in (1, 2) for row in year(n, 80) if row["月份"] != "2022-03"]
    text = overview(district, {"企业名录": firms(), "月度经营": rows, "年度目标": [target(2400)]}).text
    assert text.startswith("1—2月、4—12月产值未完成年度目标，差26.7%")


def test_without_a_target_growth_leads_and_the_chain_follows(district):
    """First quarter: 3 × 120 + 3 × 110 = 690 of 600: +15 %; 时尚产业 60 of 90 = 66.7 %."""
    sheets = {"企业名录": firms(), "月度经营": year(1, 120, until=3) + year(2, 110, until=3)}
    expected_text = overview(district, sheets)
    assert expected_text.text == "一季度产值同比增长15.0%，时尚产业贡献66.7%增长"
    assert [tone for _, tone in expected_text.phrases if tone] == ["up"]


def test_a_missed_target_and_a_fall_are_named_so(district):
    """12 × 80 + 12 × 90 = 2,040 of 2,400: −15 %; the target 2,400 is missed by 15 %."""
    sheets = {"企业名录": firms(), "月度经营": year(1, 80) + year(2, 90), "年度目标": [target(2400)]}
    expected_text = overview(district, sheets)
    assert expected_text.text == "全年产值未完成年度目标，差15.0%，时尚产业贡献66.7%降幅"
    assert expected_text.phrases[-1][1] == "down"


def test_no_base_no_growth(district):
    sheets = {"企业名录": firms(), "月度经营": [month(1, "2022-03", output=50_000)]}
    assert overview(district, sheets).text == "3月产值5.00亿元", "nothing is known of January and February"


def test_alerts_of_targets_and_growth(district):
    """By June: done 600 + 300 = 900 of 2,400: 37.5 % of the target, 50 % of the year gone: 12.5 points behind, red.

    By May: 500 + 250 = 750: 31.25 %, time 41.67 %: 10.4 points: red already, so nothing turned for the target.
    绿色能源: 6 × 50 = 300 of 600 a year before: −50 %, red (more than 10 %), and −50 % in May as well.
    """
    rows = [month(n, f"2021-{k:02d}") for n in (1, 2) for k in range(1, 13)]
    rows += [month(1, f"2022-{k:02d}") for k in range(1, 7)] + [month(2, f"2022-{k:02d}", output=50) for k in range(1, 7)]
    sheets = {"企业名录": firms(), "月度经营": rows, "年度目标": [target(2400)]}
    result = alerts(snapshot(sheets, district), 202206)
    text = {(a.scope, a.subject): a for a in result}
    behind = text["全区", "工业总产值落后序时12.5个百分点"]
    assert (behind.level, behind.is_new, behind.value_text, behind.note) == (
        Pace.RED,
        False,
        "完成 37.5%",
        "上月落后10.4个百分点",
    )
    fallen = text["绿色能源", "累计产值低于上年同期"]
    assert (fallen.level, fallen.is_new, fallen.value_text) == (Pace.RED, False, "−50.0%")
    assert ("时尚产业", "累计产值低于上年同期") not in text


def project(n, signed, **dates):
    return {
        "项目编号": f"P{n}", "项目名称": f"项目{n}", "产业链": "时尚产业", "所属镇街": "塘栖镇", "签约日期": signed,
        "计划总投资（万元）": 1000, "累计完成投资（万元）": 0, **dates,
    }  # fmt: skip


def test_alerts_are_all_that_pages_mark_red(district):
    """By the end of June 2022, against May.

    Projects: 1 signed in 2020 has not started; 2 started in June 2021 with nothing invested, 12 months ago; 3 is new.
    Remediation: firm 1 since June 2021 (13 months), firm 2 since July 2021, which will be 12 months in July.
    Renewal: nothing done of the plan, of which 18 of 60 months are gone at most.
    """
    limits = district.thresholds.model_copy(
        update={"project_start_months": 6, "project_stall_months": 9, "project_build_months": 36}
    )
    rows = {
        "企业名录": firms(),
        "月度经营": year(1, 150, until=6) + year(2, 110, until=6),
        "项目台账": [project(1, "2020-03-01"), project(2, "2021-05-01", 开工日期="2021-06-01"), project(3, "2022-06-01")],
        "低效整治": [
            {"统一社会信用代码": code(n), "整治类型": "D类提升", "状态": "在治", "列入日期": listed}
            for n, listed in ((1, "2021-06-10"), (2, "2021-07-10"))
        ],
        "有机更新": [{"项目名称": "甲", "所属镇街": "塘栖镇", "更新方式": "整体改造", "更新面积（亩）": 10.0, "状态": "实施"}],
    }
    sheets = {title: [dict(r) for r in sheet] for title, sheet in rows.items()}
    for row in (*sheets["项目台账"], *sheets["低效整治"]):
        row.update({k: datetime.fromisoformat(v) for k, v in row.items() if "日期" in k})
    pack = district.model_copy(update={"thresholds": limits})
    result = {a.subject: a for a in alerts(snapshot(sheets, pack), 202206)}
    shown = {s: (a.level, a.is_new, a.scope, a.value_text, a.note) for s, a in result.items()}
    assert shown["项目逾期"] == (Pace.RED, False, "全区", "1个", "上月1个")
    assert shown["项目进展停滞"] == (Pace.RED, False, "全区", "1个", "上月1个")
    assert shown["低效整治超过12个月"] == (Pace.RED, True, "全区", "1家", "上月没有")
    assert shown["低效整治到下月底将超过12个月"] == (Pace.AMBER, False, "全区", "1家", "上月1家")
    behind = next(a for s, a in result.items() if "更新面积落后序时" in s)
    assert (behind.level, behind.value_text) == (Pace.RED, "完成 0.0%")


def test_pages_and_the_wall_count_the_same(sample_repository):
    """Each number of an alert is the one that the page of its ledger shows in red."""
    ctx = resolve_context(sample_repository, Selection())
    result = {a.subject: a for a in alerts(ctx.full, ctx.period.last)}
    late = dict(projects_funnel.summary(ctx).late)
    stalled = late.pop(Concern.STALLED)
    assert result["项目逾期"].value_text == f"{sum(late.values())}个"
    assert result["项目进展停滞"].value_text == f"{stalled}个"
    remediation = board.summary(ctx)
    for subject, count in (("低效整治超过12个月", remediation.slow), ("低效整治到下月底将超过12个月", remediation.soon)):
        assert (result[subject].value_text if subject in result else "0家") == f"{count}家"
    target = plan.plan_progress(ctx).goals[0].target
    assert f"“3533”更新面积落后序时{target.points_behind:.1f}个百分点" in result


def test_what_turned_comes_first(district):
    """时尚产业 falls in June only: until May 5 × 100, June 0 of 100: −16.7 % since January; red and new."""
    rows = [month(n, f"2021-{k:02d}") for n in (1, 2) for k in range(1, 13)]
    rows += [month(1, f"2022-{k:02d}", output=100 if k < 6 else 0) for k in range(1, 7)]
    rows += [month(2, f"2022-{k:02d}", output=50) for k in range(1, 7)]
    sheets = {"企业名录": firms(), "月度经营": rows}
    result = alerts(snapshot(sheets, district), 202206)
    assert (result[0].scope, result[0].value_text, result[0].is_new) == ("时尚产业", "−16.7%", True)
    assert not any(a.is_new for a in result if a.scope == "绿色能源")
    ctx = resolve_context(RowsRepository(sheets, district), Selection(period="2022-01..2022-06"))
    assert wall.alerts_scene(ctx).headline.text.startswith("6月新增1项预警，时尚产业累计产值低于上年同期")


def test_all_is_well(district):
    sheets = {"企业名录": firms(), "月度经营": year(1, 150) + year(2, 110)}
    expected_text = wall.alerts_scene(resolve_context(RowsRepository(sheets, district), Selection())).headline
    assert expected_text.text == "12月各项目标、增速、项目和整治均正常"
    assert expected_text.below.startswith("没有落后序时5个百分点以上的目标")


def test_the_limit_that_is_named_is_the_districts(district):
    sheets = {"企业名录": firms(), "月度经营": year(1, 150) + year(2, 110)}
    limits = district.thresholds.model_copy(update={"behind_amber_points": 7.5})
    repository = RowsRepository(sheets, district.model_copy(update={"thresholds": limits}))
    below = wall.alerts_scene(resolve_context(repository, Selection())).headline.below
    assert below.startswith("没有落后序时7.5个百分点以上的目标")


def test_scene_keys():
    assert Scene(kind="overview").key == "overview"
    assert Scene(kind="chain", chain="fashion").key == "chain:fashion"
