"""A sheet that isn't read to its end: no finding follows from what wasn't read, and the totals are true."""

from __future__ import annotations

import pytest

from cockpit.contracts.finding_codes import Severity
from cockpit.contracts.findings import summarize_findings
from data.loaders.parsing import MOST_ROWS_IN_ERROR
from tests.loaders.published_frames import codes, published
from tests.workbooks import code, firm, month, write

ROWS = MOST_ROWS_IN_ERROR + 6_000


def csv(path, rows):
    lines = [rows[0].keys(), *(row.values() for row in rows)]
    path.write_text("\n".join(",".join("" if c is None else str(c) for c in line) for line in lines), encoding="utf-8")


def folder(tmp_path, **sheets):
    (tmp_path / "sheets").mkdir()
    for title, rows in sheets.items():
        csv(tmp_path / "sheets" / f"{title}.csv", rows)
    return tmp_path / "sheets"


@pytest.fixture
def endless(tmp_path):
    """A register of rows in unknown towns, of which the last aren't read, and a month of its last enterprise."""
    register = [firm(n, town="塘西", industry="X") for n in range(1, ROWS + 1)]
    return folder(tmp_path, 企业名录=register, 月度经营=[month(1, "2024-03"), month(ROWS, "2024-03")])


def test_no_enterprise_is_unknown_while_the_register_is_unread(read, endless):
    batch = read(endless)
    assert "E121" in codes(batch)
    assert "E108" not in codes(batch)


def test_the_totals_count_what_isnt_listed(read, endless):
    batch = read(endless)
    [rest] = [f for f in batch.findings if f.code == "E107" and f.row is None]
    listed = sum(f.code == "E107" for f in batch.findings) - 1
    assert rest.number == int(rest.value) > 1
    in_error = listed + rest.number  # of each of both columns
    assert in_error > MOST_ROWS_IN_ERROR
    assert batch.number_of(Severity.ERROR) == 2 * in_error + 1
    lines = summarize_findings(batch.findings, 9)
    assert sum(f"（{in_error:,}处）" in line for line in lines) == 2
    assert "number" not in rest.as_dict()


def test_rows_of_a_stopped_sheet_arent_compared(read, tmp_path):
    """Compared, the first would contradict itself, and the second be a jump from what is published."""
    odd = [month(1, "2024-03", output=10, **{"工业增加值（万元）": 90}), month(2, "2024-03", output=90_000)]
    earlier = published([(2, n, 100.0, 1) for n in (202312, 202401, 202402)], firms=2)
    assert {"W302", "W307"} <= set(codes(read({"月度经营": odd}, earlier)))
    rows = [*odd, *(month(n, "2024-03", basis="本月止") for n in range(1, ROWS))]
    batch = read(folder(tmp_path, 月度经营=rows), earlier)
    assert "E121" in codes(batch)
    assert codes(batch, "W") == []


@pytest.mark.parametrize("register", [[["企业", "街道"], ["甲", "塘栖镇"]], [["企业名称", "所属镇街"], ["甲", "塘栖镇"]]])
def test_no_enterprise_is_unknown_where_the_register_has_no_codes(read, register):
    batch = read({"企业名录": register, "月度经营": [month(1, "2024-03")]})
    assert "E102" in codes(batch)
    assert "E108" not in codes(batch)


def test_no_enterprise_is_unknown_where_one_of_two_registers_is_left_out(read):
    batch = read({"企业名录": [firm(1)], "企业名录 (2)": [firm(2)], "月度经营": [month(2, "2024-03")]})
    assert codes(batch, "E") == ["E109"]


def test_an_enterprise_is_unknown_beside_a_whole_register(read, tmp_path):
    batch = read({"企业名录": [firm(1)], "月度经营": [month(1, "2024-03"), month(2, "2024-03")]})
    assert [(f.code, f.value) for f in batch.findings if f.code[0] == "E"] == [("E108", code(2))]
    empty = write(tmp_path / "blank.xlsx", {"企业名录": [], "月度经营": [month(1, "2024-03")]})
    assert "E108" in codes(read(empty))
