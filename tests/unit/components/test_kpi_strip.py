"""Key values: what is shown, what is missing and why, and where a click leads."""

from __future__ import annotations

import math
import re

import pytest

from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Pace, Target
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import Compare
from cockpit.views.parts import Kpi
from layouts.components.kpi_strip import kpi_strip
from layouts.components.sparkline import line_picture
from tests.unit.pages.markup import attribute, text_of, walk, with_class

NAN = math.nan


def kpi(value=1e6, base=8e5, key="output", reason="", target=None, last=None, notes=(), spark=()):
    compared = Compared(value, base, METRICS[key].is_percent, reason)
    return Kpi(METRICS[key], METRICS[key].label, compared, last, "12月", spark, (), target, "规上", notes)


def cell(context, *, choices=(), **more):
    [result] = with_class(kpi_strip([kpi(**more)], context, choices), "kpi")
    return result


def test_figure_unit_and_change_with_arrow_sign_and_colour(context):
    rendered = cell(context(), last=Compared(110.0, 100.0, False))
    assert text_of(with_class(rendered, "kpi-value")) == "100.0亿元"
    assert text_of(with_class(rendered, "kpi-change")) == "▲ +25.0% 同比 · 12月 +10.0%"
    assert with_class(rendered, "up")


def test_a_missing_base_is_a_dash_with_its_reason(context):
    rendered = cell(context(), base=0.0, reason="上年同期为零，不算增幅")
    assert text_of(with_class(rendered, "kpi-change")) == "— 上年同期为零，不算增幅"


def test_a_missing_figure_is_a_dash_with_its_reason(context):
    rendered = cell(context(), value=NAN, base=NAN, reason="所选范围没有数据")
    assert text_of(with_class(rendered, "value")) == "—"
    assert text_of(with_class(rendered, "kpi-change")) == "所选范围没有数据"
    assert not with_class(rendered, "spark")


def test_without_comparison_no_change_is_shown(context):
    assert text_of(with_class(cell(context(compare=Compare.NONE)), "kpi-change")) == ""


@pytest.mark.parametrize(
    ("pace", "completion", "expected_text", "tone"),
    [
        (Pace.ON, 0.98, "98.0%", ""),
        (Pace.AMBER, 0.912, "◆ 落后8.8点 91.2%", "warn"),
        (Pace.RED, 0.626, "■ 落后37.4点 62.6%", "bad"),
    ],
)
def test_a_badge_only_where_the_year_is_behind(context, pace, completion, expected_text, tone):
    rendered = cell(context(), target=Target(1e6, completion * 1e6, completion, 1.0, pace))
    assert text_of(with_class(rendered, "target-share")) == expected_text
    assert text_of(with_class(rendered, "target-amount")) == "目标 100.0"
    assert bool(with_class(rendered, "warn")) is (tone == "warn")
    assert bool(with_class(rendered, "bad")) is (tone == "bad")


def test_the_target_bar_ends_at_120_percent(context):
    [bar] = with_class(cell(context(), target=Target(1.0, 2.0, 2.0, 0.5, Pace.ON)), "target-done")
    [tick] = with_class(cell(context(), target=Target(1.0, 2.0, 2.0, 0.5, Pace.ON)), "target-tick")
    assert bar.style["width"] == "100.00%"
    assert tick.style["left"] == "41.67%"


def test_the_name_leads_to_its_definition_and_keeps_the_filters(context):
    [name] = with_class(cell(context(towns=("tangqi",))), "kpi-name")
    assert name.href == "/glossary?town=tangqi#output"


def test_a_figure_leads_to_the_page_of_its_metric_only_where_it_may_be_chosen(context):
    [value] = with_class(cell(context(towns=("tangqi",)), key="tax", choices=("tax",)), "kpi-value")
    assert value.href == "/?town=tangqi&metric=tax"
    [plain] = with_class(cell(context(), key="tax"), "kpi-value")
    assert not hasattr(plain, "href")


def test_a_restriction_of_a_value_is_noted_under_it(context):
    note = "项目台账不分行业，未按行业筛选"
    assert text_of(with_class(cell(context(), notes=(note,)), "kpi-note")) == note


def test_the_sparkline_has_a_label_and_needs_two_months(context):
    [picture] = with_class(cell(context(), spark=(1e5, 2e5)), "spark")
    assert attribute(picture, "aria-label") == "工业总产值近12个月走势，最近一月20.0亿元"
    assert not with_class(cell(context(), spark=(1e5, NAN)), "spark")


def test_a_month_without_a_value_is_a_gap_in_the_sparkline():
    [line, _last] = re.findall(r'<path d="([^"]+)"', line_picture((1.0, 2.0, NAN, 3.0, NAN), (), "走势"))
    assert line == "M4.0,26.0L52.0,15.0M148.0,4.0h.01"


def test_no_number_shows_as_python_writes_it(context):
    rendered = kpi_strip([kpi(value=NAN, base=NAN, spark=(NAN, 1.0, 2.0)), kpi(value=-1.0, base=NAN)], context())
    assert not [c for c in walk(rendered) if isinstance(c, str) and ("nan" in c or "None" in c)]
