"""The three lists of a chain (三张清单): the page, its summary, and the stages to select from."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.chain import gaps as chain_gaps
from cockpit.views.chain import lists as chain_lists
from cockpit.views.chain import projects as chain_projects
from cockpit.views.chain import stages as chain_stages
from cockpit.views.chain.lists import ChainListsSummary
from cockpit.views.chain.projects import PolicyValidity
from cockpit.views.chain.stages import ChainStage, StagePanel
from cockpit.views.context import ViewContext
from layouts.chain.firm_list import render_firms
from layouts.chain.gaps import render_gaps
from layouts.chain.policy_list import render_policies
from layouts.chain.project_list import render_projects
from layouts.chain.public_facts import render_facts
from layouts.chain.tabs import chain_tabs, page_token
from layouts.components.bars import Bar, bars
from layouts.components.cells import Cell, cells
from layouts.components.change import change, compare_note
from layouts.components.panel import PanelContents, PanelFrame, PanelKind, PanelSpec, navigate
from layouts.page import Page
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING


def render_summary(view: ChainListsSummary, context: RenderContext) -> PanelContents:
    """Render the counts of the chain's lists under the rows of chains and views."""
    return PanelContents(chain_tabs(context) + cells(_cells(view, context)))


def render_stages(view: StagePanel, context: RenderContext) -> PanelContents:
    """Render the chain's stages as bars: a click toggles one in the selection. A missing one shows 缺链 instead of a value.

    Hidden where no stage is named.
    """
    if not view.is_known:
        return PanelContents(frame=PanelFrame.HIDDEN)
    scale = formatting.scale_for(view.metric, [s.shown.value for s in view.stages])
    rows = [_stage_bar(s, view, scale, context) for s in view.stages]
    reset = NOTHING
    if context.selection.stages:
        reset = navigate("× 全部环节", context.href(context.selection.replace(stages=())), "list-link")
    subtitle = f"{view.metric.label} {scale.unit}{compare_note(context.selection)} · 点击可筛选"
    return PanelContents(bars(rows, "items"), subtitle=subtitle, tools=reset, caption=view.caption)


def _stage_bar(stage: ChainStage, view: StagePanel, scale: Scale, context: RenderContext) -> Bar:
    is_known, is_selected = not math.isnan(stage.shown.value), stage.item.key in context.selection.stages
    mark = "◇ " if stage.gap else "◆ " if stage.weak else ""
    return Bar(
        mark + stage.item.name,
        0.0,
        stage.shown.value if is_known else 0.0,
        "缺链" if stage.gap else formatting.format_number(stage.shown.value, scale),
        page_token(context),
        context.href(context.selection.toggled("stages", stage.item.key)) if stage.item.key else "",
        change(stage.shown.change, is_percent=view.metric.is_percent, arrow=False) if is_known else "",
        is_selected,
        f"{'取消' if is_selected else '只看'}{stage.item.name}",
    )


def _cells(view: ChainListsSummary, context: RenderContext) -> list[Cell]:
    return [_firms_cell(view), _output_cell(view, context), _projects_cell(view), _policies_cell(view), _gaps_cell(view, context)]


def _gaps_cell(view: ChainListsSummary, context: RenderContext) -> Cell:
    if not view.gaps.stages:
        return Cell("缺链", formatting.MISSING, "", view.gaps.rule, note="还没有产业链图谱")
    missing = sum(g.stage.gap for g in view.gaps.every)
    weak = len(view.gaps.every) - missing
    basis = f"按{context.district.terms.whole}全部行业判断"
    return Cell("缺链", f"{missing}", "个", view.gaps.rule, versus=f"弱链 {weak}个", note=basis)


def _firms_cell(view: ChainListsSummary) -> Cell:
    above, parcels = view.kinds
    grades = ""
    if view.graded:
        grades = f"{view.year}年A·B类 {view.good}家，占评级 {formatting.format_percent(view.good / view.graded)}"
    definition = "企业名录中属于所选范围的企业"
    kinds = f"规上 {above:,} · 宗地 {parcels:,}"
    return Cell("企业", f"{above + parcels:,}", "家", definition, versus=kinds, note=grades)


def _output_cell(view: ChainListsSummary, context: RenderContext) -> Cell:
    output = formatting.format_value(view.metric, view.output.value)
    definition = view.metric.definition_for(context.district.terms)
    if context.selection.compare is Compare.NONE or math.isnan(view.output.value):
        return Cell("产值", output.text, output.unit, definition)
    growth = change(view.output.change, is_percent=False, reason=view.output.reason)
    return Cell("产值", output.text, output.unit, definition, growth, COMPARE_LABELS[context.selection.compare])


def _projects_cell(view: ChainListsSummary) -> Cell:
    projects = view.projects
    planned = formatting.format_value(projects.metric, projects.planned)
    late = sum(bool(r.concern) for r in projects.rows)
    notes = [f"{late}个逾期或停滞" if late else "没有逾期或停滞的"]
    if projects.planned > 0:
        notes.insert(0, f"完成投资 {formatting.format_percent(projects.invested / projects.planned)}")
    definition = projects.caption.definition
    return Cell("项目", f"{len(projects.rows):,}", "个", definition, versus=f"计划总投资 {planned}", note=" · ".join(notes))


def _policies_cell(view: ChainListsSummary) -> Cell:
    policies = view.policies
    usable = sum(p.applies for p in policies.rows)
    own = sum(p.own for p in policies.rows if p.applies)
    ends = [f"{v.value}{n}项" for v in (PolicyValidity.EXPIRING, PolicyValidity.EXPIRED) if (n := policies.count(v))]
    expiring = " · ".join(ends) or "没有即将到期的"
    return Cell("政策", f"{usable}", "项可用", policies.caption.definition, versus=expiring, note=f"本链专项 {own}项")


def _stages(ctx: ViewContext) -> StagePanel:
    return chain_stages.stage_panel(ctx, ctx.selection.chains[0])


PAGE = Page(
    "chain-lists",
    "三张清单",
    (
        PanelSpec("kpis", "清单概况", chain_lists.summary, render_summary),
        PanelSpec("stage-bars", "各环节", _stages, render_stages, span=4),
        PanelSpec("all-firms", "企业清单", chain_lists.firm_list, render_firms, PanelKind.COMPONENTS, span=8),
        PanelSpec("gaps", "缺链弱链与招引方向", chain_gaps.gaps, render_gaps, span=4),
        PanelSpec("chain-projects", "项目清单", chain_projects.projects, render_projects),
        PanelSpec("chain-policies", "政策清单", chain_projects.policies, render_policies, span=4),
        PanelSpec("chain-facts", "公开报道中的企业", chain_lists.facts, render_facts, span=8),
    ),
    tab="chain",
)
