"""The sentence over a wall scene, made from its values: the most surprising thing that is true.

Ranked: a target crossed or missed, a change of sign, a part with more than a third of the change, a record,
plain growth. Values are rounded once, by ``formatting``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit import formatting
from cockpit.aggregations.coverage import covered_label, runs_of
from cockpit.analysis.alerts import Alert
from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Pace
from cockpit.calendar import months as m
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import COMPARE_LABELS
from cockpit.sentences.changes import GROWTH, RATIO, UNCHANGED, base_label
from cockpit.sentences.drivers import drive_text
from cockpit.sentences.scope import comparable_note, scope_name
from cockpit.sentences.shares import is_whole, precise_percent, share_clause, share_text
from cockpit.sentences.superlatives import value_text
from cockpit.views.chain.firms import LeaderPanel
from cockpit.views.chain.stages import StagePanel
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import GradeMigrationPanel, LandSummary
from cockpit.views.overview.panels import ChainsPanel
from cockpit.views.parts import Kpi
from cockpit.views.projects.funnel import ProjectSummary
from cockpit.views.space.parks import ParkList
from cockpit.views.space.plan import PlanProgress, pace_text

_MOST = 1 / 3
_PLANNED = METRICS["signed_investment"]


@dataclass(frozen=True, slots=True)
class WallHeadline:
    """The sentence over a scene.

    ``phrases``: (text, tone) in order, tone '' | up | down | warn, at most one of them coloured; ``below``: facts.
    """

    phrases: tuple[tuple[str, str], ...]
    below: str

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(text for text, _ in self.phrases)


def period_label(first: int, last: int) -> str:
    """Name the months of one year as people do: 一季度, 上半年, 前三季度, 全年, 1—5月, 3月."""
    start, end = m.number_of(first), m.number_of(last)
    if m.year_of(first) != m.year_of(last):
        return "近12个月" if m.distance(first, last) == 11 else "期内"
    if start == end:
        return f"{end}月"
    named = {3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}
    return named.get(end, f"1—{end}月") if start == 1 else f"{start}—{end}月"


def period_name(first: int, last: int) -> str:
    """Name the months with their year, for a value that stands alone: 2022年全年, 2023年1月, 近12个月."""
    year = m.year_of(last)
    return f"{year}年{period_label(first, last)}" if m.year_of(first) == year else period_label(first, last)


def covered_period(ctx: ViewContext) -> str:
    """Name the months of the period that the selection covers: 全年, 1—2月、4—5月."""
    return months_name(ctx.covered.months or ctx.period.months)


def months_name(months: Sequence[int]) -> str:
    """Name rising months as people do: 全年, 1—2月、4—5月."""
    names = [period_label(first, last) for first, last in runs_of(months)]
    return "、".join(names) if m.year_of(months[0]) == m.year_of(months[-1]) or len(names) == 1 else covered_label(months)


def overview_headline(ctx: ViewContext, hero: Kpi, others: tuple[Kpi, ...], chains: ChainsPanel) -> WallHeadline:
    """Say how output of the district, or of what is selected, moved, and what drove it."""
    months, area = covered_period(ctx), _scope(ctx)
    growth = hero.compared.change
    below = _facts(hero, others, months, ctx)
    if math.isnan(growth):
        return WallHeadline(((_value_phrase(area, months, hero, ctx), ""),), below)
    # The chains' points are of all chains: with some selected they are of another whole.
    driver = [] if ctx.selection.chains else _driver(chains, growth)
    lead = _target_phrase(hero, area, ctx.period.last)
    if lead:
        # What is done towards a target is counted from January on: what drove a later run's growth isn't its driver.
        driver = driver if m.number_of(ctx.period.first) == 1 else []
        phrases = [(lead + ("，" if driver else ""), ""), *driver]
    else:
        phrases = [
            (f"{area}{months}{hero.label}", ""),
            *_moved(hero.compared, ctx),
            *([("，" + driver[0][0], "")] if driver else []),
        ]
        if driver:
            phrases[-1] = (phrases[-1][0] + driver[1][0], "")
    return WallHeadline(tuple(phrases), below)


def _scope(ctx: ViewContext) -> str:
    """Name every filter of the scene; '' for the whole district."""
    return scope_name(ctx.selection, ctx.district, short=True)


def _whole_term(ctx: ViewContext, *, is_narrowed: bool) -> str:
    """Name the whole district where a figure is of it though filters are selected."""
    return ctx.terms.whole if is_narrowed else ""


def _value_phrase(name: str, months: str, hero: Kpi, ctx: ViewContext) -> str:
    """Say a value that has no change, or that there is none."""
    if math.isnan(hero.compared.value):
        return f"{name}{months}没有{hero.label}数据"
    note = comparable_note(is_comparable=hero.compared.is_comparable)
    return f"{name}{months}{hero.label}{value_text(hero.metric, hero.compared.value)}{note}"


def _target_phrase(hero: Kpi, area: str, last: int) -> str:
    """Return a target that is met before the year is over, or missed at its end; '' when there is nothing to say.

    Targets are of the year: what is done is named from January on, whatever the period.
    """
    target = hero.target
    if target is None:
        return ""
    done_over = target.covered or m.span(m.month(m.year_of(last), 1), last)
    subject = f"{area}{months_name(done_over)}{hero.label}"
    if target.completion >= 1:
        return f"{subject}{'超额完成' if target.completion > 1 else '完成'}年度目标"
    if target.time_gone >= 1:
        return f"{subject}未完成年度目标，差{precise_percent(1 - target.completion)}"
    return f"{subject}落后序时{target.behind_shown}{formatting.POINTS}" if target.pace is Pace.RED else ""


def _driver(chains: ChainsPanel, growth: float) -> list[tuple[str, str]]:
    """Return the chain that makes most of the change: 高端装备 + 贡献近四成增长."""
    known = [c for c in chains.cards if not math.isnan(c.points)]
    if len(known) < 2 or GROWTH.verb(growth) == UNCHANGED:
        return []
    up = growth > 0
    first = max(known, key=lambda c: c.points if up else -c.points)
    share, tone = first.points / (growth * 100), "up" if up else "down"
    others = any(c is not first and drive_text(chains.metric, c.shown) and (c.points > 0) is up for c in known)
    # All of the growth is nobody's where others grew, too, and one fell.
    if _MOST < share <= 1 and not (is_whole(share) and others):
        return [(first.item.name, ""), (f"贡献{share_text(share)}{'增长' if up else '降幅'}", tone)]
    text = drive_text(chains.metric, first.shown)
    return [(first.item.name, ""), (text, tone)] if text and share > 0 else []


def _moved(compared: Compared, ctx: ViewContext) -> list[tuple[str, str]]:
    """Return how a value moved with what it is compared with, in its tone: 同比增长7.4%."""
    verb, note = GROWTH.verb(compared.change), comparable_note(is_comparable=compared.is_comparable)
    if verb == UNCHANGED:
        return [(f"与{base_label(ctx.compare)}{UNCHANGED}{note}", "")]
    return [(f"{COMPARE_LABELS[ctx.compare]}{verb}{note}", "up" if verb.startswith(GROWTH.up) else "down")]


def _facts(hero: Kpi, others: tuple[Kpi, ...], months: str, ctx: ViewContext) -> str:
    """Join two or three facts for the line under the sentence: growth, the last month, and the target that lags most."""
    facts = []
    if not math.isnan(hero.compared.change):
        facts.append(f"{months}{_moved(hero.compared, ctx)[0][0]}")
    if months != hero.last_month_label and hero.last_month is not None and not math.isnan(hero.last_month.change):
        facts.append(f"{hero.last_month_label}{_moved(hero.last_month, ctx)[0][0]}")
    text = "，".join(facts)
    behind = [k for k in others if k.target and k.target.pace is not Pace.ON]
    if behind:
        worst = max(behind, key=lambda k: k.target.points_behind if k.target else 0.0)
        assert worst.target is not None
        lag = f"{worst.target.behind_shown}{formatting.POINTS}"
        text += f"；{worst.label}完成{formatting.format_percent(worst.target.completion)}，落后序时{lag}"
    return text


def chain_headline(ctx: ViewContext, hero: Kpi, stages: StagePanel, leader: LeaderPanel) -> WallHeadline:
    """Say how a chain grew and where it comes from; gaps and weak stages below."""
    growth, months, name = hero.compared.change, covered_period(ctx), _scope(ctx)
    gaps = [s.item.name for s in stages.stages if s.gap]
    weak = [s.item.name for s in stages.stages if s.weak]
    facts = [f"{'、'.join(names)}{label}" for names, label in ((gaps, "缺链"), (weak, "为弱链")) if names]
    named = [s for s in stages.stages if s.item.key and s.item.share > 0]
    first = max(named, key=lambda s: s.item.share, default=None)
    if first is not None and (share := share_clause(first.item.name, first.item.share, shown=first.item.share_shown)):
        facts.insert(0, str(share))
    below = "；".join(facts[:3])
    if math.isnan(growth):
        return WallHeadline(((_value_phrase(name, months, hero, ctx), ""),), below)
    phrases = [(f"{name}{months}{hero.label}", ""), *_moved(hero.compared, ctx)]
    if text := _leader_phrase(leader, growth):
        phrases.append((f"，{text}", ""))
    return WallHeadline(tuple(phrases), below)


def _leader_phrase(leader: LeaderPanel, growth: float) -> str:
    """Say whether the chain's leader or the others made the growth; '' without growth."""
    points = {r.item.key: (r.points, r.shown) for r in leader.roles}
    own, shown = points.get("链主", (math.nan, math.nan))
    if math.isnan(own) or GROWTH.verb(growth) == UNCHANGED or growth < 0 or len(points) < 2:
        return ""
    share = own / (growth * 100)
    if share > 1:  # the others fell: it is more than the growth of all
        return f"链主{drive_text(leader.metric, shown)}"
    if share > 0.5:
        return f"链主贡献{share_text(share)}"
    return f"增量{share_text(min(1 - share, 1.0))}来自链主之外"


def land_headline(ctx: ViewContext, values: LandSummary | None, migration: GradeMigrationPanel | None) -> WallHeadline:
    """Say how many firms are graded D, and how little their land yields."""
    if values is None:
        return WallHeadline((("还没有发布亩均效益评价", ""),), "发布后自动显示")
    area = _scope(ctx)
    moved = values.counts["D"] - values.worst_base
    verb = "" if math.isnan(moved) or not moved else ("减至" if moved < 0 else "增至")
    is_less = values.worst_tax_share < values.worst_land_share
    if values.counts["D"]:
        land, tax = (formatting.format_percent(x) for x in (values.worst_land_share, values.worst_tax_share))
        phrases = [
            (f"{area}D类企业{verb}{values.counts['D']:,}家，占评价用地{land}", ""),
            *(
                []
                if math.isnan(values.worst_tax_share)
                else [(f"，{'只' if is_less else ''}贡献{tax}的税收", "warn" if is_less else "")]
            ),
        ]
    else:
        before = f"，上年{formatting.format_count(values.worst_base)}家" if values.worst_base > 0 else ""
        phrases = [(f"{area}没有D类企业{before}", "")]
    facts = []
    if values.tax_per_mu_base > 0:
        facts.append(f"亩均税收比上年{RATIO.verb(values.tax_per_mu / values.tax_per_mu_base - 1)}")
    if migration is not None and migration.insight:
        facts.append(migration.insight)
    return WallHeadline(tuple(phrases), "；".join(facts))


def projects_headline(ctx: ViewContext, values: ProjectSummary) -> WallHeadline:
    """Say how many projects were signed, what of them is green, and how many of all that were ever signed are behind."""
    months = period_label(ctx.period.first, ctx.period.last)
    # The ledger has no industries: none narrows the scene.
    area = scope_name(ctx.selection.replace(industries=(), stages=()), ctx.district, short=True)
    if not values.count:
        return WallHeadline(((f"{area}{months}没有签约项目", ""),), "")
    phrases = [(f"{area}{months}签约{values.count:,}个项目", "")]
    green = values.green
    if green is not None and green.count:
        every = "均为" if values.count > 1 else "为"
        phrases.append((f"，{every}绿色能源" if is_whole(green.share) else f"，绿色能源占{share_text(green.share)}", ""))
    late = sum(n for _, n in values.late)
    if late:
        phrases.append((f"，在库{late:,}个逾期或停滞", "warn"))
    done = "" if math.isnan(values.completion) else f"，完成{formatting.format_percent(values.completion)}"
    facts = [f"计划投资{value_text(_PLANNED, values.planned)}{done}"]
    if green is not None and green.count:
        facts.append(f"绿色能源{green.count:,}个、{value_text(_PLANNED, green.planned)}")
    facts.append(f"开工率{formatting.format_percent(values.start_rate)}")
    return WallHeadline(tuple(phrases), "；".join(facts))


def space_headline(ctx: ViewContext, plan: PlanProgress, parks: ParkList) -> WallHeadline:
    """Say where the renewal plan stands, which is the whole district's; the parks below."""
    below = parks.insight if parks.rows else ""
    if plan.plan is None or not plan.known or not plan.goals:
        return WallHeadline((("还没有有机更新数据", ""),) if not parks.rows else (("园区效益", ""),), below)
    target = plan.goals[0].target
    tone = "" if target.pace is Pace.ON else "warn"
    whole = _whole_term(ctx, is_narrowed=bool(ctx.selection.towns))
    lead = f"{whole}“{plan.plan.name}”更新面积完成{formatting.format_percent(target.completion)}，"
    return WallHeadline(((lead, ""), (pace_text(target), tone)), below)


def alerts_headline(ctx: ViewContext, alerts: tuple[Alert, ...]) -> WallHeadline:
    """Say how many alerts are new since the month before, and name the first: all of the whole district."""
    fresh = [a for a in alerts if a.is_new]
    month = f"{_whole_term(ctx, is_narrowed=bool(ctx.where.items()))}{m.number_of(ctx.period.last)}月"
    if not alerts:
        points = formatting.format_trimmed(ctx.district.thresholds.behind_amber_points)
        targets, outputs = f"没有落后序时{points}{formatting.POINTS}以上的目标", f"没有产值下降的{ctx.terms.part}和产业链"
        below = f"{targets}，{outputs}，也没有逾期停滞的项目和超期的整治"
        return WallHeadline(((f"{month}各项目标、增速、项目和整治均正常", ""),), below)
    reds = sum(a.level is Pace.RED for a in alerts)
    below = f"共{len(alerts)}项预警，{f'其中红色{reds}项' if reds else '没有红色'}"
    if not fresh:
        return WallHeadline(((f"{month}没有新增预警", ""), (f"，{len(alerts)}项仍在预警", "warn")), below)
    first = fresh[0]
    return WallHeadline(((f"{month}新增{len(fresh)}项预警，", ""), (f"{first.scope}{first.subject}", "warn")), below)
