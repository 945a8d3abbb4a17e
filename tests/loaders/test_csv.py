"""CSV: files named after sheets, alone, in a folder or in an archive, in the encodings that Excel writes."""

from __future__ import annotations

import struct
import zipfile

import pytest

from data.loaders.sources.limits import Limits
from tests.loaders.published_frames import codes, locations
from tests.workbooks import code, firm

HEAD = ["统一社会信用代码", "月份", "口径", "工业总产值（万元）"]


def register(delimiter=","):
    row = {k: v for k, v in firm(1).items() if v is not None}
    return "\r\n".join([delimiter.join(row), delimiter.join(map(str, row.values()))])


def months(*rows):
    return "\n".join(",".join(r) for r in rows)


def refused(batch):
    assert [f.code for f in batch.findings] == ["E101"]
    return batch.findings[0].message


def folder(path, **files):
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(read, tmp_path, encoding, delimiter):
    (tmp_path / "企业名录.csv").write_bytes(register(delimiter).encode(encoding))
    batch = read(tmp_path / "企业名录.csv")
    assert codes(batch) == []
    assert batch.frames["enterprise"]["land_mu"].tolist() == [10.0]


def test_rows_are_numbered_as_excel_does_blank_lines_and_titles_included(read, tmp_path):
    rows = [[code(1), "2024-03", "当月", '"1,234.5"'], [code(1), "2024-04", "当月", "x"]]
    text = months(["2024年3月；指标"], [], HEAD, [], *rows)
    batch = read(folder(tmp_path, 企业名录=register(), 月度经营=text))
    assert batch.frames["monthly"]["source_row"].tolist() == [5]
    assert batch.frames["monthly"]["output_fen"].tolist() == [1_234_500_000]
    assert locations(batch, "E105") == [(6, "工业总产值（万元）")]


def test_a_line_break_in_a_quoted_cell_is_one_row(read, tmp_path):
    text = f'{",".join(HEAD[:3])},"工业总产值\n(亿元)"\n{code(1)},2024-03,当月,0.5\n{code(1)},2024-04,当月,x\n'
    batch = read(folder(tmp_path, 企业名录=register(), 月度经营=text))
    assert locations(batch, "E105") == [(3, "工业总产值")]


def test_plain_numbers_of_a_csv_are_no_change_of_spelling(read, tmp_path):
    text = months(HEAD, [code(1), "2024-03", "当月", "1234.50"])
    assert not locations(read(folder(tmp_path, 企业名录=register(), 月度经营=text)), "N201")


def test_a_folder_lists_files_that_are_no_sheet(read, tmp_path):
    folder(tmp_path, 企业名录=register(), 随便="a,b")
    (tmp_path / ".hidden.csv").write_text("x")
    batch = read(tmp_path)
    assert [f.sheet for f in batch.findings if f.code == "N202"] == ["随便"]


@pytest.mark.parametrize("name", ["企业名录.csv", "一月/企业名录.csv", "一月\\企业名录.CSV"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_archives_with_names_as_windows_and_others_write_them(read, tmp_path, name, encoding):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, register())
        archive.writestr("__MACOSX/._企业名录.csv", b"\0\5\7")
    if encoding == "gbk":
        as_gbk(tmp_path / "x.zip")
    batch = read(tmp_path / "x.zip")
    assert codes(batch) == []
    assert len(batch.frames["enterprise"]) == 1


def as_gbk(path):
    """The archive as WindowPair' own zip writes it: names in GBK, without the flag that says UTF-8."""
    with zipfile.ZipFile(path) as old:
        members = [(m.filename, old.read(m)) for m in old.infolist()]
    names = [(f"{i}".encode() * len(name.encode("gbk")), name.encode("gbk")) for i, (name, _) in enumerate(members)]
    with zipfile.ZipFile(path, "w") as new:
        for (placeholder, _), (_, content) in zip(names, members, strict=True):
            new.writestr(placeholder.decode(), content)
    content = path.read_bytes()
    for placeholder, name in names:
        content = content.replace(placeholder, name)
    path.write_bytes(content)


@pytest.mark.parametrize("content", [b"", b"  \n ", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xff\x81", "企业".encode("utf-16")[:-1]])
def test_what_is_no_text_is_refused(read, tmp_path, content):
    (tmp_path / "企业名录.csv").write_bytes(content)
    assert "企业名录" in refused(read(tmp_path / "企业名录.csv")) or content == b""


@pytest.mark.parametrize("content", ["," * 5000, "x\n" * 600, "\n" * 5000, ("," * 900 + "\n") * 400])
def test_a_file_beyond_the_limits_is_refused_before_it_fills_the_memory(read, tmp_path, content):
    (tmp_path / "企业名录.csv").write_text("统一社会信用代码\n" + content)
    assert "拒绝" in refused(read(tmp_path / "企业名录.csv", limits=Limits(rows=500, cells=100_000)))


def test_a_cell_without_end_is_refused(read, tmp_path):
    (tmp_path / "企业名录.csv").write_text('a,"' + "x" * 200_000)
    assert "CSV" in refused(read(tmp_path / "企业名录.csv"))


def test_a_folder_too_large_is_refused(read, tmp_path):
    folder(tmp_path, 企业名录=register(), 月度经营="x" * 5000)
    assert "过大" in refused(read(tmp_path, limits=Limits(inflated_bytes=4000)))


def test_an_archive_that_inflates_too_far_is_refused(read, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("企业名录.csv", " " * 10_000_000)
    assert "过大" in refused(read(tmp_path / "x.zip", limits=Limits(inflated_bytes=1_000_000)))


def test_an_archive_with_a_giant_directory_is_refused_unread(read, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("企业名录.csv", register())
    content = bytearray((tmp_path / "x.zip").read_bytes())
    struct.pack_into("<I", content, len(content) - 10, 2**31)
    (tmp_path / "x.zip").write_bytes(content)
    assert "太多" in refused(read(tmp_path / "x.zip"))


@pytest.mark.parametrize("cut", [30, 100])
def test_a_broken_archive_is_refused(read, tmp_path, cut):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("企业名录.csv", register())
    content = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(content[:-cut])
    assert "损坏" in refused(read(tmp_path / "x.zip"))


def test_a_csv_named_after_no_sheet_is_reported_the_names(read, tmp_path):
    (tmp_path / "一月数据.csv").write_text(register())
    assert "月度经营" in refused(read(tmp_path / "一月数据.csv"))


def test_a_folder_is_known_by_the_content_and_names_of_its_csv_files(read, tmp_path):
    first = read(folder(tmp_path, 企业名录=register())).source
    (tmp_path / "readme.md").write_text("x")
    assert read(tmp_path).source == first
    folder(tmp_path, 月度经营=months(HEAD))
    assert read(tmp_path).source.sha256 != first.sha256
