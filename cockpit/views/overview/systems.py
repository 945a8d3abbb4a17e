"""The district's systems (工作系统) in their shortest form: one value and one fact each, linking to its page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cockpit import cache, formatting
from cockpit.aggregations import aggregate
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.results.totals import share
from cockpit.ledgers.remediation import RemediationStage
from cockpit.selection import View
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.green import summary as green
from cockpit.views.innovation import state as innovation_state
from cockpit.views.innovation.talent import format_people, talent_totals
from cockpit.views.parts import Caption
from cockpit.views.platform import records as platform_records
from cockpit.views.projects.state import count_late, count_started, delay_rules_text, project_state
from cockpit.views.remediation import state as remediation_state
from cockpit.views.space import plan as space_plan

_WHOLE = Scale("", whole=True)
_YI = Scale("亿元", 1e4)


@dataclass(frozen=True, slots=True)
class System:
    """One system: name, value with unit, a fact with its tone ('' | warn | bad), 口径, and where it leads.

    ``scope``: mark of values that don't follow the page's filters: 全区, 未按行业筛选.
    """

    name: str
    value: str
    unit: str
    fact: str
    tone: str
    definition: str
    href: str = ""
    scope: str = ""


_Maker = Callable[[ViewContext], System | None]
_Lead = Callable[[ViewContext], str]


@dataclass(frozen=True, slots=True)
class SystemsPanel:
    """All systems that have data, in the order of the navigation."""

    systems: tuple[System, ...]
    caption: Caption


def systems(ctx: ViewContext) -> SystemsPanel:
    """Compute the systems within the selection; one without any data is left out."""
    systems = ((_cached_system(ctx, make, dimensions), dimensions, lead) for make, dimensions, lead in _SYSTEMS)
    shown = (replace(s, href=lead(ctx), scope=_scope_mark(ctx, known)) for s, known, lead in systems if s is not None)
    return SystemsPanel(tuple(shown), ctx.caption())


def _scope_mark(ctx: ViewContext, known: tuple[str, ...]) -> str:
    """Mark a system that knows only some dimensions, where others are filtered: by none of them it is the whole's."""
    filtered = [name for name in _AREA_FILTERS if getattr(ctx.selection, name)]
    unknown = [grouping_label(_AREA_FILTERS[name], ctx.terms) for name in filtered if name not in known]
    if not unknown:
        return ""
    return ctx.terms.whole if len(unknown) == len(filtered) else f"未按{'、'.join(unknown)}筛选"


def _cached_system(ctx: ViewContext, make: _Maker, dimensions: tuple[str, ...]) -> System | None:
    """Compute a system once for all selections that differ only in dimensions that its ledger doesn't know."""
    if (ledger := _LEDGERS.get(make)) and ctx.full.ledgers[ledger].empty:
        return None
    key = (make.__name__, ctx.period, ctx.compare, *(getattr(ctx.selection, name) for name in dimensions))
    return ctx.full.cache.get_or_compute(cache.SYSTEMS, key, lambda: make(ctx))


def _land(ctx: ViewContext) -> System | None:
    result = evaluation_scope(ctx)
    if result is None:
        return None
    areas = result.totals()
    worst = areas.where_equal("grade", "D")
    land_share, tax_share = (share(worst.total(name), areas.total(name)) for name in ("land_mu", "tax"))
    fact = f"占评价用地 {formatting.format_percent(land_share)}，税收 {formatting.format_percent(tax_share)}"
    definition = f"{result.year}年度评价：评为D类的企业数；占比的分母为全部参加评价的企业的用地、税收。"
    return System("D类企业", formatting.format_count(worst.total("firms")), "家", fact, "", definition)


def _remediation(ctx: ViewContext) -> System | None:
    entries = remediation_state.state(ctx).entries
    done = len(entries.where_equal("stage", RemediationStage.DONE.value))
    released = aggregate.total(ctx.full, remediation_state.RELEASED, remediation_state.period_to_date(ctx), ctx.where)
    fact = f"在治 {len(entries) - done:,}家，盘活 {formatting.format_rounded(released, 0)}亩"
    definition = "截至期末，低效整治中完成的企业数（D类提升与高耗低效之和）。"
    return System("整治完成", f"{done:,}", "家", fact, "", definition)


def _projects(ctx: ViewContext) -> System | None:
    now = project_state(ctx)
    if not len(now.signed):
        return None
    late = count_late(now.stock)
    fact = f"◆ 逾期或停滞 {late:,}个" if late else "没有逾期或停滞的项目"
    value = formatting.format_percent(count_started(now.signed) / len(now.signed)).removesuffix("%")
    definition = f"期内签约项目中已开工的个数 ÷ 签约个数。{delay_rules_text(ctx)}"
    return System("项目开工率", value, "%", fact, "warn" if late else "", definition)


def _space(ctx: ViewContext) -> System | None:
    result = space_plan.plan_progress(ctx)
    if result.plan is None or not result.goals:
        return None
    target = result.goals[0].target
    value = formatting.format_percent(target.completion).removesuffix("%")
    definition = f"{ctx.terms.whole}“{result.plan.name}”计划：已完成的更新面积 ÷ 计划更新面积。"
    return System(f"{result.plan.name}更新", value, "%", space_plan.marked_pace_text(target), target.pace.tone, definition)


def _innovation(ctx: ViewContext) -> System | None:
    result, stocks = innovation_state.carrier_state(ctx), talent_totals(ctx)
    if not result.known and not stocks:
        return None
    carriers, national = len(result.ladder), result.national
    # Talents are known of the whole only: beside the carriers of a town they would be a figure of another scope.
    if stocks and not (ctx.selection.towns or ctx.selection.chains):
        stock = stocks[-1]
        shown = format_people(stock.value)
        fact = f"创新载体 {carriers:,}个，国家级 {national:,}个"
        return System(stock.category, shown.text, shown.unit, fact, "", f"{stock.year}年{ctx.terms.whole}{stock.category}。")
    definition = "截至期末年度认定的五级创新载体数。"
    return System("创新载体", f"{carriers:,}", "个", f"国家级 {national:,}个", "", definition)


def _platform(ctx: ViewContext) -> System | None:
    chain = next((c for c in ctx.district.chains if c.extra == "platform"), None)
    if chain is None:
        return None
    matching, members = platform_records.matching(ctx).value, platform_records.stock(ctx, "members").value
    if math.isnan(members):
        return None
    fact = f"产能匹配率 {formatting.format_percent(matching)}"
    return System(
        "时尚E家成员", formatting.format_number(members, _WHOLE), "家", fact, "", f"期末月份{ctx.terms.own}平台成员企业数。"
    )


def _green(ctx: ViewContext) -> System | None:
    chain = next((c for c in ctx.district.chains if c.extra == "green"), None)
    result = green.green_share(ctx)
    if chain is None or math.isnan(result.of_number):
        return None
    planned = formatting.format_number(result.green.planned, _YI)
    fact = f"计划投资 {planned}亿元，占 {formatting.format_percent(result.of_planned)}"
    return System("绿色能源签约", f"{result.green.projects:,}", "个", fact, "", "期内签约项目中标为绿色能源的项目数。")


def _page(path: str, view: View | None = None) -> _Lead:
    return lambda ctx: ctx.selection.shared.replace(**({"view": view} if view else {})).href(path)


def _chain_of(extra: str, view: View) -> _Lead:
    """Return what links to ``view`` on the page of the chain with this ``extra``; the pack must have such a chain."""

    def lead(ctx: ViewContext) -> str:
        chain = next(c for c in ctx.district.chains if c.extra == extra)
        return ctx.selection.shared.replace(chains=(), view=view).href(f"/chain/{chain.key}")

    return lead


#: Name of the ledger that a system is computed from: without a row in it the system is left out.
_LEDGERS: Mapping[_Maker, str] = {
    _remediation: "remediation",
    _projects: "project",
    _space: "renewal",
    _platform: "platform",
    _green: "project",
}
_AREA_FILTERS = {"towns": Grouping.TOWN, "industries": Grouping.INDUSTRY, "chains": Grouping.CHAIN}
#: What computes a system, the dimensions of the selection that it follows, and where it leads; in the navigation's order.
_SYSTEMS: tuple[tuple[_Maker, tuple[str, ...], _Lead], ...] = (
    (_land, (*_AREA_FILTERS, "group", "record"), _page("/land")),
    (_remediation, tuple(_AREA_FILTERS), _page("/land", View.REMEDIATION)),
    (_projects, ("towns", "chains"), _page("/projects")),
    (_space, (), _page("/space")),
    (_innovation, ("towns", "chains"), _page("/innovation")),
    (_platform, (), _chain_of("platform", View.PLATFORM)),
    (_green, ("towns",), _chain_of("green", View.GREEN)),
)
