"""Which files are read, by what they are and how they are named; what can't be read says what it is and how to save it."""

from __future__ import annotations

import os
import zipfile

import pytest

from data.loaders.sources.limits import Limits
from data.sandbox.titles import find_title
from tests import workbooks
from tests.loaders.published_frames import codes
from tests.workbooks import firm, month

TITLES = ["企业名录", "月度经营", "年度评价", "年度目标", "人才"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def refusal(batch):
    assert [f.code for f in batch.findings] == ["E101"]
    return batch.findings[0].message


def csv(path):
    row = month(1, "2024-03")
    path.write_text("\n".join(",".join(map(str, cells)) for cells in (row, row.values())), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("月度经营(1)", "月度经营"),
        ("月度经营 （2）", "月度经营"),
        ("副本月度经营", "月度经营"),
        ("月度经营 - 副本", "月度经营"),
        ("月度经营 - 副本 (2)", "月度经营"),
        ("月度经营的副本", "月度经营"),
        ("Copy of 月度经营", "月度经营"),
        ("2023年1月月度经营", "月度经营"),
        ("202301月度经营", "月度经营"),
        ("月度经营2023-01", "月度经营"),
        ("月度经营_20230131", "月度经营"),
        ("月度经营（2023年1—3月）", "月度经营"),
        ("2023年一季度月度经营-最终版", "月度经营"),
        ("2022年度评价", "年度评价"),
        ("2022年年度评价", "年度评价"),
        ("2023年度目标", "年度目标"),
        ("人才2022", "人才"),
        (" 月 度\n经营 ", "月度经营"),
        ("附件1月度经营", "月度经营"),
        ("附表2：月度经营", "月度经营"),
        ("一、月度经营", "月度经营"),
        ("3.月度经营表", "月度经营"),
        ("表1 月度经营", "月度经营"),
        ("月度经营上年同期", None),
        ("月度经营计划表", None),
        ("月度经营目标", None),
        ("人才计划", None),
        ("一月数据", None),
        ("月度经营" + "(1)" * 100_000, None),
    ],
)
def test_names_as_people_and_programs_give_them(name, title):
    assert find_title(name, TITLES) == title


@pytest.mark.parametrize("name", ["2023年1月月度经营", "月度经营 (2)", "副本月度经营"])
@pytest.mark.parametrize("kind", ["sheet", "file"])
def test_a_decorated_name_is_read_as_its_sheet(read, tmp_path, name, kind):
    if kind == "sheet":
        batch = read({"企业名录": [firm(1)], name: [month(1, "2024-03")]})
    else:
        folder = tmp_path / "folder"
        folder.mkdir()
        csv(folder / f"{name}.csv")
        workbooks.write(folder / "名录.xlsx", {"企业名录": [firm(1)]})
        batch = read(folder)
    assert codes(batch) == []
    assert len(batch.frames["monthly"]) == 1


def test_the_same_sheet_under_two_names_is_an_error_that_names_both(read):
    batch = read({"企业名录": [firm(1)], "月度经营": [month(1, "2024-03")], "月度经营 (2)": [month(1, "2024-03")]})
    [finding] = [f for f in batch.findings if f.code == "E109"]
    assert "“月度经营”、“月度经营 (2)”" in finding.message
    assert "并到一张表" in finding.message


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_the_same_sheet_in_two_files_is_an_error_that_names_both_files(read, tmp_path, kind):
    folder = tmp_path / "folder"
    folder.mkdir()
    workbooks.write(folder / "甲所.xlsx", {"企业名录": [firm(1)], "月度经营": [month(1, "2024-03")]})
    workbooks.write(folder / "乙所.xlsx", {"月度经营": [month(1, "2024-04")]})
    if kind == "archive":
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
    [finding] = [f for f in read(tmp_path / "x.zip" if kind == "archive" else folder).findings if f.code == "E109"]
    assert "月度经营（甲所.xlsx）" in finding.message
    assert "月度经营（乙所.xlsx）" in finding.message
    assert "一次检查和载入一个文件" in finding.message


def test_files_of_one_name_in_two_folders_of_an_archive_have_their_folders(read, tmp_path):
    csv(tmp_path / "月度经营.csv")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for folder in ("甲所", "乙所"):
            archive.write(tmp_path / "月度经营.csv", f"{folder}/月度经营.csv")
    [finding] = [f for f in read(tmp_path / "x.zip").findings if f.code == "E109"]
    assert "甲所/月度经营.csv" in finding.message
    assert "乙所/月度经营.csv" in finding.message


@pytest.fixture
def mixed(tmp_path):
    """A folder with the register as a workbook and the months as CSV, beside files that are no tables."""
    folder = tmp_path / "一月"
    folder.mkdir()
    workbooks.write(folder / "2024年3月报表.xlsx", {"企业名录": [firm(1)], "说明": [["x"]]})
    csv(folder / "月度经营.csv")
    (folder / "~$2024年3月报表.xlsx").write_bytes(b"x")
    (folder / "说明.docx").write_bytes(b"PK")
    return folder


def test_a_folder_of_workbooks_and_csv_is_one_batch(read, mixed):
    batch = read(mixed)
    assert codes(batch) == []
    assert {table: len(rows) for table, rows in batch.frames.items()} == {"enterprise": 1, "monthly": 1}
    assert [f.sheet for f in batch.findings if f.code == "N202"] == ["说明（2024年3月报表.xlsx）"]


def test_an_archive_of_workbooks_and_csv_is_one_batch(read, mixed, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in mixed.iterdir():
            archive.write(file, f"内\\{file.name}")
    batch = read(tmp_path / "x.zip")
    assert codes(batch) == []
    assert {table: len(rows) for table, rows in batch.frames.items()} == {"enterprise": 1, "monthly": 1}
    assert [f.sheet for f in batch.findings if f.code == "N202"] == ["说明（2024年3月报表.xlsx）", "说明.docx"]


def test_an_archive_that_is_called_a_workbook_is_read(read, mixed, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        for file in mixed.iterdir():
            archive.write(file, file.name)
    assert codes(read(tmp_path / "x.xlsx")) == []


@pytest.mark.parametrize(
    ("name", "content"), [("二月.zip", b"PK\x05\x06" + bytes(18)), ("二月.rar", b"Rar!"), ("二月.7z", b"7z\xbc\xaf")]
)
@pytest.mark.parametrize("around", ["folder", "archive"])
def test_an_archive_inside_is_not_passed_over(read, mixed, tmp_path, name, content, around):
    (mixed / name).write_bytes(content + bytes(200) if name != "二月.zip" else content)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for file in mixed.iterdir():
            archive.write(file, file.name)
    message = refusal(read(mixed if around == "folder" else tmp_path / "x.zip"))
    assert name in message
    assert "解压" in message


def test_a_table_in_a_format_not_read_is_not_passed_over(read, mixed, tmp_path):
    (mixed / "年度评价.xls").write_bytes(OLE)
    assert "年度评价.xls" in refusal(read(mixed))


def test_a_workbook_with_backslashes_in_its_archive_is_read(read, tmp_path):
    path = workbooks.write(tmp_path / "x.xlsx", {"企业名录": [firm(1)]})
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "y.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("/", "\\"), old.read(name))
    assert len(read(tmp_path / "y.xlsx").frames["enterprise"]) == 1


def test_a_workbook_named_csv_is_read_as_what_it_is(read, tmp_path):
    path = workbooks.write(tmp_path / "x.xlsx", {"企业名录": [firm(1)]})
    path.rename(tmp_path / "企业名录.csv")
    assert len(read(tmp_path / "企业名录.csv").frames["enterprise"]) == 1


def packed(path, *parts):
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts:
            archive.writestr(part, content)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.xlsb", [("[Content_Types].xml", "x"), ("xl/workbook.bin", "x")], (".xlsb", "另存为", "*.xlsx")),
        ("x.xlsx", [("xl\\workbook.bin", "x")], (".xlsb", "另存为", "*.xlsx")),
        ("x.ods", [("mimetype", "application/vnd.oasis.opendocument.spreadsheet")], (".ods", "另存为", "*.xlsx")),
        ("x.numbers", [("Index/Document.iwa", "x")], ("Numbers", "导出", ".xlsx")),
        ("x.xlsx", [("part/document.xml", "x")], ("不是 Excel", ".xlsx")),
        ("x.xls", OLE, (".xls", "另存为", "*.xlsx")),
        ("x.et", OLE, ("WPS", "另存为", "*.xlsx")),
        ("x.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), ("密码", "重新保存")),
        ("x.xls", OLE + "WordDocument".encode("utf-16-le"), ("文字文档", ".xlsx")),
        ("月度经营.pdf", b"%PDF-1.7", ("PDF", ".xlsx")),
        ("x.xlsx", b"%PDF-1.7", ("PDF", ".xlsx")),
        ("x.rar", b"Rar!\x1a\x07", ("解压", ".zip")),
        ("x.png", b"\x89PNG\r\n\x1a\n", ("图片", ".xlsx")),
        ("x.xls", b"<html><table></table></html>", ("网页", ".xlsx")),
        (
            "x.xls",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="spreadsheet">',
            ("XML", "*.xlsx"),
        ),
    ],
)
def test_a_format_not_read_is_named_with_the_way_to_save_it(read, tmp_path, name, content, expected):
    path = tmp_path / name
    packed(path, *content) if isinstance(content, list) else path.write_bytes(content)
    message = refusal(read(path))
    assert [part for part in expected if part not in message] == []
    assert "上传" not in message


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_only_regular_files_are_opened(read, tmp_path, kind):
    folder = tmp_path / "folder"
    folder.mkdir()
    csv(folder / "月度经营.csv")
    os.mkfifo(folder / "企业名录.csv")
    os.symlink("/dev/zero", folder / "年度评价.csv")
    if kind == "folder":
        assert list(read(folder).frames) == ["monthly"]
    else:
        for name in ("企业名录.csv", "年度评价.csv"):
            assert "普通文件" in refusal(read(folder / name))


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_size_is_looked_at_before_a_byte_is_read(read, tmp_path, kind):
    path = tmp_path / "月度经营.csv"
    with path.open("wb") as stream:
        stream.truncate(40 * 2**30)
    assert "拒绝" in refusal(read(tmp_path if kind == "folder" else path, limits=Limits()))
