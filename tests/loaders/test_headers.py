"""Headers as people write them: detected in any row, mapped by label and unit, never guessed."""

from __future__ import annotations

import openpyxl
import pytest

from tests.loaders.published_frames import codes, locations
from tests.workbooks import code, firm, month

HEAD = ["统一社会信用代码", "月份", "口径"]
ROW = [code(1), "2024-03", "当月"]


def faults(batch):
    """Codes of errors and warnings, but for the columns that a small table lacks."""
    return [c for c in codes(batch) if c != "W304"]


def sheet(*rows):
    return {"企业名录": [firm(1)], "月度经营": list(rows)}


def output(batch):
    return batch.frames["monthly"]["output_fen"].tolist()


@pytest.mark.parametrize(
    ("header", "fen"),
    [
        ("工业总产值", 2_000_000),
        ("工业总产值(万元)", 2_000_000),
        ("工业总产值 （ 万元 ）", 2_000_000),
        ("工业\n总产值\n【万元】", 2_000_000),
        ("*工业总产值（万元）", 2_000_000),
        ("工业总产值（当月）（万元）", 2_000_000),
        ("工业总产值（单位：万元）", 2_000_000),
        ("工业总产值:万元", 2_000_000),
        ("工业总产值（人民币万元）", 2_000_000),
        ("工业总产值（万元", 2_000_000),
        ("工业总产值（亿元）", 20_000_000_000),
        ("工业总产值/亿元", 20_000_000_000),
        ("工业总产值（百万元）", 200_000_000),
        ("工业总产值（千元）", 200_000),
        ("工业总产值（元）", 200),
    ],
)
def test_spellings_and_units_of_money(read, header, fen):
    batch = read(sheet([*HEAD, header], [*ROW, 2]))
    assert output(batch) == [fen]
    assert bool(locations(batch, "N204")) == (fen != 2_000_000)


@pytest.mark.parametrize(
    ("label", "field", "unit", "stored"),
    [
        ("综合能耗", "energy_tce", "万吨标准煤", 20_000.0),
        ("综合能耗", "energy_tce", "千克标准煤", 0.002),
        ("综合能耗", "energy_tce", "tce", 2.0),
        ("用电量", "power_wan_kwh", "千瓦时", 0.0002),
        ("用电量", "power_wan_kwh", "度", 0.0002),
        ("用电量", "power_wan_kwh", "亿千瓦时", 20_000.0),
        ("用电量", "power_wan_kwh", "MWh", 0.2),
        ("平均用工人数", "staff", "万人", 20_000.0),
    ],
)
def test_units_of_energy_and_people(read, label, field, unit, stored):
    batch = read(sheet([*HEAD, f"{label}（{unit}）"], [*ROW, 2]))
    assert batch.frames["monthly"][field].tolist() == [pytest.approx(stored)]


@pytest.mark.parametrize(
    ("unit", "stored"), [("平方米", 0.0002), ("万平方米", 2.0), ("亩", 2 / 15), ("公顷", 2.0), ("平方公里", 200.0)]
)
def test_units_of_floor_space(read, unit, stored):
    row = {"园区名称": "甲园", "所属镇街": "塘栖镇", "年份": 2023, f"建筑面积（{unit}）": 2}
    assert read({"产业园区": [row]}).frames["park"]["floor_wan_m2"].tolist() == [pytest.approx(stored)]


def test_a_fraction_declared_in_the_header_becomes_a_percentage(read):
    row = {"园区名称": "甲园", "所属镇街": "塘栖镇", "年份": 2023, "入驻率（小数）": 0.89}
    assert read({"产业园区": [row]}).frames["park"]["occupancy_pct"].tolist() == [pytest.approx(89)]


@pytest.mark.parametrize("unit", ["吨", "万美元", "人", "亩", "万千瓦时", "天元"])
def test_a_unit_of_another_kind_is_an_error_and_the_column_is_not_read(read, unit):
    batch = read(sheet([*HEAD, f"工业总产值（{unit}）", "入库税收"], [*ROW, -5, 1], [code(1), "2024-04", "当月", "x", 1]))
    assert locations(batch, "E104") == [(1, "工业总产值")]
    assert faults(batch) == ["E104"]
    assert batch.frames["monthly"].empty


@pytest.mark.parametrize("remark", ["上年同期", "增速%", "2023", "累计增长"])
def test_another_figure_of_the_same_name_is_not_taken_for_it(read, remark):
    batch = read(sheet([*HEAD, f"工业总产值（{remark}）", "工业总产值（万元）"], [*ROW, 7, 2]))
    assert output(batch) == [2_000_000]


@pytest.mark.parametrize(
    "header", ["时尚e家成员", "时尚E家成员（是/否）", "时尚Ｅ家成员"], ids=["lower case", "remark", "full width"]
)
def test_text_in_brackets_of_a_column_without_unit_is_a_remark(read, header):
    assert read({"企业名录": [{**firm(1), header: "是"}]}).frames["enterprise"]["platform_member"].tolist() == [True]


def test_findings_name_the_unit_only_where_the_clerk_states_it(read):
    head = [*HEAD, "工业总产值", "营业收入( 万元 )", "入库税收（亿元）"]
    batch = read(sheet(head, [*ROW, "x", "y", "z"]))
    assert locations(batch, "E105") == [(2, "工业总产值"), (2, "营业收入（万元）"), (2, "入库税收")]


def test_the_unit_declared_above_the_table_holds_where_the_header_names_none(read):
    batch = read(
        sheet(
            ["2024年3月主要指标（单位：亿元、吨标准煤）"], [*HEAD, "工业总产值", "入库税收（万元）", "综合能耗"], [*ROW, 2, 3, 4]
        )
    )
    row = batch.frames["monthly"].iloc[0]
    assert (row["output_fen"], row["tax_fen"], row["energy_tce"]) == (20_000_000_000, 3_000_000, 4.0)
    assert locations(batch, "N204") == [(2, "工业总产值")]


@pytest.mark.parametrize("line", ["单位：见表头", "填报单位：临平区经信局", "单位："])
def test_a_line_that_declares_no_unit_changes_nothing(read, line):
    assert output(read(sheet([line], [*HEAD, "工业总产值"], [*ROW, 2]))) == [2_000_000]


def test_a_row_of_units_below_the_header(read):
    batch = read(sheet([*HEAD, "工业总产值", "入库税收"], [None, None, None, "亿元", "（万元）"], [*ROW, 2, 3]))
    assert output(batch) == [20_000_000_000]
    assert batch.frames["monthly"]["source_row"].tolist() == [3]
    assert locations(batch, "N204") == [(2, "工业总产值")]


def test_a_header_of_merged_cells_two_rows_high(read, tmp_path):
    read(sheet([*HEAD, "主要指标", None], [None, None, None, "工业总产值（万元）", "入库税收"], [*ROW, 2, 1]))
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for block in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        book["月度经营"].merge_cells(block)
    book.save(tmp_path / "book.xlsx")
    batch = read(tmp_path / "book.xlsx")
    assert output(batch) == [2_000_000]
    assert faults(batch) == []
    assert batch.fields["monthly"] == {"credit_code", "month", "basis", "output_fen", "tax_fen"}


def test_this_month_and_last_year_under_one_merged_heading(read):
    batch = read(sheet([*HEAD, "工业总产值（万元）", None], [None, None, None, "本月", "上年同期"], [*ROW, 2, 3]))
    assert output(batch) == [2_000_000]
    assert locations(batch, "N202") == [(2, "上年同期")]


def test_the_same_column_twice_is_an_error_unless_one_is_empty(read):
    twice = read(sheet([*HEAD, "工业总产值（亿元）", "工业总产值（万元）"], [*ROW, 2, 20_000]))
    assert locations(twice, "E109") == [(1, "工业总产值（万元）")]
    empty = read(sheet([*HEAD, "工业总产值（亿元）", "工业总产值（万元）"], [*ROW, None, 20_000]))
    assert faults(empty) == []
    assert output(empty) == [20_000_000_000]


def test_an_unknown_column_is_listed_with_the_name_it_resembles(read):
    batch = read(sheet([*HEAD, "工业总产质", "填报人"], [*ROW, 2, "张"]))
    ignored = {f.column: f for f in batch.findings if f.code == "N202"}
    assert set(ignored) == {"工业总产质", "填报人"}
    assert "工业总产值" in ignored["工业总产质"].message
    assert ignored["填报人"].letter == "E"


def test_figures_without_a_header_are_listed(read):
    [finding] = [f for f in read(sheet(HEAD, [*ROW, 2])).findings if f.code == "N202"]
    assert (finding.row, finding.letter) == (1, "D")


def test_every_missing_required_column_is_reported_with_its_header(read):
    batch = read({"企业名录": [{"统一社会信用代码": code(1), "企业名称": "甲", "所属镇街": "塘栖"}]})
    assert locations(batch, "E102") == [(1, "行业代码"), (1, "产业链"), (1, "评价类型"), (1, "用地面积（亩）")]
    assert batch.frames["enterprise"].empty


def test_a_known_sheet_without_a_header_says_so(read):
    batch = read(sheet([1, 2, 3], [4, 5, 6]))
    assert locations(batch, "E102") == [(None, None)]


def test_a_blank_sheet_of_the_template_is_a_notice(read):
    batch = read(sheet())
    assert faults(batch) == []
    assert ("N202", "月度经营") in {(f.code, f.sheet) for f in batch.findings}


def test_a_header_alone_is_a_sheet_without_rows(read):
    batch = read(sheet([*HEAD, "工业总产值"]))
    assert faults(batch) == []
    assert len(batch.frames["monthly"]) == 0


def test_a_sheet_that_stands_twice_is_an_error(read):
    batch = read({"企业名录": [firm(1)], " 企业名录": [firm(2)]})
    assert [(f.code, f.sheet, f.row) for f in batch.findings if f.code[0] == "E"] == [("E109", "企业名录", None)]


def test_rows_and_columns_are_those_of_excel_wherever_the_table_starts(read, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "企业名录"
    for c, (header, value) in enumerate({**firm(1), "所属镇街": "塘西"}.items()):
        book.active.cell(5, 3 + c, header)
        book.active.cell(8, 3 + c, value)
    book.save(tmp_path / "c5.xlsx")
    [finding] = [f for f in read(tmp_path / "c5.xlsx").findings if f.code == "E107"]
    assert (finding.row, finding.letter, finding.value) == (8, "E", "塘西")
    assert "塘栖镇" in finding.message or "塘栖" in finding.message


def test_rows_filled_only_in_unknown_columns_are_no_rows(read):
    batch = read(sheet([*HEAD, "工业总产值", "填报人"], [*ROW, 2, "张"], [None, None, None, None, "李"]))
    assert faults(batch) == []
    assert output(batch) == [2_000_000]


def test_month_rows_keep_working(read):
    assert len(read({"企业名录": [firm(1)], "月度经营": [month(1, "2024-03")]}).frames["monthly"]) == 1


CUMULATIVE_ROW = [code(1), "2024-03", "累计"]


@pytest.mark.parametrize(
    "remark", ["本月止累计", "累计", "累计数", "本年累计", "自年初累计", "1—3月累计", "1-本月", "年初至本月", "年初至今累计"]
)
@pytest.mark.parametrize("first", [True, False], ids=["before last year", "behind last year"])
def test_a_pair_of_headings_below_a_merged_one(read, remark, first):
    """Excel has the text of merged cells in the first of them only, whatever stands below it."""
    below, values = ([remark, "上年同期"], [2, 9]) if first else (["上年同期", remark], [9, 2])
    head = [*HEAD, "工业总产值（万元）", None, "入库税收（万元）", None]
    batch = read(sheet(head, [None, None, None, *below, *below], [*CUMULATIVE_ROW, *values, *values]))
    assert faults(batch) == []
    row = batch.frames["monthly"].iloc[0]
    assert (row["output_fen"], row["tax_fen"], row["source_row"]) == (2_000_000, 2_000_000, 3)


def test_a_row_of_units_below_two_rows_of_headings(read):
    head = [*HEAD, "工业总产值", None]
    batch = read(sheet(head, [None, None, None, "本月", "上年同期"], [None, None, None, "亿元", "亿元"], [*ROW, 2, 9]))
    assert output(batch) == [20_000_000_000]


@pytest.mark.parametrize(("basis", "fen"), [("当月", 2_000_000), ("累计", 9_000_000)])
@pytest.mark.parametrize(
    "labels",
    [["工业总产值（本月）", "工业总产值（累计）"], ["本月工业总产值", "1-3月工业总产值"], ["工业总产值", "累计工业总产值"]],
)
def test_of_the_month_and_the_sum_the_rows_basis_chooses(read, basis, fen, labels):
    batch = read(sheet([*HEAD, *labels], [code(1), "2024-01", basis, 2, 9]))
    assert faults(batch) == []
    assert output(batch) == [fen]


def test_a_header_that_contradicts_the_basis_is_an_error(read):
    batch = read(sheet([*HEAD, "工业总产值（累计）"], [*ROW, 2]))
    assert locations(batch, "E105") == [(2, "口径")]


def test_growth_and_completion_are_no_sums(read):
    batch = read(sheet([*HEAD, "工业总产值（累计增长）", "工业总产值累计同比"], [*CUMULATIVE_ROW, 7, 8]))
    assert len(locations(batch, "N202")) >= 2
    assert "output_fen" not in batch.fields["monthly"]


def test_a_header_of_endless_text_names_nothing(read):
    batch = read(sheet([*HEAD, "工业总产值" + "(x)" * 10_000], [*ROW, 2]))
    assert "output_fen" not in batch.fields["monthly"]


NUMBERS = (
    [1, 2, 3, 4, 5],
    ["甲", "乙", "丙", 1, 2],
    ["(1)", "(2)", "(3)", "(4)", "(5)"],
    ["A", "B", "C", "1", "2"],
    ["（１）", "（２）", "（３）", "（４）", "（５）"],
)


@pytest.mark.parametrize("numbers", NUMBERS, ids=str)
@pytest.mark.parametrize("units", [[], [[None, None, None, "万元", "万元"]]], ids=["", "below units"])
def test_numbers_of_the_columns_are_no_row(read, numbers, units):
    batch = read(sheet([*HEAD, "工业总产值", "入库税收"], *units, numbers, [*ROW, 2, 1]))
    assert faults(batch) == []
    assert output(batch) == [2_000_000]
    assert locations(batch, "N202") == [(2 + len(units), None)]


@pytest.mark.parametrize("row", [[1, 2, 3, 5, 4], [None, 2, 3, 4, 5], [code(1), 2, 3, 4, 5]], ids=str)
def test_other_numbers_are_a_row(read, row):
    assert "E105" in codes(read(sheet([*HEAD, "工业总产值", "入库税收"], row, [*ROW, 2, 1])))


def test_a_header_that_stands_on_each_page_is_read_once(read):
    head = [*HEAD, "工业总产值（万元）"]
    batch = read(sheet(head, [*ROW, 2], head, [code(1), "2024-04", "当月", 3]))
    assert faults(batch) == []
    assert output(batch) == [2_000_000, 3_000_000]
    assert locations(batch, "N202") == [(3, None)]


@pytest.mark.parametrize("text", ["一、规上企业", "以上为快报数"])
def test_a_text_that_stands_alone_between_rows_of_enterprises_is_no_row(read, text):
    batch = read(sheet([*HEAD, "工业总产值"], [text], [*ROW, 2]))
    assert faults(batch) == []
    assert locations(batch, "N202") == [(2, None)]


def test_a_code_or_a_name_that_stands_alone_is_a_row_without_the_rest(read):
    assert ("E103" in codes(read(sheet([*HEAD, "工业总产值"], [code(1)], [*ROW, 2])))) is True
    parks = [["园区名称", "所属镇街", "年份", "税收"], ["甲园"], ["乙园", "塘栖镇", 2023, 900]]
    assert locations(read({"产业园区": parks}), "E103") == [(2, "所属镇街"), (2, "年份")]


def test_a_sheet_without_rows_says_so(read):
    batch = read({"企业名录": [firm(1)], "月度经营": [[*HEAD, "工业总产值"]]})
    assert [f.message for f in batch.findings if f.code == "N202"] == ["只有表头，没有数据行，已忽略。"]
