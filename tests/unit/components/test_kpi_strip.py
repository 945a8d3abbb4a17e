"""Headline figures: what is shown, what is missing and why, and where a click leads."""

from __future__ import annotations

import math

import pytest

from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Pace, Target
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import Compare
from cockpit.views.parts import Kpi
from layouts.components.kpi_strip import kpi_strip
from tests.unit.pages.markup import attribute, classed, walk, words

NAN = math.nan


def kpi(value=1e6, base=8e5, key="output", reason="", target=None, last=None, notes=(), spark=()):
    compared = Compared(value, base, METRICS[key].is_percent, reason)
    return Kpi(METRICS[key], METRICS[key].label, compared, last, "12月", (), spark, (), target, "规上", notes)


def cell(env, *, choices=(), **more):
    [found] = classed(kpi_strip([kpi(**more)], env, choices), "kpi")
    return found


def test_figure_unit_and_change_with_arrow_sign_and_colour(env):
    drawn = cell(env(), last=Compared(110.0, 100.0, False))
    assert words(classed(drawn, "kpi-value")) == "100.0亿元"
    assert words(classed(drawn, "kpi-change")) == "▲ +25.0% 同比 · 12月 +10.0%"
    assert classed(drawn, "up")


def test_a_missing_base_is_a_dash_with_its_reason(env):
    drawn = cell(env(), base=0.0, reason="上年同期为零，不算增幅")
    assert words(classed(drawn, "kpi-change")) == "— 上年同期为零，不算增幅"


def test_a_missing_figure_is_a_dash_with_its_reason(env):
    drawn = cell(env(), value=NAN, base=NAN, reason="所选范围没有数据")
    assert words(classed(drawn, "figure")) == "—"
    assert words(classed(drawn, "kpi-change")) == "所选范围没有数据"
    assert not classed(drawn, "spark")


def test_without_comparison_no_change_is_shown(env):
    assert words(classed(cell(env(compare=Compare.NONE)), "kpi-change")) == ""


@pytest.mark.parametrize(
    ("pace", "completion", "said", "tone"),
    [
        (Pace.ON, 0.98, "98.0%", ""),
        (Pace.AMBER, 0.912, "◆ 落后8.8点 91.2%", "warn"),
        (Pace.RED, 0.626, "■ 落后37.4点 62.6%", "bad"),
    ],
)
def test_a_badge_only_where_the_year_is_behind(env, pace, completion, said, tone):
    drawn = cell(env(), target=Target(1e6, completion * 1e6, completion, 1.0, pace))
    assert words(classed(drawn, "target-share")) == said
    assert words(classed(drawn, "target-amount")) == "目标 100.0"
    assert bool(classed(drawn, "warn")) is (tone == "warn")
    assert bool(classed(drawn, "bad")) is (tone == "bad")


def test_the_target_bar_ends_at_120_percent(env):
    [bar] = classed(cell(env(), target=Target(1.0, 2.0, 2.0, 0.5, Pace.ON)), "target-done")
    [tick] = classed(cell(env(), target=Target(1.0, 2.0, 2.0, 0.5, Pace.ON)), "target-tick")
    assert bar.style["width"] == "100.00%"
    assert tick.style["left"] == "41.67%"


def test_the_name_leads_to_its_definition_and_keeps_the_filters(env):
    [name] = classed(cell(env(towns=("tangqi",))), "kpi-name")
    assert name.href == "/glossary?town=tangqi#output"


def test_a_figure_leads_to_the_page_of_its_metric_only_where_it_may_be_chosen(env):
    [value] = classed(cell(env(towns=("tangqi",)), key="tax", choices=("tax",)), "kpi-value")
    assert value.href == "/?town=tangqi&metric=tax"
    [plain] = classed(cell(env(), key="tax"), "kpi-value")
    assert not hasattr(plain, "href")


def test_what_restricts_a_figure_stands_under_it(env):
    assert words(classed(cell(env(), notes=("项目台账不分行业，未按行业筛选",)), "kpi-note")) == "项目台账不分行业，未按行业筛选"


def test_the_sparkline_has_words_and_needs_two_months(env):
    [picture] = classed(cell(env(), spark=(1e5, 2e5)), "spark")
    assert attribute(picture, "aria-label") == "工业总产值近12个月走势，最近一月20.0 亿元"
    assert not classed(cell(env(), spark=(1e5, NAN)), "spark")


def test_no_number_shows_as_python_writes_it(env):
    drawn = kpi_strip([kpi(value=NAN, base=NAN, spark=(NAN, 1.0, 2.0)), kpi(value=-1.0, base=NAN)], env())
    assert not [c for c in walk(drawn) if isinstance(c, str) and ("nan" in c or "None" in c)]
