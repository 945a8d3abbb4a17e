"""Months at once against months one by one: the same figures for every metric that may go at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cockpit.aggregations import aggregate
from cockpit.analysis import comparison
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.selection import Compare

MONTHLY = [key for key, metric in METRICS.items() if Grouping.MONTH in metric.groupings]
RUN = Period(PeriodKind.RANGE, 201911, 202302)  # begins before the data and ends after them


@pytest.mark.parametrize("where", [Filter(), Filter(towns=("tangqi",), industries=("34",)), Filter(towns=("none",))], ids=str)
@pytest.mark.parametrize("key", MONTHLY)
def test_at_once_equals_one_by_one(sample_repository, key, where, monkeypatch):
    data, metric = sample_repository.snapshot(), METRICS[key]
    quick = [aggregate.evaluate_metric(data, metric, RUN, where, Grouping.MONTH).to_series()]
    quick += [comparison.compare_groups(data, metric, RUN, where, c, Grouping.MONTH).to_frame() for c in Compare]
    at_once = aggregate.monthly_at_once(data, metric, RUN.months, where)
    monkeypatch.setattr(aggregate, "monthly_at_once", lambda *_: None)
    slow = [aggregate.evaluate_metric(data, metric, RUN, where, Grouping.MONTH).to_series()]
    slow += [comparison.compare_groups(data, metric, RUN, where, c, Grouping.MONTH).to_frame() for c in Compare]
    for a, b in zip(quick, slow, strict=True):
        if len(a) or len(b):
            (pd.testing.assert_series_equal if isinstance(a, pd.Series) else pd.testing.assert_frame_equal)(a, b, rtol=0, atol=0)
    if at_once is not None:
        alone = [aggregate.total(data, metric, Period(PeriodKind.MONTH, x, x), where) for x in RUN.months]
        np.testing.assert_array_equal(at_once, alone)


def test_sums_and_their_ratios_go_at_once_and_stocks_do_not(sample_repository):
    data = sample_repository.snapshot()
    at_once = {k for k in MONTHLY if aggregate.monthly_at_once(data, METRICS[k], m.span(202201, 202212), Filter()) is not None}
    assert {"output", "tax", "value_added", "green_investment", "energy_intensity", "tax_per_mu", "signed_projects"} <= at_once
    assert not {"firms", "start_rate", "staff"} & at_once
