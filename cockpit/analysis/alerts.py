"""What became amber or red since the month before: annual targets that fall behind, growth that becomes negative."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.analysis import comparison, targets
from cockpit.analysis.targets import Pace
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from cockpit.snapshot import Snapshot

_TARGETED = ("output", "value_added", "tax", "green_investment")
_SEVERITY = {Pace.ON: 0, Pace.AMBER: 1, Pace.RED: 2}


@dataclass(frozen=True, slots=True)
class Alert:
    """A target or growth that is amber or red (``level``); ``is_new``: it wasn't a month before.

    A target that was amber and is red now is new as well. ``weight`` orders alerts of a level, the largest first: points
    behind, or the fall in percent. ``scope``: the name of the whole, a town or a chain; ``value_text``: the value now;
    ``note``: how it was a month before.
    """

    level: Pace
    is_new: bool
    weight: float
    scope: str
    subject: str
    value_text: str
    note: str


def alerts(data: Snapshot, last: int) -> tuple[Alert, ...]:
    """Find the alerts of month ``last``: new ones first, red before amber, then by weight."""
    every = [
        a for name, where in _scopes(data) for a in (*_of_targets(data, last, name, where), *_of_growth(data, last, name, where))
    ]
    return tuple(sorted(every, key=lambda a: (not a.is_new, -_SEVERITY[a.level], -a.weight)))


def _scopes(data: Snapshot) -> list[tuple[str, Filter]]:
    district = data.district
    scopes = [(district.terms.whole, Filter())]
    scopes += [(c.name, Filter(chains=(c.key,))) for c in district.chains]
    return scopes + [(t.name, Filter(towns=(t.key,))) for t in district.towns]


def _of_targets(data: Snapshot, last: int, scope: str, where: Filter) -> list[Alert]:
    """Alerts of targets that are behind the share of the year gone."""
    result = []
    for metric in (METRICS[k] for k in _TARGETED):
        now = targets.target_for(data, metric, _to_date(last), where)
        if now is None or now.pace is Pace.ON:
            continue
        before = None if m.number_of(last) == 1 else targets.target_for(data, metric, _to_date(m.shift(last, -1)), where)
        is_new = before is None or _SEVERITY[before.pace] < _SEVERITY[now.pace]
        behind = formatting.round_half_up(now.points_behind, 1)
        was = (
            "上月未落后"
            if before is None or before.pace is Pace.ON
            else f"上月落后{formatting.round_half_up(before.points_behind, 1)}点"
        )
        subject = f"{metric.name}落后序时{behind}点"
        result.append(
            Alert(now.pace, is_new, float(behind), scope, subject, f"完成 {formatting.format_percent(now.completion)}", was)
        )
    return result


def _to_date(last: int) -> Period:
    return Period(PeriodKind.YTD, m.month(m.year_of(last), 1), last)


def _of_growth(data: Snapshot, last: int, scope: str, where: Filter) -> list[Alert]:
    """Alert of output of the year to date that fell below the year before."""
    output = METRICS["output"]
    now, before = (_growth(data, output, month, where) for month in (last, m.shift(last, -1)))
    if math.isnan(now) or now >= 0:
        return []
    is_new = m.number_of(last) == 1 or math.isnan(before) or before >= 0
    was = "上月累计未下降" if is_new else f"上月累计{formatting.format_change(before, is_percent=False)}"
    value_text = formatting.format_change(now, is_percent=False)
    level = Pace.RED if now < -data.district.thresholds.behind_red_points / 100 else Pace.AMBER
    return [Alert(level, is_new, -now * 100, scope, "累计产值低于上年同期", value_text, was)]


def _growth(data: Snapshot, metric: Metric, last: int, where: Filter) -> float:
    return comparison.compare_total(data, metric, _to_date(last), where, Compare.YOY).change
