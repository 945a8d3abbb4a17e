"""Files that are no workbooks, or mean harm: each ends in one finding E101 in Chinese, and nothing else happens."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from cockpit.errors import SourceError
from data.loaders import read_batch
from data.loaders.sources.limits import Limits
from tests import workbooks
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.workbooks import firm


def read(path, district, **more):
    return read_batch(path, district, NoPublishedData(), today=TODAY, **more)


def tidy(path):
    return workbooks.write(path, {"企业名录": [firm(1)]})


def repack(path, change):
    """The workbook with its parts changed: name -> bytes in, bytes out."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return path


def text_named_xlsx(folder):
    path = folder / "x.xlsx"
    path.write_text("这不是工作簿")
    return path


def truncated(folder):
    path = tidy(folder / "x.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    return path


def bomb(folder):
    path = tidy(folder / "x.xlsx")
    return repack(path, lambda n, b: b"<a>" + b" " * (220 * 2**20) + b"</a>" if n.endswith("styles.xml") else b)


def far_cell(folder):
    book = openpyxl.Workbook()
    book.active.title = "企业名录"
    book.active["A1"], book.active["XFD1048576"] = "统一社会信用代码", 1
    book.save(folder / "x.xlsx")
    return folder / "x.xlsx"


def encrypted(folder):
    path = folder / "x.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    return path


def old_xls(folder):
    path = folder / "x.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900)
    return path


def laughs(folder):
    path = tidy(folder / "x.xlsx")
    head = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return repack(path, lambda n, b: head + b"<worksheet>&b;</worksheet>" if "sheet1" in n else b)


def empty(folder):
    path = folder / "x.xlsx"
    path.touch()
    return path


def nobody_s(folder):
    return workbooks.write(folder / "x.xlsx", {"随便": [["a"]]})


def plain_zip(folder):
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.md", "x")
    return path


def other_extension(folder):
    path = folder / "x.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def unknown_csv(folder):
    path = folder / "随便.csv"
    path.write_text("a,b\n1,2\n")
    return path


FILES = (
    text_named_xlsx,
    truncated,
    bomb,
    far_cell,
    encrypted,
    old_xls,
    laughs,
    empty,
    nobody_s,
    plain_zip,
    other_extension,
    unknown_csv,
)


@pytest.mark.parametrize("make", FILES, ids=lambda f: f.__name__)
def test_hostile_file_is_one_finding(make, tmp_path, district):
    batch = read(make(tmp_path), district)
    assert [f.code for f in batch.findings] == ["E101"]
    assert not batch.frames
    assert any("\u4e00" <= c <= "\u9fff" for c in batch.findings[0].message)


def test_a_missing_file_is_an_exception(tmp_path, district):
    with pytest.raises(SourceError, match="找不到"):
        read(tmp_path / "none.xlsx", district)


def test_a_reader_that_hangs_is_stopped(tmp_path, district):
    batch = read(tidy(tmp_path / "x.xlsx"), district, limits=Limits(seconds=0.001))
    assert [f.code for f in batch.findings] == ["E101"]


def test_formula_errors_and_unsaved_results_do_not_become_blank(tmp_path, district):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "企业名录"
    row = firm(1) | {"用地面积（亩）": "=1/0"}
    sheet.append(list(row))
    sheet.append(list(row.values()))
    book.save(tmp_path / "x.xlsx")
    batch = read(tmp_path / "x.xlsx", district)
    assert [(f.code, f.column) for f in batch.findings if f.code[0] == "E"] == [("E105", "用地面积（亩）")]


def test_hidden_sheets_and_rows_are_read(tmp_path, district):
    path = workbooks.write(tmp_path / "x.xlsx", {"企业名录": [firm(1), firm(2)]})
    book = openpyxl.load_workbook(path)
    book.create_sheet("说明")
    book["企业名录"].sheet_state = "hidden"
    book["企业名录"].row_dimensions[3].hidden = True
    book.save(path)
    assert len(read(path, district).frames["enterprise"]) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_usual_forms(tmp_path, district, encoding, delimiter):
    row = {k: v for k, v in firm(1).items() if v is not None}
    lines = [delimiter.join(row), delimiter.join(map(str, row.values()))]
    (tmp_path / "企业名录.csv").write_text("\r\n".join(lines), encoding=encoding)
    for source in (tmp_path / "企业名录.csv", tmp_path):
        batch = read(source, district)
        assert not [f for f in batch.findings if f.code[0] == "E"], batch.findings
        assert batch.frames["enterprise"]["town"].tolist() == ["tangqi"]


def test_macros_are_not_run_and_cells_are_read(tmp_path, district):
    path = tidy(tmp_path / "x.xlsm")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert len(read(path, district).frames["enterprise"]) == 1
