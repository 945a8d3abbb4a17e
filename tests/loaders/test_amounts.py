"""Numbers, months and dates: exact, and the same whatever their spelling."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.contracts.sheets import MONTHLY, PARKS, PROJECTS
from data.district_pack import load_district
from data.loaders.cells.amounts import parse_amount, parse_number, parse_number_column
from data.loaders.cells.cell_value import CellValue, InvalidCell
from data.loaders.cells.cells import parse_cell
from data.loaders.cells.parse_context import ParseContext
from data.loaders.cells.units import parse_unit
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.cell import column_letter
from tests.conftest import TODAY
from tests.loaders.published_frames import locations
from tests.workbooks import code, firm, month

FEN_PER_WAN = 1_000_000
CONTEXT = ParseContext(load_district("linping"), TODAY)


def money(factor=FEN_PER_WAN):
    return ColumnMapping("monthly", MONTHLY.column("output_fen"), 3, "工业总产值", factor=Fraction(factor))


def field(sheet, name):
    return ColumnMapping(sheet.table, sheet.column(name), 0, name)


def column(*cells):
    raw = np.empty(len(cells), dtype=object)
    raw[:] = cells
    return raw


def in_fen(number):
    return int((Decimal(number) * FEN_PER_WAN).quantize(Decimal(1), ROUND_HALF_UP))


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(amounts)
def test_an_amount_is_the_same_as_number_text_and_with_commas_unit_or_full_width(amount):
    wide = f"{amount:,}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,-"})
    spellings = [str(amount), f"{amount:,}", f" {amount} ", f"{amount}万元", f"{amount:,} 万元", wide]
    result = parse_number_column(column(float(amount), *spellings), money())
    assert not result.invalid
    assert set(result.values) == {in_fen(amount)}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_plain_number_is_stored_exactly_or_refused(value):
    result = parse_number_column(column(value), money())
    if abs(value) >= 1e11:
        assert result.invalid[0].code == "E105"
    else:
        assert result.values[0] == in_fen(repr(value))


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, 100, 10**6, 10**10]))
def test_half_a_fen_is_rounded_away_from_zero(fen, factor):
    half = Decimal(2 * fen + 1) / 2 / factor
    expected = int((half * factor).quantize(Decimal(1), ROUND_HALF_UP))
    assert parse_number(str(half), money(factor)).value == expected
    assert parse_number_column(column(float(half)), money(factor)).values[0] == int(
        (Decimal(repr(float(half))) * factor).quantize(Decimal(1), ROUND_HALF_UP)
    )


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_finding(text):
    result = parse_number(text, money())
    assert isinstance(result, InvalidCell | CellValue)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(12.5)", "-12.5"),
        ("−3", "-3"),
        ("+4", "4"),
        (".5", "0.5"),
        ("1,234,567.8", "1234567.8"),
        ("2E-3", "0.002"),
        ("５％", "5"),
    ],
)
def test_numbers_in_other_hands(text, number):
    assert parse_amount(text).number == Decimal(number)


@pytest.mark.parametrize(
    "text", ["12,34", "1,2345", "1.2.3", "--3", "1 2a", "三", "12万", "0x10", "nan", "inf", "1e", "९.x", "9" * 70]
)
def test_what_is_no_number(text):
    result = parse_amount(text)
    assert result is None or result.unit is None
    assert isinstance(parse_number(text, money()), InvalidCell) or text == "nan"  # nan: what a database exports for nothing


@pytest.mark.parametrize("value", [1e300, 1e11, -1e11, "1e15", "1e999", "999999999999亿元", float("inf"), float("nan")])
def test_an_impossible_amount_is_a_finding_and_no_overflow(value):
    assert parse_number_column(column(value), money()).invalid[0].code == "E105"


@pytest.mark.parametrize(
    ("text", "count"),
    [("12.5", 0), ("1,234.5", 1), ("１２.５", 1), (" 12.5 ", 1), ("12.5万元", 1), ("—", 1), (12.5, 0), ("１,２３４", 1)],
)
def test_a_change_of_spelling_is_counted(text, count):
    assert parse_number_column(column(text), money()).normalized == count


@pytest.mark.parametrize("value", [True, date(2024, 1, 1), datetime(2024, 1, 1)])
def test_a_date_or_truth_value_is_no_number(value):
    assert isinstance(parse_number(value, money()), InvalidCell)


def test_a_cell_may_name_another_unit_of_the_same_kind():
    assert parse_number("1.2亿元", money()).value == 120_000_000 * 100
    assert parse_number("1.2亩", money()).code == "E105"


def test_a_percentage_cell():
    occupancy = field(PARKS, "occupancy_pct")
    assert parse_number("89%", occupancy).value == 89
    assert parse_number("89", occupancy).value == 89


@given(st.dates(date(2000, 1, 1), date(2026, 10, 31)))
def test_a_month_is_the_same_in_every_spelling(day):
    y, m = day.year, day.month
    spellings = [
        day, datetime(y, m, 1), y * 100 + m, float(y * 100 + m), f"{y}-{m:02d}", f"{y}-{m}", f"{y}/{m}", f"{y}{m:02d}",
        f"{y}年{m}月", f"{y}年{m:02d}月份", f" {y} - {m} ", f"{y}.{m}", day.isoformat(),
    ]  # fmt: skip
    column_mapping = field(MONTHLY, "month")
    assert {parse_cell(s, column_mapping, CONTEXT).value for s in spellings} == {y * 100 + m}


@given(st.dates(date(2000, 1, 1), TODAY))
def test_a_date_is_the_same_in_every_spelling(day):
    y, m, d = day.year, day.month, day.day
    spellings = [
        day, datetime(y, m, d, 8, 30), day.isoformat(), f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02d}{d:02d}",
        int(f"{y}{m:02d}{d:02d}"), f"{day.isoformat()} 00:00:00", f" {y}-{m}-{d} ",
    ]  # fmt: skip
    column_mapping = field(PROJECTS, "signed_on")
    assert {parse_cell(s, column_mapping, CONTEXT).value for s in spellings} == {day}


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "24-03", "三月", "2024", "2024-3月底", 2024.1, "2024年第一季度"])
def test_what_is_no_month(read, text):
    assert locations(read({"企业名录": [firm(1)], "月度经营": [month(1, text)]}), "E105") == [(2, "月份")]


def test_joint_months_in_one_cell_get_advice(read):
    [result] = [f for f in read({"企业名录": [firm(1)], "月度经营": [month(1, "2024年1-2月")]}).findings if f.code == "E105"]
    assert "累计" in result.message


@pytest.mark.parametrize("text", ["2023-02-30", "待定", "23-1-2", 45000, "2023-01-02-03"])
def test_what_is_no_date(text):
    assert parse_cell(text, field(PROJECTS, "signed_on"), CONTEXT).code == "E105"


@pytest.mark.parametrize(
    ("sheet", "name", "cell", "expected"),
    [
        ("PROJECTS", "signed_on", date(1999, 12, 31), "E110"),
        ("PROJECTS", "in_production_on", date(2027, 1, 1), "E110"),
        ("ENTERPRISES", "founded_on", date(1958, 5, 1), None),
        ("ENTERPRISES", "founded_on", date(2027, 1, 1), "E110"),
        ("POLICIES", "valid_until", date(9999, 12, 31), None),
        ("POLICIES", "valid_until", date(1999, 12, 31), "E110"),
        ("MONTHLY", "month", "1999-12", "E110"),
        ("MONTHLY", "month", "2026-11", None),
        ("MONTHLY", "month", "2026-12", "E110"),
        ("EVALUATION_INPUTS", "year", 2027, "E110"),
        ("EVALUATION_INPUTS", "year", "2025年", None),
        ("TARGETS", "year", 2027, None),
        ("CARRIERS", "year", 1993, None),
        ("CARRIERS", "year", date(2020, 1, 1), "E105"),
    ],
)
def test_what_lies_outside_time(sheet, name, cell, expected):
    from cockpit.contracts import sheets as contracts

    result = parse_cell(cell, field(getattr(contracts, sheet), name), CONTEXT)
    assert (result.code if isinstance(result, InvalidCell) else None) == expected


@pytest.mark.parametrize(
    ("cell", "stored"),
    [("1751", "1751"), (1751.0, "1751"), ("C1751", "1751"), ("c17", "17"), (" 181 ", "181"), ("17511", None), ("1", None)],
)
def test_industry_codes(read, cell, stored):
    batch = read({"企业名录": [firm(1, industry=cell)]})
    assert batch.frames["enterprise"]["industry_code"].tolist() == ([stored] if stored else [])


@pytest.mark.parametrize(
    "spelt", [code(1).lower(), f" {code(1)} ", code(1)[:9] + " " + code(1)[9:], "".join(chr(ord(c) + 0xFEE0) for c in code(1))]
)
def test_credit_codes_are_normalised_with_a_notice(read, spelt):
    batch = read({"企业名录": [firm(1) | {"统一社会信用代码": spelt}]})
    assert batch.frames["enterprise"]["credit_code"].tolist() == [code(1)]
    assert locations(batch, "N201") == [(None, "统一社会信用代码")]


@pytest.mark.parametrize(
    ("unit_name", "size"),
    [
        ("万千瓦时", 10**4),
        ("百万元", 10**6),
        ("千克", Fraction(1, 1000)),
        ("十亿元", 10**9),
        ("千家", 1000),
        ("万元/亩", Fraction(15, 1)),
    ],
)
def test_sizes_of_units(unit_name, size):
    unit = parse_unit(unit_name)
    assert unit.size == (Fraction(10**4) / Fraction(2000, 3) if unit_name == "万元/亩" else size)


def test_letters_are_those_of_excel():
    assert [column_letter(i) for i in (0, 25, 26, 51, 52, 701, 702, 16383)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]
