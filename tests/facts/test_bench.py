"""The measurements of the engines run and name every figure; what they measure is no matter of tests."""

from __future__ import annotations

from bench import engines


def test_a_small_run_has_a_line_for_each_figure():
    found = engines.run("sqlite", 40, 26, 3)
    assert (found["areas"], found["firm_rows"] > 10, found["month_rows"] > 10) == (3, True, True)
    lines = engines.markdown([found]).splitlines()
    assert len(lines) == len(engines.ROWS) + 2
