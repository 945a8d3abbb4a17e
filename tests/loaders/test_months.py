"""Cumulative values, joint months, outliers and missing reports, against expectations computed by hand."""

from __future__ import annotations

from datetime import date

import pytest

from data.database.engine import open_engine, upgrade_schema
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish
from tests.loaders.published_frames import locations, published
from tests.workbooks import code, firm, month

WAN = 1_000_000


def rows(*figures, basis="累计", number=1, **more):
    """Return months of one enterprise from ("2024-01", output) pairs; all other values are blank."""
    quiet = {"营业收入（万元）": None, "工业增加值（万元）": None, "综合能耗（吨标准煤）": None, "用电量（万千瓦时）": None}
    quiet |= {"绿色能源投资（万元）": None, "研发费用（万元）": None}
    return [month(number, when, output, tax=None, basis=basis, **quiet | more) for when, output in figures]


def book(*months, firms=1):
    return {"企业名录": [firm(n) for n in range(1, firms + 1)], "月度经营": [r for part in months for r in part]}


def settled(batch, name="output_fen"):
    """(month, span, figure in 万元) of every row."""
    frame = batch.frames["monthly"].sort_values(["credit_code", "month"])
    return [(int(m), int(s), v / WAN) for m, s, v in zip(frame["month"], frame["span"], frame[name], strict=True)]


def test_the_order_of_rows_does_not_matter(read):
    batch = read(book(rows(("2024-03", 60), ("2024-01", 10), ("2024-02", 30))))
    assert settled(batch) == [(202401, 1, 10), (202402, 1, 20), (202403, 1, 30)]


def test_every_year_starts_anew(read):
    batch = read(book(rows(("2023-11", 110), ("2023-12", 120), ("2024-01", 7))))
    assert settled(batch) == [(202311, 11, 110), (202312, 1, 10), (202401, 1, 7)]


def test_april_after_joint_february_without_march_covers_two_months(read):
    batch = read(book(rows(("2024-02", 20), ("2024-04", 50))))
    assert settled(batch) == [(202402, 2, 20), (202404, 2, 30)]


def test_january_as_month_then_cumulative(read):
    batch = read(book(rows(("2024-01", 10), basis="当月"), rows(("2024-02", 25))))
    assert settled(batch) == [(202401, 1, 10), (202402, 1, 15)]


def test_cumulative_then_months_then_cumulative(read):
    batch = read(book(rows(("2024-02", 20)), rows(("2024-03", 5), basis="当月"), rows(("2024-04", 40))))
    assert settled(batch) == [(202402, 2, 20), (202403, 1, 5), (202404, 1, 15)]


def test_published_months_count_where_the_workbook_has_none(read):
    earlier = published([(1, 202401, 10, 1), (1, 202402, 12, 1), (1, 202403, 99, 1)])
    batch = read(book(rows(("2024-03", 36), ("2024-04", 50))), earlier)
    assert settled(batch) == [(202403, 1, 14), (202404, 1, 14)]  # the published March is replaced, not added


def test_a_published_joint_row_covers_january_too(read):
    batch = read(book(rows(("2024-03", 36))), published([(1, 202402, 30, 2)]))
    assert settled(batch) == [(202403, 1, 6)]


def test_only_the_same_year_of_published_months_counts(read):
    batch = read(book(rows(("2024-01", 36))), published([(1, 202312, 30, 1)]))
    assert settled(batch) == [(202401, 1, 36)]


def test_a_month_left_blank_is_caught_up_by_the_next(read):
    batch = read(book(rows(("2024-01", 10), ("2024-02", None), ("2024-03", 45))))
    frame = batch.frames["monthly"]
    assert frame["output_fen"].isna().tolist() == [False, True, False]
    assert frame["output_fen"].dropna().tolist() == [10 * WAN, 35 * WAN]
    assert frame["span"].tolist() == [1, 1, 1]


def test_enterprises_are_separate(read):
    batch = read(book(rows(("2024-01", 10), ("2024-02", 15)), rows(("2024-02", 100), number=2), firms=2))
    assert settled(batch) == [(202401, 1, 10), (202402, 1, 5), (202402, 2, 100)]


def test_float_figures_are_differenced_without_dust(read):
    figures = [{"综合能耗（吨标准煤）": e} for e in (8.9, 12.3)]
    months = [rows((f"2024-0{n}", 10.0 * n), **f)[0] for n, f in enumerate(figures, 1)]
    assert read(book(months)).frames["monthly"]["energy_tce"].tolist() == [8.9, 3.4]


def test_a_smaller_cumulative_figure_is_w303_once_and_only_there(read):
    batch = read(book(rows(("2024-01", 100), ("2024-02", 90), ("2024-03", 130))))
    assert locations(batch, "W303") == [(3, "工业总产值（万元）")]
    # February would be -10: no output is, so its row can't be published, whoever accepts the warning.
    assert locations(batch, "E111") == [(3, "工业总产值（万元）")]
    assert settled(batch) == [(202401, 1, 100), (202403, 1, 40)]


def test_a_smaller_cumulative_figure_of_tax_is_a_warning_only(read):
    months = [month(1, f"2024-0{n}", 100.0 * n, tax, basis="累计") for n, tax in ((1, 10), (2, 8))]
    batch = read(book(months))
    assert (locations(batch, "W303"), locations(batch, "E111")) == ([(3, "入库税收（万元）")], [])
    assert [tax for _, _, tax in settled(batch, "tax_fen")] == [10, -2]


def test_w303_against_published_months(read):
    batch = read(book(rows(("2024-03", 20))), published([(1, 202401, 10, 1), (1, 202402, 12, 1)]))
    assert locations(batch, "W303") == [(2, "工业总产值（万元）")]


def test_equal_cumulative_figures_are_no_warning(read):
    assert not locations(read(book(rows(("2024-01", 0.3), ("2024-02", 0.3)))), "W303")


def test_a_negative_cumulative_figure_is_reported_once(read):
    months = [month(1, "2024-01", tax=10, basis="累计"), month(1, "2024-02", output=200, tax=-3, basis="累计")]
    batch = read(book(months))
    assert locations(batch, "W301") == [(3, "入库税收（万元）")]
    assert not locations(batch, "W303")


def test_rows_that_repeat_a_month_take_no_part(read):
    batch = read(book(rows(("2024-01", 10), ("2024-02", 30), ("2024-02", 29))))
    assert locations(batch, "E109") == [(4, "统一社会信用代码")]
    assert not locations(batch, "W303")


def history(*outputs, start=202301):
    return published([(1, start + i, o, 1) for i, o in enumerate(outputs)])


@pytest.mark.parametrize(("value", "jump"), [(1000, False), (1000.01, True), (10, False), (9.99, True), (0, True), (100, False)])
def test_a_jump_is_more_than_tenfold_or_less_than_a_tenth(read, value, jump):
    batch = read(book(rows(("2023-07", value), basis="当月")), history(100, 50, 100, 200, 100, 100))
    assert bool(locations(batch, "W302")) == jump


def test_two_months_of_history_are_too_few(read):
    assert not locations(read(book(rows(("2023-03", 5000), basis="当月")), history(100, 100)), "W302")


def test_the_median_of_an_even_number_lies_between(read):
    batch = read(book(rows(("2023-05", 2001), basis="当月")), history(100, 100, 300, 300))
    assert locations(batch, "W302") == [(2, "工业总产值（万元）")]
    assert not locations(read(book(rows(("2023-05", 1999), basis="当月")), history(100, 100, 300, 300)), "W302")


def test_only_twelve_months_count(read):
    earlier = published([(1, m, 1, 1) for m in range(202201, 202213)] + [(1, 202301 + i, 100, 1) for i in range(12)])
    assert not locations(read(book(rows(("2024-01", 100), basis="当月")), earlier), "W302")


def test_earlier_months_of_the_workbook_count_and_replace_published_ones(read):
    months = rows(*((f"2023-0{n}", 1000) for n in range(1, 7)), basis="当月")
    batch = read(book(months, rows(("2023-07", 1000), basis="当月")), history(5, 5, 5, 5, 5, 5))
    assert locations(batch, "W302") == []


def test_a_joint_row_is_compared_by_its_monthly_mean(read):
    earlier = published([(1, 202300 + n, 100, 1) for n in range(7, 13)])
    assert not locations(read(book(rows(("2024-02", 1900))), earlier), "W302")
    assert locations(read(book(rows(("2024-02", 2100))), earlier), "W302")


def test_output_and_tax_are_watched_each_on_its_own(read):
    months = [month(1, f"2023-0{n}") for n in range(1, 5)] + [month(1, "2023-05", tax=0.5)]
    assert locations(read(book(months)), "W302") == [(6, "入库税收（万元）")]


def test_negative_tax_is_no_jump(read):
    months = [month(1, f"2023-0{n}") for n in range(1, 5)] + [month(1, "2023-05", tax=-500)]
    batch = read(book(months))
    assert locations(batch, "W301") == [(6, "入库税收（万元）")]
    assert not locations(batch, "W302")


def test_rows_with_an_unreadable_month_basis_or_enterprise_take_no_part_in_jumps(read):
    odd = [
        *rows(("2053-02", 9_000), basis="当月"),
        *rows(("2023-07", 9_000), basis="本季"),
        *rows((None, 9_000), basis="当月"),
    ]
    assert not locations(read(book(odd), history(100, 100, 100, 100)), "W302")


def missing(batch):
    return [(f.value, f.message[-30:-16]) for f in batch.findings if f.code == "W304"]


def test_every_enterprise_above_scale_is_missed_in_every_month_covered(read):
    sheets = book(rows(("2024-03", 1), ("2024-04", 1), basis="当月"), rows(("2024-04", 1), basis="当月", number=2), firms=3)
    values = [(f.value, f.row, f.column) for f in read(sheets).findings if f.code == "W304"]
    assert sorted(values) == sorted([(code(2), None, None), (code(3), None, None), (code(3), None, None)])
    messages = [f.message for f in read(sheets).findings if f.code == "W304"]
    assert sum("2024-03" in m for m in messages) == 2
    assert all("杭州测试" in m for m in messages)


def test_sites_that_are_not_above_scale_need_not_report(read):
    sheets = {"企业名录": [firm(1), firm(2, kind="宗地")], "月度经营": rows(("2024-03", 1), basis="当月")}
    assert not locations(read(sheets), "W304")


def test_an_enterprise_is_not_missed_before_it_was_founded(read):
    young = {**firm(2), "成立日期": date(2024, 4, 2)}
    sheets = {"企业名录": [{**firm(1), "成立日期": None}, young], "月度经营": rows(("2024-03", 1), ("2024-04", 1), basis="当月")}
    assert [f.message for f in read(sheets).findings if f.code == "W304" and "2024-03" in f.message] == []
    assert len(locations(read(sheets), "W304")) == 1


def test_a_published_enterprise_is_not_missed_before_it_was_founded_either(read, tmp_path):
    """Its founding date stands in the published register; this file has monthly rows only."""
    engine = open_engine(f"sqlite:///{tmp_path}/p.sqlite3")
    upgrade_schema(engine)
    founded = [date(2024, 4, 2), None, date(2024, 3, 31)]
    register = [{**firm(n), "成立日期": day} for n, day in enumerate(founded, 1)]
    publish(engine, read({"企业名录": register}), who="测试", accept_warnings=True)
    sheets = {"月度经营": rows(("2024-03", 1), ("2024-04", 1), basis="当月", number=2)}
    batch = read(sheets, PublishedRows(engine))
    engine.dispose()
    missed = {(f.value, "2024-03" in f.message) for f in batch.findings if f.code == "W304"}
    assert missed == {(code(1), False), (code(3), True), (code(3), False)}


def test_a_joint_row_covers_january_whatever_the_order(read):
    for parts in ((rows(("2024-02", 2)), rows(("2024-01", 1), ("2024-02", 1), basis="当月", number=2)),) * 2:
        assert not locations(read(book(*parts, firms=2)), "W304")
        assert not locations(read(book(*reversed(parts), firms=2)), "W304")


def test_a_correction_of_one_row_does_not_miss_what_is_published(read):
    earlier = published([(n, 202403, 100, 1) for n in (1, 2, 3)], firms=4)
    values = [f.value for f in read({"月度经营": rows(("2024-03", 90), basis="当月")}, earlier).findings if f.code == "W304"]
    assert values == [code(4)]


def test_a_row_whose_month_is_unreadable_is_not_missed_as_well(read):
    sheets = book(rows(("2024-03", 1), basis="当月"), rows(("三月", 1), basis="当月", number=2), firms=2)
    assert not locations(read(sheets), "W304")
