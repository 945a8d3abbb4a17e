from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.calendar import months as m
from cockpit.calendar.periods import PERIOD_LINKS, Period, PeriodKind, is_period, resolve
from cockpit.errors import UsageError


def period_link(kind, month, newest):
    """Fill the template as the browser does."""
    link = PERIOD_LINKS[kind]
    return (link.newest if month == newest else link.other).format(year=m.year_of(month), month=m.iso(month))


YEAR_MONTHS = st.builds(m.month, st.integers(1900, 2200), st.integers(1, 12))
FIRST, NEWEST = 202001, 202206


@given(YEAR_MONTHS, st.integers(-600, 600))
def test_shifting_back_undoes_shifting(month, by):
    moved = m.shift(month, by)
    assert m.distance(month, moved) == by
    assert m.shift(moved, -by) == month
    assert 1 <= m.number_of(moved) <= 12


@given(YEAR_MONTHS, st.integers(-5, 60))
def test_a_span_has_every_month_once_in_order(first, more):
    months = m.span(first, m.shift(first, more))
    assert len(months) == max(more + 1, 0)
    assert list(months) == sorted(set(months))


def test_december_is_followed_by_january():
    assert m.shift(202112, 1) == 202201
    assert m.shift(202201, -1) == 202112
    assert m.span(202111, 202202) == (202111, 202112, 202201, 202202)
    assert m.iso(202203) == "2022-03"


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "label"),
    [
        ("", PeriodKind.YTD, 202201, 202206, "2022年1—6月"),
        ("ytd", PeriodKind.YTD, 202201, 202206, "2022年1—6月"),
        ("2021", PeriodKind.YEAR, 202101, 202112, "2021年"),
        ("2022", PeriodKind.YEAR, 202201, 202206, "2022年1—6月"),
        ("2022-03", PeriodKind.MONTH, 202203, 202203, "2022年3月"),
        ("2022-3", PeriodKind.MONTH, 202203, 202203, "2022年3月"),
        ("2022-01..2022-04", PeriodKind.YTD, 202201, 202204, "2022年1—4月"),
        ("2021-11..2022-02", PeriodKind.RANGE, 202111, 202202, "2021年11月—2022年2月"),
        ("ttm", PeriodKind.TTM, 202107, 202206, "2021年7月—2022年6月"),
        ("ttm:2021-12", PeriodKind.TTM, 202101, 202112, "2021年1—12月"),
        (" TTM ", PeriodKind.TTM, 202107, 202206, "2021年7月—2022年6月"),
    ],
)
def test_what_a_period_text_means(text, kind, first, last, label):
    period = resolve(text, FIRST, NEWEST)
    assert (period.kind, period.first, period.last, period.label) == (kind, first, last, label)
    assert is_period(text)


@pytest.mark.parametrize(
    "text", ["2022-13", "2022-00", "22", "2022-06..2022-01", "2022年", "now", "<script>", "2022-1-1", "²⁰²²"]
)
def test_another_spelling_is_refused_and_the_message_shows_the_right_ones(text):
    assert not is_period(text)
    with pytest.raises(UsageError, match=r"2022-01\.\.2022-06"):
        resolve(text, FIRST, NEWEST)


@pytest.mark.parametrize(
    "text", ["2019", "2023", "2022-07", "2019-01..2019-12", "2022-07..2022-09", "ttm:2022-07", "0001", "9999"]
)
def test_a_period_without_data_is_refused_and_the_message_says_what_there_is(text):
    with pytest.raises(UsageError, match="现有数据为2020年1月—2022年6月"):
        resolve(text, FIRST, NEWEST)


@given(st.text(max_size=30))
def test_no_text_makes_the_parser_fail_otherwise(text):
    if not is_period(text):
        with pytest.raises(UsageError):
            resolve(text, FIRST, NEWEST)


@given(st.sampled_from(PeriodKind), YEAR_MONTHS, st.integers(0, 40))
def test_the_text_of_a_resolved_period_resolves_to_the_same_months(kind, first, more):
    newest = m.shift(first, more)
    text = {PeriodKind.MONTH: m.iso(newest), PeriodKind.YEAR: str(m.year_of(newest)), PeriodKind.TTM: "ttm"}.get(
        kind, f"{m.iso(first)}..{m.iso(newest)}"
    )
    period = resolve(text, first, newest)
    assert resolve(period.text, first, newest) == period


@given(st.sampled_from(sorted(PERIOD_LINKS)), YEAR_MONTHS, st.integers(0, 40), st.integers(0, 40))
def test_the_link_of_a_kind_means_that_kind_up_to_its_month(kind, month, before, after):
    """A year runs on to its end, or to the newest month."""
    first, newest = m.shift(month, -before), m.shift(month, after)
    period = resolve(period_link(kind, month, newest), first, newest)
    assert period.kind is kind
    december = m.month(m.year_of(month), 12)
    assert period.last == (min(december, newest) if kind is PeriodKind.YEAR else month)


def test_links_of_the_newest_month_move_on_with_the_data():
    assert [period_link(kind, NEWEST, NEWEST) for kind in PERIOD_LINKS] == ["month", "", "2022", "ttm"]
    assert [period_link(kind, 202203, NEWEST) for kind in PERIOD_LINKS] == ["2022-03", "2022-01..2022-03", "2022", "ttm:2022-03"]


def test_a_shifted_period_has_the_same_number_of_months():
    period = Period(PeriodKind.RANGE, 202111, 202202)
    assert period.shifted(-12).months == (202011, 202012, 202101, 202102)
