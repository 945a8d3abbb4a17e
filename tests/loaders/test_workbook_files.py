"""Workbooks as other programs, careless users and attackers write them."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from data.loaders.sources.limits import Limits
from tests import workbooks
from tests.conftest import DEMO
from tests.loaders.published_frames import PublishedFrames, codes, locations
from tests.workbooks import firm, month


@pytest.fixture
def tidy(tmp_path):
    return workbooks.write(tmp_path / "x.xlsx", {"企业名录": [firm(1)], "月度经营": [month(1, "2024-03")]})


def repack(path, change):
    """Rewrite the parts of a workbook: (name, text) -> text."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(name, content.decode()) if name.endswith((".xml", ".rels")) else content)
    return path


def in_parts(change):
    return lambda name, text: change(text)


def in_sheets(change):
    return lambda name, text: change(text) if "/worksheets/" in name else text


def with_cells(path, cells, title="企业名录"):
    book = openpyxl.load_workbook(path)
    for cell_reference, value in cells.items():
        book[title][cell_reference] = value
    book.save(path)
    return path


def errors(batch):
    return [(f.code, f.row, f.column, f.value) for f in batch.findings if f.code[0] == "E"]


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!"])
@pytest.mark.parametrize(
    ("cell", "column"), [("I2", "用地面积（亩）"), ("B2", "企业名称"), ("C2", "所属镇街"), ("A2", "统一社会信用代码")]
)
def test_an_error_cell_is_reported_by_its_text(read, tidy, error, cell, column):
    messages = errors(read(with_cells(tidy, {cell: error})))
    assert ("E105", 2, column, error) in messages


def test_a_formula_without_a_stored_result_is_reported_and_one_with_an_empty_text_is_blank(read, tidy):
    assert [e[:3] for e in errors(read(with_cells(tidy, {"F2": '=IF(A1="","","x")'})))] == [("E105", 2, "链条环节")]
    empty = '<c r="F2" t="str"><f>IF(A1="","","x")</f><v></v></c>'
    path = repack(tidy, in_sheets(lambda text: re.sub(r'<c r="F2".*?</c>', empty, text)))
    assert errors(read(path)) == []


def test_a_formula_with_its_result_is_read(read, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    sheet = book.add_worksheet("企业名录")
    row = firm(1)
    sheet.write_row(0, 0, list(row))
    sheet.write_row(1, 0, list(row.values()))
    sheet.write_formula(1, 8, "=2*6", None, 12)
    book.close()
    batch = read(tmp_path / "x.xlsx")
    assert batch.frames["enterprise"]["land_mu"].tolist() == [12.0]


def test_an_error_in_an_ignored_column_is_ignored(read, tidy):
    assert errors(read(with_cells(tidy, {"L1": "备注栏", "L2": "#REF!"}))) == []


def test_a_percentage_is_read_as_it_is_shown(read, tmp_path):
    rows = [
        {"园区名称": n, "所属镇街": "塘栖镇", "年份": 2023, "入驻率（%）": v}
        for n, v in (("甲园", 0.89), ("乙园", 0.125), ("丙园", 75))
    ]
    path = workbooks.write(tmp_path / "x.xlsx", {"产业园区": rows})
    book = openpyxl.load_workbook(path)
    book["产业园区"]["D2"].number_format = "0%"
    book["产业园区"]["D3"].number_format = "0.0%"
    book.save(path)
    assert read(path).frames["park"]["occupancy_pct"].tolist() == [89, 12.5, 75]


def prefixed(text):
    """As the Open XML SDK writes: every element with a namespace prefix."""
    text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text)
    return text.replace("xmlns=", "xmlns:x=", 1)


@pytest.mark.parametrize(
    "change",
    [
        prefixed,
        lambda text: re.sub(r' r="[A-Z]+\d+"', "", text),
        lambda text: re.sub(r'(<c|<row) r="(\w+)"', r"\1 r='\2'", text),
    ],
    ids=["prefixes", "no references", "single quotes"],
)
def test_other_spellings_of_the_same_xml(read, tidy, change):
    with_cells(tidy, {"I2": "#DIV/0!"})
    batch = read(repack(tidy, in_sheets(change)))
    assert errors(batch) == [("E105", 2, "用地面积（亩）", "#DIV/0!")]
    assert len(batch.frames["monthly"]) == 1


def test_a_format_far_away_is_no_content(read, tidy):
    book = openpyxl.load_workbook(tidy)
    book["企业名录"]["XFD900000"].number_format = "0.0"
    book.save(tidy)
    assert codes(read(tidy)) == []


@pytest.mark.parametrize("cell", ["A1048576", "XFD2", "ZZ190000"])
def test_a_value_far_away_is_reported_with_the_sheet(read, tidy, cell):
    [finding] = read(with_cells(tidy, {cell: " "})).findings
    assert finding.code == "E101"
    assert "企业名录" in finding.message


def test_more_rows_than_the_limit_are_refused_with_their_number(read, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet("企业名录")
    for row in range(210_000):
        sheet.write_number(row, 0, row)
    book.close()
    [finding] = read(tmp_path / "x.xlsx", limits=Limits(rows=200_000)).findings
    assert finding.code == "E101"
    assert "210,000" in finding.message


def test_a_cell_of_endless_text_is_cut_where_excel_would_end_it(read, tidy):
    with_cells(tidy, {"B2": "ENDLESS"})
    batch = read(repack(tidy, in_parts(lambda text: text.replace("ENDLESS", "A" * 20_000_000))))
    assert batch.frames["enterprise"]["name"].str.len().tolist() == [32_767]


def test_texts_that_would_fill_the_memory_are_refused(read, tmp_path):
    path = workbooks.write(tmp_path / "x.xlsx", {"企业名录": [firm(n) | {"企业名称": "长" * 30_000} for n in range(1, 40)]})
    assert codes(read(path, limits=Limits(text_characters=1_000_000))) == ["E101"]
    assert codes(read(path)) == []


def test_a_reader_short_of_memory_is_a_finding(read):
    batch = read(DEMO, limits=Limits(memory_bytes=30 * 2**20))
    assert [f.code for f in batch.findings] == ["E101"]


def test_five_hundred_sheets_are_listed(read, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    for number in range(500):
        book.add_worksheet(f"附表{number}").write(0, 0, "x")
    sheet = book.add_worksheet("企业名录")
    sheet.write_row(0, 0, list(firm(1)))
    sheet.write_row(1, 0, list(firm(1).values()))
    book.close()
    batch = read(tmp_path / "x.xlsx")
    assert len(batch.frames["enterprise"]) == 1
    assert len(locations(batch, "N202")) == 500


def test_more_parts_than_any_workbook_has_are_refused(read, tidy):
    assert codes(read(tidy, limits=Limits(archive_members=3))) == ["E101"]


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_missing_or_broken_part_is_a_finding(read, tidy, name):
    batch = read(repack(tidy, lambda n, text: text[: len(text) // 2] if n == name else text))
    assert [f.code for f in batch.findings] == ["E101"]


@pytest.mark.parametrize(
    ("part", "expected"), [("xl/workbook.bin", "xlsb"), ("word/document.xml", "不是 Excel"), ("mimetype", "不是 Excel")]
)
def test_other_office_files_are_recognized(read, tmp_path, part, expected):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr(part, "x")
    [finding] = read(tmp_path / "x.xlsx").findings
    assert expected in finding.message


def test_a_web_page_named_xls_is_reported(read, tmp_path):
    (tmp_path / "x.xls").write_text("<html><table><tr><td>1</td></tr></table></html>")
    [finding] = read(tmp_path / "x.xls").findings
    assert "另存为 .xlsx" in finding.message


def test_a_workbook_named_xls_is_read(read, tidy):
    assert codes(read(tidy.rename(tidy.with_suffix(".xls")))) == []


def test_the_order_of_sheets_and_stray_spaces_in_names_do_not_matter(read):
    sheets = {"月度经营 ": [month(1, "2024-03")], "备注": [["内部"]], " 企业名录": [firm(1)]}
    batch = read(sheets)
    assert codes(batch) == []
    assert batch.sheet_names == {"monthly": "月度经营", "enterprise": "企业名录"}


def test_the_reader_reports_its_progress(read, tidy):
    steps = []
    read(tidy, progress=lambda what, done, of: steps.append((what, done, of)))
    assert steps[0][1] < steps[0][2]
    assert steps[-1][1] == steps[-1][2]
    assert any("月度经营" in what for what, _, _ in steps)


def test_findings_follow_the_sheets_and_rows(read):
    sheets = {"企业名录": [firm(1, town="x"), firm(2, town="y")], "月度经营": [month(3, "2024-03")]}
    rows = [(f.sheet, f.row) for f in read(sheets).findings if f.code[0] == "E"]
    assert rows == [("企业名录", 2), ("企业名录", 3), ("月度经营", 2)]


def test_land_compared_with_the_published_register(read, sample_batch):
    first = sample_batch.frames["enterprise"].iloc[0]
    row = {
        "统一社会信用代码": first["credit_code"],
        "年份": 2022,
        "评价税收（万元）": 1,
        "用地面积（亩）": first["land_mu"] * 1.21,
    }
    assert locations(read({"年度评价": [row]}, PublishedFrames(sample_batch)), "W306") == [(2, "用地面积（亩）")]


def test_a_sheet_whose_name_is_nearly_known_is_reported_the_name(read):
    batch = read({"企业名录": [firm(1)], "月度经济": [month(1, "2024-03")]})
    [finding] = [f for f in batch.findings if f.code == "N202"]
    assert (finding.sheet, finding.row) == ("月度经济", None)
    assert "“月度经营”" in finding.message
