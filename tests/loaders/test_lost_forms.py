"""Cells that Excel changed on the way: codes taken for numbers, dates without their format, the date zero, quoted texts."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests import workbooks
from tests.loaders.published_frames import PublishedFrames, codes, locations
from tests.workbooks import code, firm, month


def project(**cells):
    row = {"项目编号": "P1", "项目名称": "甲", "产业链": "绿色能源", "所属镇街": "塘栖镇", "签约日期": date(2022, 3, 15)}
    blank = dict.fromkeys(("开工日期", "竣工日期", "投产日期", "累计完成投资（万元）"))
    return {"项目台账": [{**row, **blank, "计划总投资（万元）": 100, "绿色能源": "是", "来源": "招引", **cells}]}


def message(batch, finding_code):
    [finding] = [f for f in batch.findings if f.code == finding_code]
    return finding.message


@pytest.mark.parametrize("cell", [44927, 44927.0, "44927", 44957.75])
def test_a_month_that_is_a_serial_says_which_it_would_be(read, cell):
    text = message(read({"企业名录": [firm(1)], "月度经营": [month(1, cell)]}), "E105")
    assert "日期" in text
    assert "2023-01" in text


@pytest.mark.parametrize("cell", [44635, "44635", 44635.5])
def test_a_date_that_is_a_serial_says_which_it_would_be(read, cell):
    assert "2022-03-15" in message(read(project(**{"签约日期": cell})), "E105")


def test_a_year_that_is_a_serial_says_which_it_would_be(read):
    row = {"园区名称": "甲园", "所属镇街": "塘栖镇", "年份": 44927, "入驻率（%）": 90}
    assert "2023" in message(read({"产业园区": [row]}), "E105")


@pytest.mark.parametrize("cell", ["4492", "449270", "99999", 0.5, "-44927"])
def test_other_numbers_are_no_dates(read, cell):
    assert "序号" not in message(read(project(**{"签约日期": cell})), "E105")


@pytest.mark.parametrize("cell", [0, "0", "1900/1/0", "1900-01-00", "1899-12-30", "0000-00-00", "00:00:00"])
def test_the_date_zero_is_blank_with_a_notice(read, cell):
    batch = read(project(**{"开工日期": cell, "竣工日期": None}))
    assert codes(batch) == []
    assert locations(batch, "N211") == [(None, "开工日期")]
    assert batch.frames["project"]["started_on"].isna().all()


@pytest.mark.parametrize("format_", ["yyyy-mm-dd", "yyyy/m/d h:mm", "h:mm:ss"])
def test_the_number_zero_shown_as_a_date_is_blank_with_a_notice(read, tmp_path, format_):
    path = workbooks.write(tmp_path / "x.xlsx", project(**{"开工日期": 0}))
    book = openpyxl.load_workbook(path)
    [cell] = [c for c in book["项目台账"][2] if c.value == 0]
    cell.number_format = format_
    book.save(path)
    batch = read(path)
    assert codes(batch) == []
    assert locations(batch, "N211") == [(None, "开工日期")]


def test_a_required_date_that_is_zero_is_missing(read):
    assert locations(read(project(**{"签约日期": 0})), "E103") == [(2, "签约日期")]


def registered(industry):
    return {"企业名录": [firm(1) | {"行业代码": industry}]}


@pytest.mark.parametrize(
    ("cell", "whole"),
    [(810, "0810"), (690.0, "0690"), ("810", "0810"), ("B810", "0810"), (933, "0933"), ("911", "0911"), (8, "08")],
)
def test_an_industry_code_that_lost_its_zero_is_offered_whole(read, cell, whole):
    batch = read(registered(cell))
    assert locations(batch, "E105") == [(2, "行业代码")]
    assert f"“{whole}”" in message(batch, "E105")


@pytest.mark.parametrize(("cell", "stored"), [("0810", "0810"), (1751, "1751"), ("1751.0", "1751"), (175, "175"), ("651", "651")])
def test_other_industry_codes_are_read(read, cell, stored):
    batch = read(registered(cell))
    assert codes(batch) == []
    assert batch.frames["enterprise"]["industry_code"].tolist() == [stored]


@pytest.mark.parametrize("cell", ["9.1330113E+17", "9.1330113001e17", 9.1330113e17, "913301130000000000.0", "９.1330113E+17"])
def test_a_credit_code_taken_for_a_number_gets_the_same_advice_however_it_stands(read, cell):
    batch = read({"企业名录": [firm(1)], "月度经营": [month(1, "2024-03") | {"统一社会信用代码": cell}]})
    assert locations(batch, "E106") == [(2, "统一社会信用代码")]
    assert "文本格式" in message(batch, "E106")
    assert "应为18位" not in message(batch, "E106")


@pytest.mark.parametrize("label", ["企业名称", "单位名称"])
def test_the_code_is_offered_by_the_name_beside_it(read, label):
    row = {label: "  " + firm(2)["企业名称"], **month(2, "2024-03"), "统一社会信用代码": "9.1330113E+17"}
    batch = read({"企业名录": [firm(1), firm(2)], "月度经营": [row]})
    assert code(2) in message(batch, "E106")


def test_the_register_itself_is_offered_the_published_code(read):
    published = PublishedFrames(enterprises=read({"企业名录": [firm(1)]}).frames["enterprise"])
    batch = read({"企业名录": [firm(1) | {"统一社会信用代码": 9.1330113e17}]}, published)
    assert code(1) in message(batch, "E106")


def test_a_name_that_two_enterprises_have_is_offered_no_code(read):
    twins = [firm(1), firm(2) | {"企业名称": firm(1)["企业名称"]}]
    row = {"企业名称": firm(1)["企业名称"], **month(1, "2024-03"), "统一社会信用代码": "9.1330113E+17"}
    text = message(read({"企业名录": twins, "月度经营": [row]}), "E106")
    assert code(1) not in text
    assert code(2) not in text


@pytest.mark.parametrize(("cell", "stored"), [("0012", "0012"), ("'0012", "0012"), (2023001, "2023001")])
def test_project_numbers_are_text(read, cell, stored):
    assert read(project(**{"项目编号": cell})).frames["project"]["project_no"].tolist() == [stored]


@pytest.mark.parametrize("cell", ["3.30113E+12", 3.30113e20, 330113202301000123.0, "330113202301000000.0"])
def test_a_project_number_that_lost_digits_as_a_number_is_an_error(read, cell):
    assert locations(read(project(**{"项目编号": cell})), "E105") == [(2, "项目编号")]


@pytest.mark.parametrize("cell", ["2023001.0", "2023001.00", 2023001.0])
def test_a_project_number_with_decimals_is_the_number_before_them(read, cell):
    batch = read(project(**{"项目编号": cell}))
    assert codes(batch, "E") == []
    assert batch.frames["project"]["project_no"].tolist() == ["2023001"]


def ledger(*numbers):
    return {"项目台账": [project(**{"项目编号": number})["项目台账"][0] for number in numbers]}


def published_ledger(read, *numbers):
    return PublishedFrames(read({"企业名录": [firm(1)], "月度经营": [month(1, "2024-03")], **ledger(*numbers)}))


@pytest.mark.parametrize("cell", [12, "12", 12.0, "012"])
def test_a_project_number_without_its_zeros_is_offered_the_published_one(read, cell):
    batch = read(ledger(cell), published_ledger(read, "0012"))
    assert locations(batch, "E105") == [(2, "项目编号")]
    assert "已发布的是“0012”" in message(batch, "E105")


def test_a_project_number_shorter_than_those_with_zeros_is_offered_as_long(read):
    batch = read(ledger("0012", "0013", 7, "1000"))
    assert locations(batch, "E105") == [(4, "项目编号")]
    assert "“0007”" in message(batch, "E105")


def test_a_project_number_twice_with_and_without_zeros_is_an_error(read):
    assert locations(read(ledger("0012", 12)), "E105") == [(3, "项目编号")]


def test_other_project_numbers_have_lost_nothing(read):
    assert codes(read(ledger("0012", "0013", "1000", "XM7", "2023001")), "E") == []
    assert codes(read(ledger("7", "0012"), published_ledger(read, "7")), "E") == []  # as it is published


@pytest.mark.parametrize(("cell", "stored"), [("202301.0", 202301), (202301.0, 202301)])
def test_a_month_with_decimals_is_the_number_before_them(read, cell, stored):
    assert read({"企业名录": [firm(1)], "月度经营": [month(1, cell)]}).frames["monthly"]["month"].tolist() == [stored]


def test_a_year_with_decimals_is_the_number_before_them(read):
    row = {"园区名称": "甲园", "所属镇街": "塘栖镇", "年份": "2023.0", "入驻率（%）": 90}
    assert read({"产业园区": [row]}).frames["park"]["year"].tolist() == [2023]


def test_dates_counted_from_1904_are_read_and_a_lost_format_offers_the_right_day(read, tmp_path):
    """As Excel for the Macintosh did: the same day has another number."""
    book = openpyxl.load_workbook(workbooks.write(tmp_path / "x.xlsx", ledger("P1", "P2")))
    book.epoch = CALENDAR_MAC_1904
    column = [c.value for c in book["项目台账"][1]].index("签约日期") + 1
    book["项目台账"].cell(3, column, 43173).number_format = "General"  # 15 March 2022
    book.save(tmp_path / "y.xlsx")
    batch = read(tmp_path / "y.xlsx")
    assert [str(d.date()) for d in batch.frames["project"]["signed_on"]] == ["2022-03-15"]
    assert "即 2022-03-15。" in message(batch, "E105")


def test_quoted_formulas_of_a_csv_are_the_texts_in_them(read, tmp_path):
    """As programs write CSV so that Excel keeps the zeros."""
    folder = tmp_path / "folder"
    folder.mkdir()
    cells = {header: f'="{value}"' for header, value in month(1, "2024-03", output=200).items()} | {"口径": "'当月"}
    head, row = [f'="{header}"' for header in cells], cells.values()
    (folder / "月度经营.csv").write_text("\n".join(",".join(r) for r in (head, row)), encoding="utf-8-sig")
    workbooks.write(folder / "x.xlsx", {"企业名录": [firm(1)]})
    batch = read(folder)
    assert codes(batch) == []
    assert batch.frames["monthly"]["output_fen"].tolist() == [200_000_000]
    assert batch.frames["monthly"]["month"].tolist() == [202403]
