"""What slipped through: missing and blank columns, units, copies, contradictions, changes of the register, keys, totals."""

from __future__ import annotations

import random

import pytest

from cockpit.contracts.columns import Kind
from cockpit.contracts.findings import summarize_findings
from cockpit.contracts.sheets import SHEETS
from tests.clean_districts import CleanDistrict
from tests.loaders.published_frames import PublishedFrames, codes, locations
from tests.workbooks import code, firm, month

#: What a value is multiplied by when it is written in the unit that people confuse with the column's own.
_SLIPS = {"万元": 1e4, "亿元": 1e4, "吨标准煤": 1e3, "吨": 1e3, "万千瓦时": 1e4, "亩": 2000 / 3, "万平方米": 1e4, "万件": 1e4}
_SHAPES = (
    {"firms": 6, "months": 12},
    {"firms": 20, "months": 13, "noise": 0.05},
    {"firms": 40, "months": 14, "noise": 0.2, "cumulative": 0.5},
)
_COLUMNS = [
    (sheet.title, column.header)
    for sheet in SHEETS
    for column in sheet.columns
    if column.kind in (Kind.MONEY, Kind.NUMBER) and column.unit in _SLIPS
]


class _Published:
    """A clean district, published, and its update of a year later."""

    def __init__(self, read, seed, **shape):
        self.district = CleanDistrict(seed, **shape)
        self.first = read(self.district.sheets())
        self.data = PublishedFrames(self.first)
        self.update = self.district.update()


@pytest.fixture
def base(read):
    return _Published(read, 7, firms=20, months=13)


def warnings_about(batch, title, header):
    """Warnings about a column: (code, row)."""
    label = header.split("（")[0]
    warnings = [f for f in batch.findings if f.code[0] == "W" and f.sheet == title]
    return [(f.code, f.row) for f in warnings if (f.column or "").startswith(label)]


@pytest.mark.parametrize("seed", range(6))
def test_clean_districts_of_any_shape_are_silent(read, seed):
    clean = _Published(read, seed, **_SHAPES[seed % len(_SHAPES)])
    assert codes(clean.first) == []
    assert codes(read(clean.update, clean.data)) == []


def test_a_column_in_another_unit_is_one_finding(read, base):
    for title, header in _COLUMNS:
        factor = _SLIPS[header[:-1].split("（")[1]]
        rows = [r | {header: r[header] * factor if r[header] else r[header]} for r in base.update[title]]
        if sum(bool(r[header]) for r in rows) >= 3:
            batch = read({title: rows}, base.data)
            assert warnings_about(batch, title, header) == [("W310", None)], (title, header, list(batch.findings))
            [finding] = [f for f in batch.findings if f.code == "W310"]
            assert header[:-1].split("（")[1] in finding.message  # the unit that it should be in


def test_a_cell_in_another_unit_is_a_finding_about_the_cell(read, base):
    pick = random.Random(3)
    missed = []
    for title, header in _COLUMNS:
        factor = _SLIPS[header[:-1].split("（")[1]]
        rows = [dict(r) for r in base.update[title]]
        at = pick.choice([i for i, r in enumerate(rows) if r[header]])
        rows[at][header] *= factor
        batch = read({title: rows}, base.data)
        if at + 2 not in [row for _, row in warnings_about(batch, title, header)]:
            missed.append((title, header, rows[at][header]))
    # Green investment is lumpy and a released plot of any size: these may hide a single slip.
    assert {header for _, header, _ in missed} <= {"绿色能源投资（万元）", "盘活用地（亩）"}, missed


def test_energy_staff_and_revenue_of_one_firm_and_rd_above_revenue(read, base):
    row = dict(base.update["月度经营"][0])
    for header, factor in (("综合能耗（吨标准煤）", 1e3), ("营业收入（万元）", 1e4), ("平均用工人数（人）", 1e2)):
        batch = read({"月度经营": [row | {header: row[header] * factor}, *base.update["月度经营"][1:]]}, base.data)
        assert ("W302", 2) in warnings_about(batch, "月度经营", header)
    batch = read({"月度经营": [row | {"研发费用（万元）": row["营业收入（万元）"] + 1}]}, base.data)
    assert ("W307", 2) in warnings_about(batch, "月度经营", "研发费用（万元）")


def test_a_new_firm_in_yuan_is_compared_with_the_others(read, base):
    row = base.update["月度经营"][0]
    new = row | {"工业总产值（万元）": row["工业总产值（万元）"] * 1e4, "统一社会信用代码": code(900)}
    batch = read({"企业名录": [firm(900)], "月度经营": [*base.update["月度经营"], new]}, base.data)
    assert warnings_about(batch, "月度经营", "工业总产值（万元）") == [("W302", len(base.update["月度经营"]) + 2)]


def test_a_first_batch_with_its_energy_in_kilograms_is_noticed(read):
    sheets = CleanDistrict(11, firms=20, months=6).sheets()
    rows = [r | {"综合能耗（吨标准煤）": r["综合能耗（吨标准煤）"] * 1000} for r in sheets["月度经营"]]
    batch = read({"企业名录": sheets["企业名录"], "月度经营": rows})
    assert warnings_about(batch, "月度经营", "综合能耗（吨标准煤）") == [("W310", None)]
    assert "千克标准煤" in next(f.message for f in batch.findings if f.code == "W310")


@pytest.mark.parametrize("header", [c.header for c in SHEETS[1].columns[3:]])
def test_a_missing_column_is_named_with_the_figure_that_it_costs(read, base, header):
    rows = [{k: v for k, v in r.items() if k != header} for r in base.update["月度经营"]]
    [finding] = [f for f in read({"月度经营": rows}, base.data).findings if f.code[0] == "W"]
    assert (finding.code, finding.column) == ("W304", header)
    assert header.split("（")[0] in finding.message.split("发布后")[1]


def ledgers():
    """A first batch of all sheets that have columns which are no numbers but are counted by."""
    carriers = [
        {"名称": f"载体{n}", "类型": "孵化器", "级别": "国家级", "所属镇街": "塘栖镇", "产业链": "时尚产业", "认定年份": 2020 + n}
        for n in range(3)
    ]
    return {**CleanDistrict(5, firms=8, months=13).sheets(), "创新载体": carriers}


_COUNTED_BY = [
    (s.title, c.header, c.feeds, c.kind is Kind.DATE or c.blank_means_none) for s in SHEETS for c in s.columns if c.feeds
]


@pytest.mark.parametrize(("title", "header", "feeds", "may_be_blank"), _COUNTED_BY)
def test_a_column_that_rows_are_counted_by_is_no_less_needed(read, title, header, feeds, may_be_blank):
    sheets = ledgers()
    without = [{k: v for k, v in r.items() if k != header} for r in sheets[title]]
    [finding] = [f for f in read({**sheets, title: without}).findings if f.code[0] in "EW"]
    assert (finding.code, finding.column) == ("W304", header)
    assert f"{len(without)}行没有这一项，发布后“{feeds}”" in finding.message
    blank = [f for f in read({**sheets, title: [r | {header: None} for r in sheets[title]]}).findings if f.code[0] in "EW"]
    # A date is blank until its day has come, a veto where there is none.
    assert [(f.code, f.column) for f in blank] == ([] if may_be_blank else [("W308", header)])


def test_a_row_or_two_say_nothing_about_a_column_that_is_no_number(read):
    needed = ("项目编号", "项目名称", "产业链", "所属镇街", "签约日期", "开工日期", "计划总投资（万元）", "累计完成投资（万元）")
    rows = [{k: r[k] for k in needed} for r in CleanDistrict(5, firms=8, months=1).projects(3)]
    assert codes(read({"项目台账": rows[:2]})) == []
    assert {f.column for f in read({"项目台账": rows}).findings if f.code == "W304"} == {
        "竣工日期",
        "投产日期",
        "绿色能源",
        "来源",
    }


def test_a_missing_column_of_rows_that_have_it_published_costs_nothing(read, base):
    rows = [{k: v for k, v in r.items() if k != "入库税收（万元）"} for r in base.district.monthly(["2022-12"])]
    assert codes(read({"月度经营": rows}, base.data)) == []


def test_a_blank_column_says_what_it_clears(read, base):
    rows = base.district.monthly(["2022-12"])
    total = sum(r["入库税收（万元）"] for r in rows)
    batch = read({"月度经营": [r | {"入库税收（万元）": None} for r in rows]}, base.data)
    [finding] = [f for f in batch.findings if f.code[0] == "W"]
    assert (finding.code, finding.row, finding.column) == ("W308", 2, "入库税收（万元）")
    assert f"{len(rows)}个值" in finding.message
    assert f"{total:,.2f}".rstrip("0").rstrip(".") in finding.message
    assert "亩均税收" in finding.message


def test_cells_left_blank_of_those_that_always_had_a_value(read, base):
    """Half a column that is blank is half a month's output, which no reader would notice."""
    for title, header in (
        ("月度经营", "工业总产值（万元）"),
        ("年度评价", "工业增加值（万元）"),
        ("产业园区", "税收（万元）"),
        ("时尚E家", "订单数"),
    ):
        rows = [r | {header: None} if i % 2 else r for i, r in enumerate(base.update[title])]
        assert warnings_about(read({title: rows}, base.data), title, header) == [("W304", 3)], title


def test_a_blank_of_a_firm_that_never_had_a_value_is_silent(read, base):
    firms = {base.update["月度经营"][0]["统一社会信用代码"]}
    first = read({"企业名录": base.district.register(), "月度经营": [
        r | {"研发费用（万元）": None} if r["统一社会信用代码"] in firms else r for r in base.district.monthly()]})  # fmt: skip
    rows = [r | {"研发费用（万元）": None} if r["统一社会信用代码"] in firms else r for r in base.update["月度经营"]]
    assert warnings_about(read({"月度经营": rows}, PublishedFrames(first)), "月度经营", "研发费用（万元）") == []


def test_a_dash_of_one_firm_and_a_column_that_is_blank_now_and_then_are_silent(read, base):
    rows = [r | {"综合能耗（吨标准煤）": "—"} if i == 1 else r for i, r in enumerate(base.update["月度经营"])]
    assert codes(read({"月度经营": rows}, base.data)) == []
    sheets = base.district.sheets()
    header = "主要污染物排放量（吨）"
    sheets["年度评价"] = [r | {header: None} if i % 3 == 0 else r for i, r in enumerate(sheets["年度评价"])]
    rows = [r | {header: None} if i % 3 == 1 else r for i, r in enumerate(base.update["年度评价"])]
    assert codes(read({"年度评价": rows}, PublishedFrames(read(sheets)))) == []


def test_a_skipped_month_is_one_warning(read, base):
    [finding] = [f for f in read({"月度经营": base.district.monthly(["2023-02"])}, base.data).findings if f.code[0] == "W"]
    assert (finding.code, finding.value) == ("W304", "2023-01")


def test_a_mistyped_month_does_not_miss_every_firm(read, base):
    rows = base.update["月度经营"]
    batch = read({"月度经营": [rows[0] | {"月份": "2024-01"}, *rows[1:]]}, base.data)
    warnings = [(f.code, f.row, f.value) for f in batch.findings if f.code[0] == "W"]
    assert ("W304", 2, "2024-01") in warnings
    assert len(warnings) == 2  # and the firm itself, which lacks 2023-01


def test_december_copied_as_january(read, base):
    rows = [r | {"月份": "2023-01"} for r in base.district.monthly(["2022-12"])]
    [finding] = [f for f in read({"月度经营": rows}, base.data).findings if f.code[0] == "W"]
    assert (finding.code, finding.row) == ("W311", None)
    one = [rows[0], *base.update["月度经营"][1:]]
    assert locations(read({"月度经营": one}, base.data), "W311") == [(2, "月份")]


def test_last_year_s_month_copied(read, base):
    rows = [r | {"月份": "2023-01"} for r in base.district.monthly(["2022-01"])]
    [finding] = [f for f in read({"月度经营": rows}, base.data).findings if f.code[0] == "W"]
    assert (finding.code, finding.row) == ("W311", None)
    assert "2022-01完全相同，疑似照抄上年同月" in finding.message


@pytest.mark.parametrize("factor", [100, 1e4])
@pytest.mark.parametrize("header", ["工业总产值（万元）", "综合能耗（吨标准煤）", "平均用工人数（人）"])
def test_the_first_months_of_all_are_compared_with_those_after(read, header, factor):
    sheets = CleanDistrict(7, firms=20, months=13).sheets()
    rows = [r | {header: r[header] * factor} if i == 0 else r for i, r in enumerate(sheets["月度经营"])]
    assert ("W302", 2) in warnings_about(read({**sheets, "月度经营": rows}), "月度经营", header)
    of_a_month = [r | {header: r[header] * factor} if r["月份"] == "2021-12" else r for r in sheets["月度经营"]]
    assert ("W310", None) in warnings_about(read({**sheets, "月度经营": of_a_month}), "月度经营", header)


def test_a_whole_first_column_a_hundred_times_too_large(read):
    sheets = CleanDistrict(7, firms=20, months=13).sheets()
    for title, header in (("月度经营", "综合能耗（吨标准煤）"), ("月度经营", "用电量（万千瓦时）")):
        rows = [r | {header: r[header] * 100} for r in sheets[title]]
        assert ("W310", None) in warnings_about(read({"企业名录": sheets["企业名录"], title: rows}), title, header)


def test_first_targets_are_compared_with_the_year_s_months(read):
    district = CleanDistrict(7, firms=40, months=14)
    sheets = {k: v for k, v in district.sheets().items() if k in ("企业名录", "月度经营")}
    above_scale = {r["统一社会信用代码"] for r in sheets["企业名录"] if r["评价类型"] == "规上"}
    year = [r for r in sheets["月度经营"] if r["月份"] > "2021-12" and r["统一社会信用代码"] in above_scale]
    output, research, revenue = (sum(r[h] for r in year) for h in ("工业总产值（万元）", "研发费用（万元）", "营业收入（万元）"))

    def targets(of_output, of_research):
        rows = [("工业总产值", of_output, "万元"), ("研发强度", of_research, "%")]
        return [{"年份": 2022, "指标": m, "范围": "全区", "目标值": v, "单位": unit} for m, v, unit in rows]

    sound = targets(output * 1.05, research / revenue * 110)
    published = PublishedFrames(read(sheets))
    for source, known in (({**sheets, "年度目标": sound}, None), ({"年度目标": sound}, published)):
        assert codes(read(source, known)) == []
    wrong = targets(output * 1.05e4, research / revenue * 1.1)
    for source, known in (({**sheets, "年度目标": wrong}, None), ({"年度目标": wrong}, published)):
        assert warnings_about(read(source, known), "年度目标", "目标值") == [("W302", 2), ("W302", 3)]
    too_small = {"年度目标": targets(output / 1e4, research / revenue * 110)}
    assert warnings_about(read(too_small, published), "年度目标", "目标值") == [("W302", 2)]


def test_an_investment_to_date_that_falls(read, base):
    header = "累计完成投资（万元）"
    rows = base.district.projects()
    at = next(i for i, r in enumerate(rows) if r[header])
    one = [r | {header: r[header] * 0.9} if i == at else r for i, r in enumerate(rows)]
    assert warnings_about(read({"项目台账": one}, base.data), "项目台账", header) == [("W303", at + 2)]
    every = [r | {header: r[header] * 0.9} for r in rows]
    assert warnings_about(read({"项目台账": every}, base.data), "项目台账", header) == [("W303", None)]


def test_land_that_grows_everywhere_by_less_than_a_firm_may(read, base):
    """Each firm is within the tolerance of 20 %, their sum is not what it was."""
    register, header = base.update["企业名录"], "用地面积（亩）"
    for factor in (1.19, 0.9):
        rows = [r | {header: r[header] * factor} for r in register]
        assert ("W309", None) in warnings_about(read({"企业名录": rows}, base.data), "企业名录", header)
    moved = [r | {header: r[header] * (1.15 if i % 6 == 0 else 1)} for i, r in enumerate(register)]
    assert codes(read({"企业名录": moved}, base.data)) == []
    assert codes(read({"企业名录": [r | {header: r[header] * 1.15} for r in register[:2]]}, base.data)) == []


@pytest.mark.parametrize(
    ("title", "header"),
    [("项目台账", "签约日期"), ("有机更新", "启动日期"), ("低效整治", "列入日期")],
)
def test_a_day_years_from_the_published_one(read, base, title, header):
    rows = base.district.sheets()[title]
    at = next(i for i, r in enumerate(rows) if r[header])

    def earlier(row, years):
        day = str(row[header])
        return row | {header: f"{int(day[:4]) - years}{day[4:].replace('02-29', '02-28')}"} if row[header] else row

    one = [earlier(r, 4) if i == at else r for i, r in enumerate(rows)]
    assert warnings_about(read({title: one}, base.data), title, header) == [("W302", at + 2)]
    every = [earlier(r, 4) for r in rows]
    assert warnings_about(read({title: every}, base.data), title, header) == [("W310", None)]
    near = [r | {header: str(r[header])[:8] + "01"} if i == at else r for i, r in enumerate(rows)]
    assert codes(read({title: near}, base.data)) == []


def test_records_of_the_platform_beside_a_register_without_members(read, base):
    header, sheets = "时尚E家成员", CleanDistrict(7, firms=20, months=13).sheets()
    register, platform = ({k: sheets[k]} for k in ("企业名录", "时尚E家"))
    none = {"企业名录": [{k: v for k, v in r.items() if k != header} for r in sheets["企业名录"]]}
    refused = {"企业名录": [r | {header: "否"} for r in sheets["企业名录"]]}
    for batch in (none | platform, refused | platform):
        assert warnings_about(read(batch), "企业名录", header) == [("W304", None)]
    months = {"月度经营": sheets["月度经营"]}
    first = read(none | months)
    assert codes(first) == []  # a district without the platform has no members
    assert warnings_about(read(platform, PublishedFrames(first)), "企业名录", header) == [("W304", None)]
    published = PublishedFrames(read(none | months | platform))
    assert warnings_about(read(none | platform, published), "企业名录", header) == [("W304", None)]
    assert codes(read(register, published)) == []
    assert codes(read(none, base.data)) == []  # what is published stays


def test_names_that_slipped_by_a_row_and_a_firm_that_has_a_new_one(read, base):
    register = base.update["企业名录"]
    slipped = [r | {"企业名称": register[i - 1]["企业名称"]} for i, r in enumerate(register)]
    assert warnings_about(read({"企业名录": slipped}, base.data), "企业名录", "企业名称") == [("W309", None)]
    assert codes(read({"企业名录": [register[0] | {"企业名称": "杭州改名有限公司"}, *register[1:]]}, base.data)) == []


def test_cumulative_figures_that_say_they_are_of_the_month(read, base):
    district = base.district
    months = district.monthly(["2023-01", "2023-02", "2023-03"])
    rows = []
    for n in {r["统一社会信用代码"] for r in months}:
        own = [r for r in months if r["统一社会信用代码"] == n]
        total = {h: round(sum(r[h] for r in own), 2) for h in own[0] if isinstance(own[0][h], float)}
        rows += [*own[:2], own[2] | total]
    findings = [f for f in read({"月度经营": rows}, base.data).findings if f.code[0] == "W"]
    assert [(f.code, f.row) for f in findings] == [("W312", None)]


def test_fractions_for_percents_and_a_far_year(read, base):
    parks = base.update["产业园区"]
    batch = read({"产业园区": [r | {"入驻率（%）": r["入驻率（%）"] / 100} for r in parks]}, base.data)
    assert warnings_about(batch, "产业园区", "入驻率（%）") == [("W310", None)]
    batch = read({"产业园区": [parks[0] | {"入驻率（%）": 0.95}, parks[1] | {"入驻率（%）": 20}, *parks[2:]]}, base.data)
    assert warnings_about(batch, "产业园区", "入驻率（%）") == [("W302", 2), ("W302", 3)]


@pytest.mark.parametrize(
    ("title", "change", "column"),
    [
        ("时尚E家", {"匹配产能（万件）": 99_999}, "匹配产能（万件）"),
        ("项目台账", {"累计完成投资（万元）": 9_000_000}, "累计完成投资（万元）"),
        ("年度评价", {"研发经费（万元）": 9_999_999_999}, "研发经费（万元）"),
    ],
)
def test_parts_above_their_whole(read, base, title, change, column):
    row = next(r for r in base.update[title] if r.get("开工日期", True))
    assert "W307" in [c for c, _ in warnings_about(read({title: [row | change]}, base.data), title, column)]


@pytest.mark.parametrize("title", ["有机更新", "低效整治"])
def test_done_needs_a_date(read, base, title):
    row = next(r for r in base.update[title] if r["状态"] == "完成")
    assert locations(read({title: [row | {"完成日期": None}]}, base.data), "E114") == [(2, "完成日期")]
    assert locations(read({title: [row]}, base.data), "E114") == []


def test_a_completed_project_needs_its_start(read, base):
    row = base.update["项目台账"][0] | {"开工日期": None, "竣工日期": "2022-12-01", "累计完成投资（万元）": 0}
    assert locations(read({"项目台账": [row]}, base.data), "E114") == [(2, "开工日期")]


@pytest.mark.parametrize(
    ("header", "value", "text"),
    [
        ("评价类型", "宗地", "移出规上"),
        ("所属镇街", "星桥街道", "星桥街道"),
        ("产业链", "生物医药", "生物医药"),
        ("行业代码", "2710", "2710"),
        ("用地面积（亩）", None, "亩均税收"),
    ],
)
def test_a_change_of_the_register_names_what_it_moves(read, base, header, value, text):
    row = base.update["企业名录"][0]
    changed = row | {header: value or row[header] * 1.25}
    [finding] = [f for f in read({"企业名录": [changed]}, base.data).findings if f.code == "W309"]
    assert (finding.row, finding.column) == (2, header)
    assert text in finding.message
    if value:
        output = sum(r["工业总产值（万元）"] for r in base.district.monthly()[1:13])
        assert f"{output:,.2f}".rstrip("0").rstrip(".") in finding.message
    assert codes(read({"企业名录": [row | {"用地面积（亩）": row["用地面积（亩）"] * 1.1}]}, base.data)) == []


def test_one_firm_s_land_in_square_metres_is_one_finding(read, base):
    row = base.update["企业名录"][0]
    batch = read({"企业名录": [row | {"用地面积（亩）": row["用地面积（亩）"] * 667}]}, base.data)
    [finding] = [f for f in batch.findings if f.code[0] == "W"]
    assert finding.row == 2
    assert "平方米" in finding.message


def test_keys_are_compared_folded(read, base):
    project, renewal = base.update["项目台账"][0], base.update["有机更新"][0]
    batch = read({"项目台账": [project | {"项目编号": "xm2022-000"}]}, base.data)
    assert batch.frames["project"]["project_no"].tolist() == ["XM2022-000"]
    batch = read({"有机更新": [renewal, renewal | {"项目名称": "更新 单元０"}]}, base.data)
    assert locations(batch, "E109") == [(3, "项目名称")]


HEAD = ["统一社会信用代码", "月份", "口径", "工业总产值（万元）", "入库税收（万元）"]
ROWS = [[code(n), "2024-03", "当月", 100 * n, n] for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([["合计", None, None, 600, 6], *ROWS], []),
        ([["合计", None, None, 1_846_970, 6], *ROWS], [2]),
        ([["合计", None, None, 600, 6], ["小计", None, None, 100, 1], ROWS[0], ["小计", None, None, 500, 5], *ROWS[1:]], []),
        ([["小计", None, None, 100, 1], ROWS[0], ["小计", None, None, 499, 5], *ROWS[1:]], []),
        ([["小计", None, None, 100, 1], ROWS[0], ["小计", None, None, 490, 5], *ROWS[1:]], [4]),
    ],
)
def test_totals_above_their_rows(read, rows, wrong):
    batch = read({"企业名录": [firm(n) for n in (1, 2, 3)], "月度经营": [HEAD, *rows]})
    assert [row for row, _ in locations(batch, "W305")] == wrong
    if wrong == [2]:
        assert "1,846,970" in next(f.message for f in batch.findings if f.code == "W305")


def test_a_thousand_findings_of_a_kind_are_a_line(read):
    rows = [month(n, "2024-03", **{"研发费用（万元）": "待定"}) for n in range(1, 1001)]
    lines = summarize_findings(read({"企业名录": [firm(n) for n in range(1, 1001)], "月度经营": rows}).findings, 12)
    assert len(lines) < 10
    assert any("1,000处" in line and "第2、3、" in line for line in lines)
