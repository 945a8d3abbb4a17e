"""The measurements of the engines run and name every figure; what they measure is no matter of tests."""

from __future__ import annotations

from bench import engines


def test_a_small_run_has_a_line_for_each_figure():
    actual = engines.run("sqlite", 40, 26, 3)
    assert (actual["areas"], actual["firm_rows"] > 10, actual["month_rows"] > 10) == (3, True, True)
    lines = engines.markdown([actual]).splitlines()
    assert len(lines) == len(engines.ROWS) + 2
