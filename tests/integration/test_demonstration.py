"""The revision of the demonstration: what the script writes, and ledgers that a leader believes."""

from __future__ import annotations

import pandas as pd
import pytest

from data.demo.revise import REVISION, SAMPLE, build_revision
from tests import oracle


@pytest.fixture(scope="module")
def sample():
    return pd.read_excel(SAMPLE, sheet_name=None, engine="openpyxl")


@pytest.fixture(scope="module")
def revision():
    return pd.read_excel(REVISION, sheet_name=None, engine="openpyxl")


def test_the_workbook_is_what_the_script_writes(revision):
    for name, sheet in build_revision().items():
        written = revision[name]
        assert list(written.columns) == list(sheet.columns)
        for column in sheet:
            expected, actual = sheet[column].reset_index(drop=True), written[column]
            if "日期" in column:
                expected, actual = (pd.to_datetime(days).dt.date for days in (expected, actual))
            pd.testing.assert_series_equal(actual, expected, check_dtype=False, check_names=False)


def test_towns_come_near_their_targets_which_add_up_to_the_districts(revision, sample, book):
    rows = revision["年度目标"].query("年份 == 2022")
    whole = sample["年度目标"].query("年份 == 2022 and 指标 == '工业总产值' and 范围 == '全区'")["目标值"].item()
    assert rows["目标值"].sum() == whole
    output = oracle.Oracle(book).groups("工业总产值", oracle.span("2022-01", "2022-12"), "town")
    shares = [output[town] / target for town, target in zip(rows["范围"], rows["目标值"], strict=True)]
    assert 0.94 < min(shares) < 0.98 < 1.03 < max(shares) < 1.06


def test_what_is_public_stays(revision, sample):
    of_2022 = "年份 == 2022 and 园区名称 != '云尚工业园'"
    old, new = (book["产业园区"].query(of_2022).set_index("园区名称").sort_index() for book in (sample, revision))
    pd.testing.assert_frame_equal(new, old, check_dtype=False)
    for column in ("成员企业数", "数字化改造企业数"):
        old, new = (b["时尚E家"].query("月份 == '2022-12' and 区域 == '本区'")[column].item() for b in (sample, revision))
        assert new == old
    for column in ("发布产能（万件）", "订单数", "订单额（万元）", "新增税收（万元）"):
        old, new = (b["时尚E家"].query("区域 == '本区'")[column].sum() for b in (sample, revision))
        assert new == pytest.approx(old, rel=1e-4)
    for column in ("更新面积（亩）", "新增产业空间（万平方米）", "预计新增产值（亿元）"):
        assert revision["有机更新"][column].sum() == pytest.approx(sample["有机更新"][column].sum())
    assert revision["低效整治"]["盘活用地（亩）"].sum() == sample["低效整治"]["盘活用地（亩）"].sum()


def test_land_passes_between_enterprises_of_a_town(revision, sample):
    """So the change of a town's tax per mu has a part by structure; what a town has in all is what it was."""
    key, area = ["统一社会信用代码", "年份"], "用地面积（亩）"
    towns = sample["企业名录"].set_index("统一社会信用代码")["所属镇街"]
    before, after = (book["年度评价"].set_index(key)[area] for book in (sample, revision))
    change = after - before[after.index]
    assert set(after.index.get_level_values("年份")) == {2020, 2021}
    assert (change.abs() < 0.19 * before[after.index]).all()
    assert set(change[change != 0].groupby(level="年份").size() > 200) == {True}
    by_town = change.groupby([change.index.get_level_values("年份"), change.index.get_level_values(0).map(towns)]).sum()
    assert len(by_town) == 16
    assert by_town.abs().max() < 0.01


def test_the_revision_reports_no_investment_that_falls(revision, sample):
    old, new = (book["项目台账"].set_index("项目编号")["累计完成投资（万元）"] for book in (sample, revision))
    assert (new >= old[new.index]).all()
    planned = revision["项目台账"].set_index("项目编号")["计划总投资（万元）"]
    assert (new / planned).between(0.25, 0.98).all()


def test_ledgers_have_days_of_their_own(revision):
    listed, done = (pd.to_datetime(revision["低效整治"][column]) for column in ("列入日期", "完成日期"))
    assert listed.nunique() > 100
    assert (done.dropna() > listed[done.notna()]).all()
    assert revision["项目台账"]["累计完成投资（万元）"].nunique() > 55
    platform = revision["时尚E家"]
    assert (platform["匹配产能（万件）"] <= platform["发布产能（万件）"]).all()
    assert (platform.query("区域 == '本区'").sort_values("月份")["成员企业数"].diff().dropna() > 0).all()
