"""The public notice, opened as a reader's spreadsheet program opens it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest

from cockpit.errors import UsageError
from cockpit.evaluation.policy.description import describe_baseline, describe_indicator, describe_measure, describe_policy
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.export_rows import export_rows
from cockpit.evaluation.results.record import EvaluationRecord
from data.database.engine import open_engine
from data.evaluation.evaluations import preview_evaluation
from data.evaluation.notice import build_notice, build_scores, save_notice
from data.evaluation.policies import district_policies
from tests.unit.evaluation.builders import firm, graded, group, indicator, number, policy

RECORD = EvaluationRecord(3, 2022, "某办法", "ab" * 32, 7, "王", datetime(2023, 5, 1, 2, 3, tzinfo=UTC))
HEADINGS = ["序号", "企业名称", "统一社会信用代码", "所属镇街", "评价类型", "评价等级", "综合得分", "本组位次", "备注"]
RULE = policy(
    group(
        indicator(weight=60) | {"name": "亩均税收"}, indicator("rd", 40, "研发经费", "主营业务收入", 0.03) | {"name": "研发占比"}
    ),
    group(indicator() | {"name": "亩均税收"}, key="宗地/规下", kind="宗地", cuts={"scores": {"A": 80, "B": 60, "C": 40}}),
    exemptions=[{"name": "成立不满两年", "mark": "不定等级", "founded_within_years": 2}],
)
ROWS = [
    firm(1, 50.0, name="=1+1"),
    firm(2, 90.12345, name="+企业", rd=1.008, revenue=100.0, bonus=2.0, malus=0.5),
    firm(3, 80.0, name="@SUM(A1)\x07", veto="较大安全生产事故"),
    firm(4, 70.0, founded_on="2022-05-01"),
    firm(5, 60.0),
    firm(6, 55.0),
    firm(7, 85.0, kind="宗地"),
    firm(8, 30.0, kind="宗地"),
]


@pytest.fixture(scope="module")
def result():
    return graded(RULE, ROWS)


def opened(result, district, record=None, build=build_notice):
    return openpyxl.load_workbook(BytesIO(build(result, record, district)))


def table(sheet, head):
    """Rows below row ``head`` by heading."""
    names = [c.value for c in sheet[head]]
    return [dict(zip(names, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=head + 1)]


def test_the_sheets(result, district):
    """What is published has no firm's values per mu; the office's own workbook says that it is internal."""
    public, internal = opened(result, district), opened(result, district, build=build_scores)
    assert public.sheetnames == ["公示名单", "评价办法"]
    assert internal.sheetnames == ["公示名单", "规上得分明细", "宗地 规下得分明细", "评价办法"]
    assert "内部资料" in internal["公示名单"]["A1"].value
    texts = {str(cell.value) for sheet in public for row in sheet.iter_rows() for cell in row}
    tax_per_mu = {r["亩均税收（万元/亩）"] for r in table(internal["规上得分明细"], 1)} - {None}
    assert tax_per_mu
    assert not {str(value) for value in tax_per_mu} & texts


def test_the_heading_of_a_trial_and_of_a_published_one(result, district):
    trial = opened(result, district)["公示名单"]
    assert trial["A1"].value == "临平区2022年度工业企业亩均效益综合评价结果公示名单（演示数据）"
    assert trial["A2"].value == "依据：某办法 · 试算结果，未发布"
    real = district.model_copy(update={"demonstration": False})
    done = opened(result, real, RECORD)["公示名单"]
    assert done["A1"].value == "临平区2022年度工业企业亩均效益综合评价结果公示名单"
    assert done["A2"].value == "依据：某办法 · 评价记录3 · 数据版本7 · 2023年5月1日 10:03 王 发布"
    assert done["A3"].value == "规上6家：A类1家，B类1家，C类1家，D类2家，不定等级1家"  # of five graded: 1, 3 and 4
    assert done["A4"].value == "宗地/规下2家：A类1家，B类0家，C类0家，D类1家"


def test_the_list_by_group_grade_and_rank(result, district):
    rows = table(opened(result, district)["公示名单"], 5)
    assert list(rows[0]) == HEADINGS
    assert [r["序号"] for r in rows] == list(range(1, 9))
    assert [r["统一社会信用代码"] for r in rows] == [number(n) for n in (2, 5, 6, 3, 1, 4, 7, 8)]
    assert [r["评价等级"] for r in rows] == ["A", "B", "C", "D", "D", "不定等级", "A", "D"]
    assert [r["备注"] or "" for r in rows][3:6] == ["一票否决：较大安全生产事故", "总分位于末档", "成立不满两年"]


def test_the_numbers_are_those_of_the_listing(result, district):
    book = opened(result, district, build=build_scores)
    expected = {row["code"]: row for row in export_rows(result, district)}
    for row in table(book["公示名单"], 5):
        own = expected[row["统一社会信用代码"]]
        assert row["综合得分"] == pytest.approx(own["score"], abs=0.00501)
        cells = [row[h] for h in ("企业名称", "所属镇街", "评价类型", "评价等级", "本组位次")]
        assert cells == [own["name"].replace("\x07", ""), own["town"], own["group"], own["grade"], own["rank"]]
        assert (row["备注"] or "") == own["reason"]
    [second] = [r for r in table(book["规上得分明细"], 1) if r["统一社会信用代码"] == number(2)]
    # 90.12345 ÷ 100 × 60 = 54.07407; 0.01008 ÷ 0.03 × 40 = 13.44
    assert second == {
        "统一社会信用代码": number(2),
        "企业名称": "+企业",
        "基本得分": 67.51,
        "加分": 2,
        "扣分": 0.5,
        "综合得分": 69.01,
        "本组位次": 1,
        "评价等级": "A",
        "亩均税收（万元/亩）": 90.1235,
        "亩均税收基准值": 100,
        "亩均税收得分（60分）": 54.07,
        "研发占比（万元/亩）": 0.0101,
        "研发占比基准值": 0.03,
        "研发占比得分（40分）": 13.44,
        "说明": expected[number(2)]["explanation"],
    }
    [missing] = [r for r in table(book["规上得分明细"], 1) if r["统一社会信用代码"] == number(1)]
    assert (missing["研发占比（万元/亩）"], missing["研发占比得分（40分）"], missing["扣分"]) == (None, 0, None)
    assert len(table(book["宗地 规下得分明细"], 1)) == 2


def test_names_that_look_like_formulas_stay_text(result, district):
    book = opened(result, district, build=build_scores)
    for title, head in (("公示名单", 5), ("规上得分明细", 1)):
        names = [c for row in book[title].iter_rows(min_row=head + 1) for c in row if c.column == 2]
        assert {c.data_type for c in names} == {"s"}
        assert {"=1+1", "+企业", "@SUM(A1)"} <= {c.value for c in names}
    assert "f" not in {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}


def test_it_prints_on_a4_landscape_with_heading_and_page_numbers(result, district):
    book = opened(result, district, build=build_scores)
    for sheet, head in zip(book, (5, 1, 1, 1), strict=True):
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.print_title_rows == f"${head}:${head}"
        assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"
    for title in ("公示名单", "评价办法"):
        sheet = book[title]
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    sheet = book["公示名单"]
    assert sheet.freeze_panes == "C6"
    assert sheet.auto_filter.ref == "A5:I13"
    assert sheet["G6"].number_format == "0.00"
    assert sheet.column_dimensions["B"].width == 32
    detail = book["规上得分明细"]
    assert detail.print_title_cols == "$A:$B"
    assert [detail.cell(2, n).number_format for n in (3, 9, 11)] == ["0.00", "#,##0.0000", "0.00"]


def test_the_policy_is_described(result, district):
    lines = [tuple(c.value for c in row) for row in opened(result, district, RECORD)["评价办法"].iter_rows()]
    assert lines[0] == ("项目", "内容")
    lines = dict(lines)
    assert lines["名称"] == "某办法"
    assert lines["规上分档"] == "按位次：A类前20%，B类到60%，C类到95%，其余D类；名额舍去小数，同分者同取较高等级"
    assert lines["宗地/规下分档"] == "按分数：A类不低于80分，B类不低于60分，C类不低于40分，其余D类"
    assert lines["一票否决"] == "有一票否决情形的企业，不论得分，最高评为D类"
    assert lines["不定等级"] == "成立不满两年：计分，不定等级，记“不定等级”"
    assert lines["办法文件指纹（SHA-256）"] == "ab" * 32
    assert "办法文件指纹（SHA-256）" not in dict(describe_policy(result.policy))


@pytest.mark.parametrize(
    ("more", "score"),
    [
        ({}, "指标值 ÷ 基准值 × 30；基准值为100；最低0分，不封顶；缺数据不得分"),
        (
            {"baseline": {"of": "mean", "year": "last", "factor": 2}, "cap": 1.5, "missing": "group_mean"},
            "指标值 ÷ 基准值 × 30；基准值为上年本组平均值的2倍；最低0分，最高45分；缺数据取本组平均得分",
        ),
        (
            {"direction": "lower", "cap": 1.2, "floor": 0.2, "missing": "redistribute"},
            "基准值 ÷ 指标值 × 30（越低越好）；基准值为100；最低6分，最高36分；缺数据时分值由其余指标分担",
        ),
        (
            {"direction": "lower_linear"},
            "（2 - 指标值 ÷ 基准值）× 30（越低越好）；基准值为100；最低0分，不封顶；缺数据不得分",
        ),
    ],
)
def test_the_description_of_an_indicator(more, score):
    rule = policy(group(indicator(weight=30, **more) | {"name": "税收"}, indicator("rd", 70)))
    text = describe_indicator(rule.groups[0].indicators[0])
    assert text == f"税收（30分，万元/亩）= 评价税收 ÷ 用地面积；得分 = {score}"


def test_the_description_of_conditions_cuts_and_measures():
    low = {
        "effect": "demotes",
        "grade": "D",
        "indicator": "tax_per_mu",
        "comparison": "below",
        "limit": {"of": "fixed", "value": 2},
    }
    mean = {
        "effect": "needs",
        "grade": "A",
        "indicator": "tax_per_mu",
        "comparison": "at_least",
        "limit": {"of": "mean", "over": "industry"},
    }
    cuts = {"quotas": {"A": 20, "B": 60.5, "C": 95}, "scores": {"A": 90, "B": 60, "C": 40}, "ties": "strict", "rounding": "ceil"}
    measures = [
        {"key": "land", "name": "土地税", "basis": "用地面积", "price": 0.5, "rates": {"A": -1, "B": 0}, "words": {"B": "照旧"}},
        {"key": "water", "name": "水价", "words": {"D": "加0.3元"}},
    ]
    of = indicator() | {"name": "亩均税收"}
    rule = policy(
        group(of, conditions=[low, mean], cuts=cuts, tie_breaks=["tax_per_mu"]), measures=measures, veto=None, bonus_ceiling=10
    )
    lines = describe_policy(rule)
    assert ("规上条件", "亩均税收低于2万元/亩的，最高为D类") in lines
    assert ("规上条件", "评为A类还须亩均税收不低于同行业平均值") in lines
    assert ("规上同分时", "依次比较亩均税收") in lines
    assert dict(lines)["规上分档"] == (
        "按位次：A类前20%，B类到60.5%，C类到95%，其余D类；按分数：A类不低于90分，B类不低于60分，C类不低于40分，其余D类；"
        "取两者中较低的等级；名额进位取整，同分者按统一社会信用代码先后"
    )
    assert dict(lines)["加分"] == "按年度评价表所列，最多10分"
    assert dict(lines)["扣分"] == "按年度评价表所列，不设上限"
    assert "一票否决" not in dict(lines)
    assert [describe_measure(m) for m in rule.measures] == ["土地税（万元/亩，按用地面积）：A类-0.5，B类照旧", "水价：D类加0.3元"]
    assert describe_baseline(rule.groups[0].conditions[1].limit, rule.groups[0].indicators[0]) == "同行业平均值"


def test_every_policy_of_the_pack_can_be_described():
    for policy_text in district_policies("linping"):
        lines = describe_policy(policy_text.policy)
        assert len(lines) > 10
        assert all(text for _, text in lines)


def test_the_whole_sample(sample_url, district, tmp_path):
    result = preview_evaluation(open_engine(sample_url), district_policies("linping")[0].policy)
    file = tmp_path / "公示.xlsx"
    save_notice(file, result, None, district)
    with closing(openpyxl.load_workbook(file, read_only=True)) as book:
        rows = list(book["公示名单"].iter_rows(min_row=6, values_only=True))
    assert len(rows) == 656 + 1039
    order = [(r[4] != "规上", GRADES.index(r[5]) if r[5] in GRADES else 4, r[7]) for r in rows]
    assert order == sorted(order)


def test_a_path_that_cannot_be_written_is_reported(result, district, tmp_path):
    with pytest.raises(UsageError, match="公示名单存不到"):
        save_notice(tmp_path / "none" / "x.xlsx", result, None, district)
