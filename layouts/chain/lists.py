"""The three lists of a chain (三张清单): headline with the stages to choose from, and the list of enterprises."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.chain import gaps as chain_gaps
from cockpit.views.chain import lists as chain_lists
from cockpit.views.chain import projects as chain_projects
from cockpit.views.chain import stages as chain_stages
from cockpit.views.chain.lists import FirmList, ListedFirm, Summary
from cockpit.views.chain.projects import Validity
from cockpit.views.chain.stages import Stage, StagePanel
from cockpit.views.context import Context
from layouts.chain import list_panels as panels
from layouts.chain.tabs import chain_row, chain_views
from layouts.components import growth
from layouts.components.bars import Bar, bars
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import Panel, empty, navigate
from layouts.page import Env, Page, PanelSpec
from layouts.ui import html
from layouts.ui.theme import chain_token

#: Rows that stand open.
SHOWN = 20
#: Column -> its share of the table's width.
_WIDTHS = {"企业": 25, "环节": 13, "角色": 6, "镇街": 7, "类型": 6, "产值": 9, "增减": 9, "占比": 8, "亩均税收": 10, "评价": 8}
_MEMBER = 8


def draw_headline(view: Summary, env: Env) -> Panel:
    """The chain's lists in figures under the rows of chains and views."""
    return Panel("kpis", "清单概况", [chain_row(env), chain_views(env), cells(_cells(view, env))])


def draw_stages(view: StagePanel, env: Env) -> Panel:
    """The chain's stages as bars: a click narrows the lists to one, or lets it go. A missing one says so in its place."""
    if not view.stages:
        words = empty("还没有这条链的图谱", "请在“产业链图谱”表中填写环节")
        return Panel("stage-bars", "各环节", words, caption=view.caption)
    scale = formatting.scale_for(view.metric, [s.shown.value for s in view.stages])
    rows = [_stage_bar(s, view, scale, env) for s in view.stages]
    every = navigate("× 全部环节", env.href(env.selection.but(stages=())), "list-link") if env.selection.stages else None
    versus = COMPARE_LABELS[env.selection.compare]
    told = f"{view.metric.label} {scale.unit} · {versus} · 点击可筛选"
    return Panel("stage-bars", "各环节", bars(rows, "items"), subtitle=told, tools=every, caption=view.caption)


def _stage_bar(stage: Stage, view: StagePanel, scale: Scale, env: Env) -> Bar:
    known, chosen = not math.isnan(stage.shown.value), stage.item.key in env.selection.stages
    mark = "◇ " if stage.gap else "◆ " if stage.weak else ""
    label = "缺链" if stage.gap else formatting.number(stage.shown.value, scale)
    return Bar(
        mark + stage.item.name,
        0.0,
        stage.shown.value if known else 0.0,
        label,
        chain_token(env.path.rsplit("/", 1)[-1]),
        env.href(env.selection.toggled("stages", stage.item.key)) if stage.item.key else "",
        change(stage.shown.change, is_percent=view.metric.is_percent, arrow=False) if known else "",
        chosen,
        f"{'取消' if chosen else '只看'}{stage.item.name}",
    )


def _cells(view: Summary, env: Env) -> list[Cell]:
    missing = sum(g.stage.gap for g in view.gaps.every)
    weak = len(view.gaps.every) - missing
    lacking = Cell("缺链", f"{missing}", "个", view.gaps.rule, None, f"弱链 {weak} 个", "按全区全部行业判断")
    return [_firms_cell(view), _output_cell(view, env), _projects_cell(view), _policies_cell(view), lacking]


def _firms_cell(view: Summary) -> Cell:
    above, parcels = view.kinds
    good = f"{view.year}年A·B类 {view.good}家，占评级 {formatting.percent(view.good / view.graded)}" if view.graded else ""
    of_what = "企业名录中属于所选范围的企业"
    return Cell("企业", f"{above + parcels:,}", "家", of_what, None, f"规上 {above:,} · 宗地 {parcels:,}", good)


def _output_cell(view: Summary, env: Env) -> Cell:
    output = formatting.figure(view.metric, view.output.value)
    if env.selection.compare is Compare.NONE or math.isnan(view.output.value):
        return Cell("产值", output.text, output.unit, view.metric.definition)
    moved = change(view.output.change, is_percent=False, reason=view.output.reason)
    versus = COMPARE_LABELS[env.selection.compare]
    return Cell("产值", output.text, output.unit, view.metric.definition, moved, versus)


def _projects_cell(view: Summary) -> Cell:
    found = view.projects
    planned = formatting.figure(found.metric, found.planned)
    told = [_late(view)]
    if found.planned > 0:
        told.insert(0, f"完成投资 {formatting.percent(found.invested / found.planned)}")
    definition = found.caption.definition
    return Cell("项目", f"{len(found.rows):,}", "个", definition, None, f"计划总投资 {planned}", " · ".join(told))


def _policies_cell(view: Summary) -> Cell:
    found = view.policies
    usable = sum(p.applies for p in found.rows)
    ends = [f"{v.value}{n}项" for v in (Validity.EXPIRING, Validity.EXPIRED) if (n := found.count(v))]
    told = " · ".join(ends) or "没有即将到期的"
    own = sum(p.own for p in found.rows if p.applies)
    return Cell("政策", f"{usable}", "项可用", found.caption.definition, None, told, f"本链专项 {own} 项")


def _late(view: Summary) -> str:
    late = sum(bool(r.concern) for r in view.projects.rows)
    return f"{late}个进度落后" if late else "没有进度落后的"


def draw_firms(view: FirmList, env: Env) -> Panel:
    """The enterprises: the first ones open, the others folded. Names lead to the enterprise's own page."""
    if not view.rows:
        return Panel("all-firms", "企业清单", growth.nothing(env), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.output for r in view.rows])
    heads = _heads(view, scale, env)
    shown = [_table(heads, view.rows[:SHOWN], view, scale, env)]
    if len(view.rows) > SHOWN:
        rest = [_table(heads, view.rows[SHOWN:], view, scale, env)]
        if view.count > len(view.rows):
            words = f"另有{view.count - len(view.rows):,}家未列出；选一个环节或镇街可以看全。"
            rest.append(html.P(words, className="more"))
        told = html.Summary(f"其余 {view.count - SHOWN:,} 家")
        shown.append(html.Details([told, html.Div(rest, className="list-scroll")], className="list-rest"))
    above, parcels = view.kinds
    return Panel(
        "all-firms",
        "企业清单",
        shown,
        subtitle=f"{view.count:,}家：规上{above:,}家，宗地{parcels:,}家 · 按{METRICS[view.order].label}排序",
        reading=view.reading,
        caption=view.caption,
    )


def _heads(view: FirmList, scale: Scale, env: Env) -> list[tuple[str, Any]]:
    """(column, what its head says); the two that the list may be sorted by are links."""

    def sorting(key: str, words: str) -> Any:
        mark = " ▾" if view.order == key else ""
        return navigate(words + mark, env.href(env.selection.but(metric=key)), "sorting", title=f"按{METRICS[key].label}排序")

    told: dict[str, Any] = {name: name for name in _WIDTHS}
    told |= {"产值": sorting("output", f"产值 {scale.unit}"), "增减": COMPARE_LABELS[env.selection.compare]}
    told |= {"亩均税收": sorting("tax_per_mu", "亩均税收 万元/亩"), "评价": f"{view.year}年评价"}
    left_out = {"评价"} if not view.year else set()
    left_out |= {"增减"} if env.selection.compare is Compare.NONE else set()
    found = [(name, words) for name, words in told.items() if name not in left_out]
    return [*found, ("时尚E家", "时尚E家")] if any(r.member for r in view.rows) else found


def _table(heads: list[tuple[str, Any]], rows: tuple[ListedFirm, ...], view: FirmList, scale: Scale, env: Env) -> html.Table:
    """Rows on fixed widths, so that the open and the folded part stand in the same columns."""
    widths = [_WIDTHS.get(name, _MEMBER) for name, _ in heads]
    columns = [html.Col(style={"width": f"{w / sum(widths) * 100:.2f}%"}) for w in widths]
    names = [name for name, _ in heads]
    head = html.Thead(html.Tr([html.Th(words, className=_class(name), scope="col") for name, words in heads]))
    body = html.Tbody([_row(names, row, scale, env) for row in rows])
    return html.Table([html.Colgroup(columns), head, body], className="table list-table firms-list")


def _class(name: str) -> str:
    text = "text " if name in ("企业", "环节", "角色", "镇街", "类型") else ""
    return f"{text}col-{[*_WIDTHS, '时尚E家'].index(name)}"


def _row(names: list[str], row: ListedFirm, scale: Scale, env: Env) -> html.Tr:
    per_mu = formatting.MISSING if math.isnan(row.tax_per_mu) else f"{formatting.rounded(row.tax_per_mu, 1):,}"
    href = env.selection.shared.but(chains=()).href(f"/enterprise/{row.credit_code}")
    grade = html.Span(row.grade, className=f"grade-tile grade-{row.grade.lower()}") if row.grade else formatting.MISSING
    told: dict[str, Any] = {
        "企业": navigate(row.name, href, "row-link", title=row.name),
        "环节": row.stage or formatting.MISSING,
        "角色": html.Span(row.role, className="tag") if row.role == "链主" else row.role or formatting.MISSING,
        "镇街": row.town,
        "类型": row.kind,
        "产值": formatting.number(row.output, scale),
        "增减": change(row.change, is_percent=False, arrow=False),
        "占比": formatting.percent(row.share),
        "亩均税收": per_mu,
        "评价": grade,
        "时尚E家": "成员" if row.member else formatting.MISSING,
    }
    return html.Tr([html.Td(told[name], className=_class(name)) for name in names])


def _stages(ctx: Context) -> StagePanel:
    return chain_stages.stage_panel(ctx, ctx.selection.chains[0])


PAGE = Page(
    "chain-lists",
    "三张清单",
    (
        PanelSpec("kpis", "清单概况", chain_lists.summary, draw_headline),
        PanelSpec("stage-bars", "各环节", _stages, draw_stages),
        PanelSpec("all-firms", "企业清单", chain_lists.firms, draw_firms),
        PanelSpec("gaps", "缺链弱链与招引方向", chain_gaps.gaps, panels.draw_gaps),
        PanelSpec("chain-projects", "项目清单", chain_projects.projects, panels.draw_projects),
        PanelSpec("chain-policies", "政策清单", chain_projects.policies, panels.draw_policies),
        PanelSpec("chain-facts", "公开报道中的企业", chain_lists.facts, panels.draw_facts),
    ),
    tab="chain",
)
