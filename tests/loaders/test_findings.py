"""Every finding of the specification has a workbook that yields it, and a clean twin that doesn't."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from cockpit.contracts.sheets import MONTHLY_MEASURES
from cockpit.errors import SourceError
from data.loaders import read_batch
from data.loaders.sources import temporary_database
from tests.conftest import SAMPLES, TODAY
from tests.loaders.published_frames import PublishedFrames, locations
from tests.workbooks import code, firm, month


def book(months=None, **more):
    """One enterprise of the register and its months."""
    return {"企业名录": [firm(1, **more)], "月度经营": months or [month(1, "2024-03")]}


def changed(row, **cells):
    return {**row, **{{"town": "所属镇街", "code": "统一社会信用代码"}.get(k, k): v for k, v in cells.items()}}


def project(**cells):
    row = {
        "项目编号": "P1",
        "项目名称": "项目",
        "产业链": "绿色能源",
        "所属镇街": "塘栖镇",
        "签约日期": date(2024, 1, 5),
        "开工日期": date(2024, 2, 1),
        "竣工日期": None,
        "投产日期": None,
        "计划总投资（万元）": 100,
        "累计完成投资（万元）": 10,
        "绿色能源": "是",
    }
    return {"项目台账": [{**row, **cells}]}


def yearly(**cells):
    row = {"统一社会信用代码": code(1), "年份": 2023, "评价税收（万元）": 5, "用地面积（亩）": 10}
    return {"企业名录": [firm(1)], "年度评价": [{**row, **cells}]}


def park(**cells):
    row = {"园区名称": "甲园", "所属镇街": "塘栖镇", "年份": 2023, "入驻率（%）": 90}
    return {"产业园区": [{**row, **cells}]}


def renamed(rows, old, new):
    return [{(new if k == old else k): v for k, v in r.items()} for r in rows]


#: code -> (faulty sheets, expected position, clean sheets)
CASES = {
    "E102": ({"月度经营": renamed([month(1, "2024-03")], "口径", "口 经"), "企业名录": [firm(1)]}, (1, "口径"), book()),
    "E103": ({"企业名录": [firm(1, town=None)]}, (2, "所属镇街"), {"企业名录": [firm(1)]}),
    "E104": (
        {"企业名录": [firm(1)], "月度经营": renamed([month(1, "2024-03")], "工业总产值（万元）", "工业总产值（万千瓦时）")},
        (1, "工业总产值"),
        book(),
    ),
    "E105": (book([month(1, "2024-03", **{"营业收入（万元）": "约三千万"})]), (2, "营业收入（万元）"), book()),
    "E106": ({"企业名录": [firm(1) | {"统一社会信用代码": code(1)[:-1] + "?"}]}, (2, "统一社会信用代码"), book()),
    "E107": ({"企业名录": [firm(1, town="塘西镇")]}, (2, "所属镇街"), {"企业名录": [firm(1, town="塘栖")]}),
    "E108": ({"企业名录": [firm(1)], "月度经营": [month(2, "2024-03")]}, (2, "统一社会信用代码"), book()),
    "E109": (
        book([month(1, "2024-03"), month(1, "2024年3月")]),
        (3, "统一社会信用代码"),
        book([month(1, "2024-03"), month(1, "2024-04")]),
    ),
    "E110": (book([month(1, "2053-03")]), (2, "月份"), book()),
    "E111": (
        book([month(1, "2024-03", **{"用电量（万千瓦时）": -1})]),
        (2, "用电量（万千瓦时）"),
        book([month(1, "2024-03", **{"用电量（万千瓦时）": 0})]),
    ),
    "E112": (park(**{"入驻率（%）": 101}), (2, "入驻率（%）"), park(**{"入驻率（%）": 100})),
    "E113": (project(**{"竣工日期": date(2024, 1, 20)}), (2, "竣工日期"), project(**{"竣工日期": date(2024, 2, 20)})),
    "W301": (book([month(1, "2024-03", tax=-1)]), (2, "入库税收（万元）"), book([month(1, "2024-03", tax=0)])),
    "W302": (
        book([month(1, f"2024-0{n}") for n in range(1, 5)] + [month(1, "2024-05", output=1000.5)]),
        (6, "工业总产值（万元）"),
        book([month(1, f"2024-0{n}") for n in range(1, 5)] + [month(1, "2024-05", output=1000)]),
    ),
    "W303": (
        book([month(1, "2024-03", 300, basis="累计"), month(1, "2024-04", 299, tax=10, basis="累计")]),
        (3, "工业总产值（万元）"),
        book([month(1, "2024-03", 300, basis="累计"), month(1, "2024-04", 300, basis="累计", **{"工业增加值（万元）": 75})]),
    ),
    "W304": ({"企业名录": [firm(1), firm(2)], "月度经营": [month(1, "2024-03")]}, (None, None), book()),
    "W305": (
        {
            "企业名录": [firm(1)],
            "月度经营": [list(month(1, "2024-03")), list(month(1, "2024-03").values()), ["合计", None, None, 101]],
        },
        (3, "工业总产值（万元）"),
        {
            "企业名录": [firm(1)],
            "月度经营": [list(month(1, "2024-03")), list(month(1, "2024-03").values()), ["合计", None, None, 100.4]],
        },
    ),
    "W306": (yearly(**{"用地面积（亩）": 12.1}), (2, "用地面积（亩）"), yearly(**{"用地面积（亩）": 12})),
    "W307": (
        book([month(1, "2024-03", **{"工业增加值（万元）": 101})]),
        (2, "工业增加值（万元）"),
        book([month(1, "2024-03", **{"工业增加值（万元）": 100})]),
    ),
    "N201": (book([month(1, "2024年3月")]), (None, "月份"), book()),
    "N202": (book([month(1, "2024-03", **{"填报人": "张"})]), (1, "填报人"), book()),
    "N203": (
        {
            "企业名录": [firm(1)],
            "月度经营": [list(month(1, "2024-03")), list(month(1, "2024-03").values()), ["小 计：", None, None, 100]],
        },
        (3, None),
        book(),
    ),
    "N204": (
        {"企业名录": [firm(1)], "月度经营": renamed([month(1, "2024-03", 0.01)], "工业总产值（万元）", "工业总产值\n(亿元)")},
        (1, "工业总产值"),
        book(),
    ),
}


@pytest.mark.parametrize("expected", CASES)
def test_finding_and_its_clean_twin(read, expected):
    failed_outcome, location, clean = CASES[expected]
    batch = read(failed_outcome)
    assert location in locations(batch, expected), batch.findings
    finding = next(f for f in batch.findings if f.code == expected and (f.row, f.column) == location)
    assert finding.message
    assert not locations(read(clean), expected)


@pytest.mark.parametrize("expected", [c for c in CASES if c[0] == "E"])
def test_a_row_with_an_error_is_left_out(read, expected):
    failed_outcome, (row, _), _ = CASES[expected]
    if expected in ("E102", "E104"):
        return
    batch = read(failed_outcome)
    assert all(
        row not in frame["source_row"].tolist() or sheet_is_other(frame, row, failed_outcome) for frame in batch.frames.values()
    )


def sheet_is_other(frame, row, sheets):
    """Whether the frame is of another sheet than the faulty one (its row of that number is a good one)."""
    return len(sheets) > 1 and "credit_code" in frame and "month" not in frame


def test_the_sample_has_no_error_and_no_warning(sample_batch):
    assert [f for f in sample_batch.findings if f.code[0] in "EW"] == []
    assert {t: len(f) for t, f in sample_batch.frames.items()}["monthly"] == 23616


def test_the_untidy_update_is_accepted_with_its_sums(district, sample_batch):
    expected = json.loads((SAMPLES / "update-2023-01-accepted.json").read_text())
    batch = read_batch(SAMPLES / "update-2023-01-accepted.xlsx", district, PublishedFrames(sample_batch), today=TODAY)
    assert not [f for f in batch.findings if f.code[0] == "E"]
    monthly, sums = batch.frames["monthly"], expected["sums_in_wan_yuan"]
    assert len(monthly) == sums["rows"]
    for field, name in (("output_fen", "output"), ("tax_fen", "tax"), ("value_added_fen", "value_added")):
        assert monthly[field].sum() / 1e6 == pytest.approx(sums[name], abs=1e-6)
    assert len(batch.frames["project"]) == expected["projects"]
    assert batch.frames["project"]["planned_fen"].sum() / 1e6 == pytest.approx(expected["planned_investment_wan"])


def test_the_faulty_update_yields_exactly_its_findings(district, sample_batch):
    expected = json.loads((SAMPLES / "update-2023-02-faulty.json").read_text())["findings"]
    batch = read_batch(SAMPLES / "update-2023-02-faulty.xlsx", district, PublishedFrames(sample_batch), today=TODAY)
    keys = ("code", "severity", "sheet", "row", "column")
    rows = [f.as_dict() for f in batch.findings if f.code[0] in "EW" and f.code != "W304"]
    assert sorted(tuple(f[k] for k in keys) for f in rows) == sorted(tuple(f[k] for k in keys) for f in expected)
    assert all(f["letter"] for f in rows)


def test_cumulative_figures_of_this_workbook(read):
    rows = [month(1, f"2024-0{n}", output=100.0 * n + n, basis="累计", **{"平均用工人数（人）": 20 + n}) for n in (1, 2, 3)]
    monthly = read(book(rows)).frames["monthly"]
    assert monthly["output_fen"].tolist() == [101_000_000, 101_000_000, 101_000_000]
    assert monthly["span"].tolist() == [1, 1, 1]
    assert monthly["staff"].tolist() == [21, 22, 23]


def test_cumulative_figures_follow_published_months(read):
    past = pd.DataFrame(
        {
            "credit_code": [code(1)] * 2,
            "month": [202401, 202402],
            "basis": "当月",
            "span": [1, 1],
            **{c.field: [5_000_000 if c.field == "output_fen" else 0] * 2 for c in MONTHLY_MEASURES},
        }
    )
    published = PublishedFrames(
        enterprises=pd.DataFrame(
            [
                {
                    "credit_code": code(1),
                    "name": "甲",
                    "town": "tangqi",
                    "kind": "规上",
                    "land_mu": 1.0,
                    "founded_on": pd.NaT,
                    "platform_member": pd.NA,
                }
            ]
        ),
        monthly=past,
    )
    monthly = read({"月度经营": [month(1, "2024-03", output=25.5, basis="累计")]}, published).frames["monthly"]
    assert monthly["output_fen"].tolist() == [15_500_000]


def test_joint_january_and_february(read):
    monthly = read(book([month(1, "2024-02", output=210, basis="累计"), month(1, "2024-03", output=330, basis="累计")])).frames[
        "monthly"
    ]
    assert monthly["span"].tolist() == [2, 1]
    assert monthly["output_fen"].tolist() == [210_000_000, 120_000_000]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03",
        "2024/3",
        "202403",
        "2024年3月",
        " 2024-03 ",
        "２０２４-０３",
        "2024.3",
        date(2024, 3, 1),
        date(2024, 3, 31),
        202403,
        "2024年03月",
        "2024年三月",
        "二〇二四年三月份",
        "二○二四年三月",
    ],
)
def test_months_as_people_write_them(read, text):
    assert read(book([month(1, text)])).frames["monthly"]["month"].tolist() == [202403]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.5", 1_234_500_000),
        ("１２.５", 12_500_000),
        (" 9.52 万元", 9_520_000),
        ("1.2亿元", 12_000_000_000),
        ("95200元", 9_520_000),
        (0.1 + 0.2, 300_000),
        ("3e2", 300_000_000),
        ("", None),
        ("—", None),
        ("-", None),
        ("/", None),
        ("无", None),
        ("N/A", None),
    ],
)
def test_numbers_as_people_write_them(read, text, fen):
    batch = read(book([month(1, "2024-03", **{"研发费用（万元）": text})]))
    assert not [f for f in batch.findings if f.code[0] == "E"]
    value = batch.frames["monthly"]["rd_fen"].iloc[0]
    assert (None if pd.isna(value) else value) == fen


@pytest.mark.parametrize("text", ["约三千万", "12,34", "1.2.3", "#DIV/0!", "5吨", "十二", "1e999"])
def test_what_is_no_number_is_reported(read, text):
    assert locations(read(book([month(1, "2024-03", **{"研发费用（万元）": text})])), "E105")


@pytest.mark.parametrize(
    ("header", "cell", "mu"),
    [("用地面积（公顷）", 2, 30), ("用地面积(平方米)", 2000, 3), ("用地面积", 5, 5), ("用地面积 （ 亩 ）", 5, 5)],
)
def test_units_of_land(read, header, cell, mu):
    batch = read({"企业名录": renamed([firm(1, land=cell)], "用地面积（亩）", header)})
    assert batch.frames["enterprise"]["land_mu"].iloc[0] == pytest.approx(mu)


@pytest.mark.parametrize(
    "town", ["塘栖", "塘栖镇", "临平区塘栖镇", "330113100000", 330113100000, " 塘栖镇 ", "杭州市临平区塘栖镇"]
)
def test_towns_as_people_write_them(read, town):
    assert read({"企业名录": [firm(1, town=town)]}).frames["enterprise"]["town"].tolist() == ["tangqi"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [("是", True), ("√", True), ("Y", True), (1, True), ("否", False), ("×", False), ("n", False), (0, False), (None, None)],
)
def test_flags_as_people_write_them(read, text, flag):
    value = read(project(**{"绿色能源": text})).frames["project"]["green"].iloc[0]
    assert (None if pd.isna(value) else bool(value)) is flag


def test_titles_above_the_header_blank_rows_and_order_do_not_matter(read):
    rows = [
        ["2024年3月报表"],
        [],
        ["单位：万元"],
        ["月份", "口径", "统一社会信用代码", "工业总产值(万元)"],
        [],
        ["2024-03", "当月", code(1), 12],
    ]
    batch = read({" 企业名录 ": [firm(1)], "月度经营": rows})
    assert batch.frames["monthly"]["source_row"].tolist() == [6]
    assert batch.frames["monthly"]["output_fen"].tolist() == [12_000_000]
    assert batch.fields["monthly"] == {"month", "basis", "credit_code", "output_fen"}


def test_a_code_typed_as_a_number_is_never_guessed(read):
    batch = read({"企业名录": [firm(1) | {"统一社会信用代码": 913301130000000000}]})
    [finding] = [f for f in batch.findings if f.code == "E106"]
    assert "文本格式" in finding.message


def test_targets_are_stored_in_the_metric_s_unit(read):
    rows = [
        {"年份": 2024, "指标": "工业总产值", "范围": "全区", "目标值": 1900, "单位": "亿元"},
        {"年份": 2024, "指标": "亩均税收", "范围": "塘栖", "目标值": 33, "单位": "万元/亩"},
        {"年份": 2024, "指标": "工业总产值", "范围": "绿色能源", "目标值": 5, "单位": "亩"},
    ]
    batch = read({"年度目标": rows})
    assert batch.frames["target"][["metric", "scope", "value"]].values.tolist() == [
        ["output", "district", 19_000_000.0],
        ["tax_per_mu", "town:tangqi", 33.0],
    ]
    assert locations(batch, "E104") == [(4, "单位")]


def test_ten_thousand_faults_are_all_reported(read):
    rows = [month(n, "2024-03", **{"研发费用（万元）": "待定"}) for n in range(1, 10_001)]
    batch = read({"月度经营": rows})
    assert len(locations(batch, "E105")) == 10_000


@pytest.mark.parametrize("pages", [1, 3, 5, 7])
def test_a_full_temporary_folder_is_reported(read, monkeypatch, pages):
    monkeypatch.setattr(temporary_database, "PRAGMAS", (*temporary_database.PRAGMAS, f"max_page_count={pages}"))
    with pytest.raises(SourceError, match="TMPDIR"):
        read(book([month(1, "2024-03")]))
