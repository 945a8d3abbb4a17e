"""Totals rows and remarks: never data; a total that disagrees with its rows is a warning."""

from __future__ import annotations

import openpyxl
import pytest

from tests.loaders.published_frames import codes, locations
from tests.workbooks import code, firm

HEAD = ["统一社会信用代码", "月份", "口径", "工业总产值（万元）", "入库税收（万元）"]
ROWS = [[code(1), "2024-03", "当月", 100, 1], [code(2), "2024-03", "当月", 50, 2]]


def book(*rows):
    return {"企业名录": [firm(1), firm(2), firm(3)], "月度经营": [HEAD, *rows]}


def warned(batch):
    return locations(batch, "W305")


@pytest.mark.parametrize(
    "text", ["合计", "小计", "总计", "合 计", "合计：", " 合　计 ", "共计", "合计（2家）", "全区合计", "塘栖镇小计", "2024年合计"]
)
def test_spellings_of_a_totals_row(read, text):
    batch = read(book(*ROWS, [text, None, None, 150, 3]))
    assert locations(batch, "N203") == [(4, None)]
    assert [c for c in codes(batch) if c != "W304"] == []
    assert len(batch.frames["monthly"]) == 2


@pytest.mark.parametrize(
    ("stated", "wrong"), [(150, False), (150.75, False), (149.25, False), (150.76, True), (149.2, True), (0, True)]
)
def test_half_a_percent_is_tolerated(read, stated, wrong):
    batch = read(book(*ROWS, ["合计", None, None, stated, 3]))
    assert warned(batch) == ([(4, "工业总产值（万元）")] if wrong else [])


def test_every_numeric_column_is_compared(read):
    assert warned(read(book(*ROWS, ["合计", None, None, 1, 1]))) == [(4, "工业总产值（万元）"), (4, "入库税收（万元）")]


def test_figures_are_compared_in_the_clerk_s_unit(read):
    sheets = book(*ROWS, ["合计", None, None, "0.0151亿元", 3])
    [finding] = [f for f in read(sheets).findings if f.code == "W305"]
    assert finding.value == "0.0151亿元"
    assert "151" in finding.message
    assert "150" in finding.message


def test_subtotals_sum_since_the_last_and_the_total_sums_all(read):
    rows = [ROWS[0], ["小计", None, None, 100, 1], ROWS[1], ["小计", None, None, 50, 2], ["合计", None, None, 150, 3]]
    assert warned(read(book(*rows))) == []
    rows[3] = ["小计", None, None, 150, 3]
    assert warned(read(book(*rows))) == [(5, "工业总产值（万元）"), (5, "入库税收（万元）")]


def test_a_total_of_each_section_is_as_good_as_one_of_all(read):
    rows = [ROWS[0], ["合计", None, None, 100, 1], ROWS[1], ["合计", None, None, 50, 2]]
    assert warned(read(book(*rows))) == []


def test_a_column_with_unreadable_figures_has_no_sum(read):
    batch = read(book(ROWS[0], [code(2), "2024-03", "当月", "待定", 2], ["合计", None, None, 150, 3]))
    assert locations(batch, "E105") == [(3, "工业总产值（万元）")]
    assert warned(batch) == []


def test_rows_with_other_faults_still_belong_to_the_sum(read):
    batch = read(book(ROWS[0], ["9133", "2024-03", "当月", 50, 2], ["合计", None, None, 150, 3]))
    assert warned(batch) == []


def test_a_totals_row_of_formulas_says_nothing(read, tmp_path):
    read(book(*ROWS))
    book_ = openpyxl.load_workbook(tmp_path / "book.xlsx")
    book_["月度经营"].append(["合计", None, None, "=SUM(D2:D3)", "=1/0"])
    book_.save(tmp_path / "book.xlsx")
    batch = read(tmp_path / "book.xlsx")
    assert [c for c in codes(batch) if c != "W304"] == []


def test_percentages_are_not_added_up(read):
    head = ["园区名称", "所属镇街", "年份", "入驻率（%）", "入驻企业数"]
    rows = [["甲园", "塘栖镇", 2023, 80, 5], ["乙园", "塘栖镇", 2023, 90, 6], ["合计", None, None, 85, 11]]
    assert [c for c in codes(read({"产业园区": [head, *rows]})) if c != "W304"] == []


def test_a_name_that_ends_like_a_totals_row_is_a_name(read):
    row = {"园区名称": "云计共计", "所属镇街": "塘栖镇", "年份": 2023}
    assert read({"产业园区": [row]}).frames["park"]["name"].tolist() == ["云计共计"]


@pytest.mark.parametrize(
    "remark",
    [
        ["注：本表不含保密企业"],
        ["填报人：张三", None, None, "审核人：李四"],
        [None, "备注", "以上为快报数"],
        ["单位负责人：王五"],
    ],
)
def test_remarks_below_the_table_are_passed_over(read, remark):
    batch = read(book(*ROWS, remark))
    assert [c for c in codes(batch) if c != "W304"] == []
    assert locations(batch, "N202") == [(4, None)]


def test_a_row_of_data_that_starts_like_a_remark_is_data(read):
    row = {"产业链": "全部", "政策名称": "说明会补助办法", "类型": "区级"}
    assert len(read({"政策清单": [row]}).frames["policy"]) == 1
