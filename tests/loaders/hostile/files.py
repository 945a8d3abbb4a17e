"""Generators of files that mean harm: small on disk, large when read. Each returns the path to read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from itertools import repeat

from tests.workbooks import code, firm, month

_BOOK = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="r"><sheets>{}</sheets></workbook>'
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_END = "</sheetData></worksheet>"


def workbook(path, titles, rows: Iterable[str], strings: Iterable[str] = ()):
    """Write a workbook whose sheets share one part with these rows of XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels", _RELATIONS.format('<Relationship Id="a" Type="t/officeDocument" Target="xl/workbook.xml"/>')
        )
        archive.writestr("xl/workbook.xml", _BOOK.format("".join(f'<sheet name="{t}" sheetId="1" r:id="s"/>' for t in titles)))
        parts = (
            '<Relationship Id="s" Type="t/worksheet" Target="s.xml"/><Relationship Id="t" Type="t/sharedStrings" Target="t.xml"/>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(parts))
        if strings:
            _write(archive, "xl/t.xml", ["<sst>"], strings, ["</sst>"])
        _write(archive, "xl/s.xml", [_SHEET], rows, [_END])
    return path


def _write(archive, name, *parts: Iterable[str]):
    with archive.open(name, "w", force_zip64=True) as stream:
        for part in parts:
            for text in part:
                stream.write(text.encode())


def inline(number, *texts):
    cells = "".join(f'<c t="inlineStr"><is><t>{t}</t></is></c>' for t in texts)
    return f'<row r="{number}">{cells}</row>'


def header():
    return inline(1, "统一社会信用代码", "月份", "口径", "工业总产值（万元）")


def bad_rows(folder):
    path = folder / "企业名录.csv"
    path.write_text(",".join(firm(1)) + "\n" + "x,x,x,x\n" * 1_000_000, encoding="utf-8")
    return path


def bad_rows_within_the_limit(folder):
    path = folder / "企业名录.csv"
    path.write_text(",".join(firm(1)) + "\n" + "x,x,x,x\n" * 499_000, encoding="utf-8")
    return path


def nonsense_all_different(folder):
    path = folder / "企业名录.csv"
    lines = (f"{n:x},甲{n},镇{n:x}街,{n},链{n:x}\n" for n in range(400_000))
    path.write_text(",".join(firm(1)) + "\n" + "".join(lines), encoding="utf-8")
    return path


def short_rows_in_gbk(folder):
    path = folder / "月度经营.csv"
    path.write_text(",".join(month(1, "2024-03")) + "\n" + "甲\n" * 2_000_000, encoding="gbk")
    return path


def short_rows_in_gbk_within_the_limit(folder):
    path = folder / "月度经营.csv"
    path.write_text(",".join(month(1, "2024-03")) + "\n" + "甲\n" * 499_000, encoding="gbk")
    return path


def totals_only(folder):
    path = folder / "月度经营.csv"
    path.write_text(",".join(month(1, "2024-03")) + "\n" + "合计,,,1\n" * 400_000, encoding="utf-8")
    return path


def same_titles(folder):
    return workbook(folder / "x.xlsx", ["月度经营"] * 10_000, [header(), *(inline(n, code(1), "2024-03") for n in range(2, 50))])


def unknown_titles(folder):
    return workbook(folder / "x.xlsx", [f"附表{n}" for n in range(9_000)], [header()])


def title_variants(folder):
    variants = (f"{a}月{b}度{c}经营({n})" for a in " _-" for b in " \u3000\u2003" for c in ("", " ", "  ") for n in range(100))
    return workbook(
        folder / "x.xlsx", list(variants)[:2_000], [header(), *(inline(n, code(1), "2024-03") for n in range(2, 500))]
    )


def inline_rows(folder):
    return workbook(folder / "x.xlsx", ["月度经营"], _rows(990_000))


def inline_rows_in_error_within_the_limit(folder):
    return workbook(folder / "x.xlsx", ["月度经营"], _rows(490_000))


def _rows(count) -> Iterator[str]:
    yield header()
    for n in range(2, count):
        yield inline(n, f"甲{n}", "2024-03", "当月", "1")


def empty_rows(folder):
    return workbook(folder / "x.xlsx", ["月度经营"], repeat("<row/>" * 1_000, 30_000))


def rows_without_content_to_the_end_of_a_sheet(folder):
    """As Excel writes a sheet whose columns were formatted as a whole: nothing wrong with it."""
    rows = (f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(2, 2**20))
    return workbook(folder / "x.xlsx", ["月度经营"], (row for part in ([header()], rows) for row in part))


def one_row(folder):
    return workbook(folder / "x.xlsx", ["月度经营"], ['<row r="1">', *repeat("<c><v>1</v></c>" * 1_000, 4_000), "</row>"])


def row_without_cells(folder):
    return workbook(
        folder / "x.xlsx",
        ["月度经营"],
        [header(), inline(2, "x", "x", "x", "x"), '<row r="3">', *repeat("<x/>" * 1_000, 15_000), "</row>"],
    )


def merged_cells_without_end(folder):
    merged = repeat('<mergeCell ref="A1:XFD1048576"/>' * 1_000, 1_900)
    parts = [header(), inline(2, "x", "x", "x", "x"), "</sheetData><mergeCells>", *merged, "</mergeCells><sheetData>"]
    return workbook(folder / "x.xlsx", ["月度经营"], parts)


def shared_texts(folder):
    texts = repeat("<si><t>" + "长" * 30_000 + "</t></si>", 13_000)
    return workbook(folder / "x.xlsx", ["月度经营"], [header(), '<row r="2"><c t="s"><v>5</v></c></row>'], texts)


def shared_texts_within_the_limit(folder):
    texts = repeat("<si><t>甲</t></si>" * 1_000, 3_200)
    rows = (f'<row r="{n}"><c t="s"><v>{n}</v></c><c t="s"><v>7</v></c></row>' for n in range(2, 490_000))
    return workbook(folder / "x.xlsx", ["月度经营"], (row for part in ([header()], rows) for row in part), texts)


def long_texts_in_every_cell(folder):
    rows = (f'<row r="{n}"><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' for n in range(2, 100_000))
    texts = ["<si><t>" + "长" * 32_000 + "</t></si>"]
    return workbook(folder / "x.xlsx", ["月度经营"], (row for part in ([header()], rows) for row in part), texts)


def packed(path, *files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, parts in files:
            _write(archive, name, parts)
    return path


def packed_short_rows(folder):
    return packed(folder / "x.zip", ("月度经营.csv", repeat("1\n" * 100_000, 750)))


def packed_commas(folder):
    return packed(folder / "x.zip", ("月度经营.csv", repeat("," * 1_000_000, 990)))


def packed_lines_of_commas(folder):
    return packed(folder / "x.zip", ("月度经营.csv", repeat((("," * 900) + "\n") * 1_000, 1_000)))


def one_quoted_cell(folder):
    return packed(folder / "x.zip", ("月度经营.csv", ['"', *repeat("x\n" * 500_000, 900)]))


def quoted_cells_of_one_record(folder):
    return packed(folder / "x.zip", ("月度经营.csv", repeat('"a\n",' * 200_000, 500)))


def wide_text(folder):
    path = folder / "月度经营.csv"
    line = ",".join(["填写内容"] * 200) + "\n"
    path.write_text(",".join(month(1, "2024-03")) + "\n" + line * (95 * 2**20 // len(line.encode())), encoding="utf-8")
    return path


def header_of_brackets(folder):
    path = folder / "月度经营.csv"
    path.write_text("\n".join(",".join(["产值" + "(x)" * 5_000] * 60) for _ in range(50)), encoding="utf-8")
    return path


FILES = (
    bad_rows,
    bad_rows_within_the_limit,
    nonsense_all_different,
    short_rows_in_gbk,
    short_rows_in_gbk_within_the_limit,
    totals_only,
    same_titles,
    unknown_titles,
    title_variants,
    inline_rows,
    inline_rows_in_error_within_the_limit,
    empty_rows,
    one_row,
    row_without_cells,
    merged_cells_without_end,
    shared_texts,
    shared_texts_within_the_limit,
    long_texts_in_every_cell,
    packed_short_rows,
    packed_commas,
    packed_lines_of_commas,
    one_quoted_cell,
    quoted_cells_of_one_record,
    wide_text,
    header_of_brackets,
)
