"""Annual targets: 完成率 (completion) against 序时进度 (the share of the year gone)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from cockpit import cache, formatting
from cockpit.aggregations import aggregate
from cockpit.aggregations.coverage import covered_label
from cockpit.aggregations.windows import window
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.formulas import Metric
from cockpit.cube.cube import Filter
from cockpit.district.thresholds import Thresholds
from cockpit.snapshot import Snapshot


class Pace(StrEnum):
    """How completion stands to the share of the year gone."""

    ON = "on"
    AMBER = "amber"
    RED = "red"

    @property
    def mark(self) -> str:
        """The mark beside a text: ◆ amber, ■ red, '' on pace."""
        return {Pace.AMBER: "◆", Pace.RED: "■"}.get(self, "")

    @property
    def tone(self) -> str:
        """The colour's name: warn, bad, '' on pace."""
        return {Pace.AMBER: "warn", Pace.RED: "bad"}.get(self, "")


@dataclass(frozen=True, slots=True)
class Target:
    """An annual target (stored unit), what is done since January, and how that compares with time gone.

    ``months``: those that ``done`` is over, from January to the last one reported; the time gone is up to the same month.
    ``missing``: those of them that weren't reported.
    """

    amount: float
    done: float
    completion: float
    time_gone: float
    pace: Pace
    months: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()

    @property
    def covered(self) -> tuple[int, ...]:
        """The months that were reported."""
        return tuple(month for month in self.months if month not in self.missing)

    @property
    def label(self) -> str:
        """What the completion is of: 全年, 1—2月累计, 1—2月、4—5月累计; '' where it is of no months."""
        if not self.months:
            return ""
        if len(self.covered) == m.MONTHS_OF_YEAR:
            return "全年"
        return covered_label(self.covered).split("年", 1)[1] + ("累计" if len(self.covered) > 1 else "")

    @property
    def points_behind(self) -> float:
        """Percentage points behind (positive) or ahead of (negative) the share of the year gone."""
        return (self.time_gone - self.completion) * 100

    @property
    def behind_shown(self) -> Decimal:
        """``points_behind`` as shown: it stands beside completion and time gone, so it is taken from them as shown."""
        return formatting.percent_gap(self.time_gone, self.completion)

    @property
    def behind_text(self) -> str:
        """How far behind, with its mark: ◆ 落后6.3点; '' on pace."""
        return f"{self.pace.mark} 落后{self.behind_shown}{formatting.POINTS_SHORT}" if self.pace.mark else ""


def target_for(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Target | None:
    """Return the target of the period's last year for what is selected; ``None`` without one, or when nothing was reported.

    A district target, or the sum over the selected towns (or chains) if each has one; a selection by
    industry, stage or role, or by town and chain at once, has none. Only metrics whose target runs through the year
    (sums) have a completion: the values of ratios follow another 口径 than their targets.
    """
    amount = _amount(data, metric, m.year_of(period.last), where)
    if amount is None or not metric.has_pace or amount <= 0:
        return None
    to_date = Period(PeriodKind.YTD, m.month(m.year_of(period.last), 1), period.last)
    covered = window(data, metric, to_date, where)
    done = aggregate.total_of_window(data, metric, covered, where)
    if np.isnan(done):
        return None
    completion, last = done / amount, covered.months[-1]
    time_gone = m.number_of(last) / 12
    pace = classify_pace(completion, time_gone, data.district.thresholds)
    months = m.span(to_date.first, last)
    return Target(amount, done, completion, time_gone, pace, months, tuple(x for x in covered.missing if x < last))


def classify_pace(completion: float, time_gone: float, limits: Thresholds) -> Pace:
    """Compare a completion with the share of time gone (both fractions) by the district's limits."""
    behind = round((time_gone - completion) * 100, 9)
    return Pace.RED if behind > limits.behind_red_points else Pace.AMBER if behind > limits.behind_amber_points else Pace.ON


def _amount(data: Snapshot, metric: Metric, year: int, where: Filter) -> float | None:
    if where.industries or where.stages or where.roles or (where.towns and where.chains):
        return None
    scopes = [f"town:{t}" for t in where.towns] or [f"chain:{c}" for c in where.chains] or ["district"]
    amounts = [_targets(data).get((year, metric.key, scope)) for scope in scopes]
    return sum(known) if len(known := [amount for amount in amounts if amount is not None]) == len(scopes) else None


def _targets(data: Snapshot) -> dict[tuple[int, str, str], float]:
    """(year, metric, scope) -> amount in the stored unit."""

    def build() -> dict[tuple[int, str, str], float]:
        rows = data.ledgers["target"]
        keys = zip(rows["year"].tolist(), rows["metric"].tolist(), rows["scope"].tolist(), strict=True)
        return dict(zip(keys, rows["value"].astype("float64").tolist(), strict=True))

    return data.cache.get_or_compute(cache.TARGETS, (), build)
