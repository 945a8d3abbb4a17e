"""What is amber or red at the end of a month, and whether it was so a month before.

Annual targets that fall behind, growth that becomes negative, the renewal plan, projects behind by rule, and remediation
that takes too long: the same rules by which the pages mark them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from cockpit import formatting
from cockpit.analysis import comparison, targets
from cockpit.analysis.targets import Pace, Target
from cockpit.calendar import months as m
from cockpit.calendar.dates import month_end
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import ColumnStore
from cockpit.district.plans import RenewalPlan
from cockpit.ledgers import renewal
from cockpit.ledgers.projects import Concern, projects_as_of
from cockpit.ledgers.remediation import remediation_as_of
from cockpit.selection import Compare
from cockpit.snapshot import Snapshot

_TARGETED = ("output", "value_added", "tax", "green_investment")
_SEVERITY = {Pace.ON: 0, Pace.AMBER: 1, Pace.RED: 2}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is amber or red (``level``); ``is_new``: it wasn't a month before.

    What was amber and is red now is new as well. ``weight`` orders alerts of a level, the largest first: points
    behind, the fall in percent, or the share of the ledger in percent. ``scope``: the name of the whole, a town or a chain;
    ``value_text``: the value now; ``note``: how it was a month before.
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
    every += [*_of_plan(data, last), *_of_projects(data, last), *_of_remediation(data, last)]
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
        result.append(_behind(scope, metric.name, now, before))
    return result


def _behind(scope: str, name: str, now: Target, before: Target | None) -> Alert:
    """Build the alert of what is behind time gone; ``before``: a month before, ``None`` = not begun."""
    is_new = before is None or _SEVERITY[before.pace] < _SEVERITY[now.pace]
    was = "上月未落后" if before is None or before.pace is Pace.ON else f"上月落后{before.behind_shown}{formatting.POINTS}"
    completion = f"完成 {formatting.format_percent(now.completion)}"
    return Alert(
        now.pace, is_new, float(now.behind_shown), scope, f"{name}落后序时{now.behind_shown}{formatting.POINTS}", completion, was
    )


def _of_plan(data: Snapshot, last: int) -> list[Alert]:
    """Alert of the renewal plan's area when it is behind the share of the plan's months gone."""
    plan = data.district.renewal_plan
    if plan is None or data.ledgers["renewal"].empty or not renewal.months_elapsed(plan, last):
        return []
    now, before = (_area_of_plan(data, plan, month) for month in (last, m.shift(last, -1)))
    return [_behind(data.district.terms.whole, f"“{plan.name}”更新面积", now, before)] if now.pace is not Pace.ON else []


def _area_of_plan(data: Snapshot, plan: RenewalPlan, last: int) -> Target:
    months = renewal.plan_months(plan)
    # After its last month the plan stays as it ended.
    entries = ColumnStore(renewal.renewal_as_of(data.ledgers["renewal"], month_end(min(last, months[-1])))).rows
    totals = renewal.totals_by_stage(renewal.within_plan(entries, plan))
    done = totals[""][0].area if totals else 0.0
    gone = renewal.months_elapsed(plan, last) / len(months)
    completion = done / plan.area_mu
    return Target(plan.area_mu, done, completion, gone, targets.classify_pace(completion, gone, data.district.thresholds))


def _of_projects(data: Snapshot, last: int) -> list[Alert]:
    """Alerts of projects that are behind by rule: those overdue, and those that stand still."""
    rows, limits = data.ledgers["project"], data.district.thresholds
    if rows.empty:
        return []
    now, before = (projects_as_of(rows, month_end(month), limits) for month in (last, m.shift(last, -1)))
    overdue = tuple(c.value for c in Concern if c is not Concern.STALLED)
    return [
        alert
        for concerns, phrase in ((overdue, "项目逾期"), ((Concern.STALLED.value,), "项目进展停滞"))
        for alert in _counted(data, Pace.RED, phrase, "个", _late(now, concerns), _late(before, concerns), len(now))
    ]


def _late(stock: pd.DataFrame, concerns: tuple[str, ...]) -> int:
    return int((stock["concern"].isin(concerns) & ~stock["soon"]).sum())


def _of_remediation(data: Snapshot, last: int) -> list[Alert]:
    """Alerts of remediation beyond the district's limit (red), and of what will be by the end of next month (amber)."""
    rows, limit = data.ledgers["remediation"], data.district.thresholds.remediation_slow_months
    if rows.empty:
        return []
    now, before = (remediation_as_of(rows, month_end(month), limit) for month in (last, m.shift(last, -1)))
    slow, soon = ((int(now[name].sum()), int(before[name].sum())) for name in ("slow", "soon"))
    return [
        *_counted(data, Pace.RED, f"低效整治超过{limit}个月", "家", slow[0], slow[1], len(now)),
        *_counted(data, Pace.AMBER, f"低效整治到下月底将超过{limit}个月", "家", soon[0], soon[1], len(now)),
    ]


def _counted(data: Snapshot, level: Pace, phrase: str, unit: str, now: int, before: int, among: int) -> list[Alert]:
    """Return the alert of a number above zero; it is new when there was none a month before."""
    if not now:
        return []
    was = f"上月{before:,}{unit}" if before else "上月没有"
    return [Alert(level, not before, now / among * 100, data.district.terms.whole, phrase, f"{now:,}{unit}", was)]


def _to_date(last: int) -> Period:
    return Period(PeriodKind.YTD, m.month(m.year_of(last), 1), last)


def _of_growth(data: Snapshot, last: int, scope: str, where: Filter) -> list[Alert]:
    """Alert of output of the year to date that fell below the year before, as far as one decimal shows it."""
    output = METRICS["output"]
    now, before = (_growth(data, output, month, where) for month in (last, m.shift(last, -1)))
    if math.isnan(now) or formatting.round_half_up(now * 100, 1) >= 0:
        return []
    is_new = m.number_of(last) == 1 or math.isnan(before) or formatting.round_half_up(before * 100, 1) >= 0
    was = "上月累计未下降" if is_new else f"上月累计{formatting.format_change(before, is_percent=False)}"
    value_text = formatting.format_change(now, is_percent=False)
    level = Pace.RED if now < -data.district.thresholds.behind_red_points / 100 else Pace.AMBER
    return [Alert(level, is_new, -now * 100, scope, "累计产值低于上年同期", value_text, was)]


def _growth(data: Snapshot, metric: Metric, last: int, where: Filter) -> float:
    return comparison.compare_total(data, metric, _to_date(last), where, Compare.YOY).change
