"""Small workbooks in which months are missing, loaded as a user would, with the figures worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cockpit.analysis.provenance import coverage_notices
from cockpit.catalogue.metrics import METRICS
from cockpit.metric_query import parse_query, query_rows
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.overview import panels as overview
from cockpit.views.wall.scenes import overview_scene
from data.loaders import read_batch
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests.conftest import TODAY

CASES = Path(__file__).parents[2] / "cases"


def load(engine, district, name):
    batch = read_batch(CASES / name, district, PublishedRows(engine), today=TODAY)
    publish(engine, batch, who="t", accept_warnings=True)
    return DatabaseRepository(engine, district)


def ask(repository, district, metric, by="", period="", compare="yoy"):
    query = parse_query(metric, by, towns=(), industries=(), chains=(), period=period, compare=compare, district=district)
    return query_rows(repository, query)


@pytest.fixture
def march_missing(engine, district):
    """60 enterprises, 2021 whole, of 2022 the months 1, 2, 4, 5, 6."""
    return load(engine, district, "50_month_missing_for_all.xlsx")


def test_a_month_missing_for_all_is_left_out_on_both_sides(march_missing, district):
    [row] = ask(march_missing, district, "工业总产值")
    assert (round(row["value"], 2), round(row["base"], 2), round(row["change"], 4)) == (401148.89, 368659.31, 0.0881)
    assert row["missing_months"] == ["2022-03"]
    months = ask(march_missing, district, "工业总产值", by="month")
    assert [r["month"] for r in months] == ["2022-01", "2022-02", "2022-04", "2022-05", "2022-06"]
    assert all(r["change"] > 0 for r in months)
    assert ask(march_missing, district, "规上企业数", period="2022-03", compare="mom")[0]["value"] is None


def test_twelve_months_with_a_hole_say_so(march_missing, district):
    [row] = ask(march_missing, district, "亩均税收")
    assert round(row["value"], 2) == 25.72, "over eleven months, never annualised"
    assert (len(row["covered_months"]), row["missing_months"]) == (11, ["2022-03"])


def test_the_page_names_the_missing_month_and_leaves_its_place_empty(march_missing):
    ctx = resolve_context(march_missing, Selection())
    assert any("2022年3月" in notice for notice in coverage_notices(ctx.full, ctx.period, ctx.where, ctx.compare))
    trend = overview.trend(ctx)
    assert [p.month for p in trend.points if math.isnan(p.value)] == [202203]
    [chain] = overview.chains(ctx).cards
    assert chain.months == (202201, 202202, 202203, 202204, 202205, 202206)
    assert [math.isnan(change) for change in chain.monthly_change] == [False, False, True, False, False, False]
    caption = ctx.caption(METRICS["output"])
    assert caption.period == "2022年1—2月、4—6月（同比：2021年1—2月、4—6月）"
    assert "缺2022年3月" in caption.notes
    assert ctx.caption(METRICS["tax_per_mu"]).period.startswith("近12个月（2021年7月—2022年6月，11/12个月）")


def test_a_single_month_is_called_what_it_is(engine, district):
    ctx = resolve_context(load(engine, district, "51_single_month.xlsx"), Selection())
    assert ctx.caption(METRICS["output"]).period == "2022年5月"
    scene = overview_scene(ctx)
    assert (scene.headline.text, scene.period) == ("5月产值9.38亿元", "2022年5月")
    assert any("2022年5月" in notice for notice in coverage_notices(ctx.full, ctx.period, ctx.where, ctx.compare))
