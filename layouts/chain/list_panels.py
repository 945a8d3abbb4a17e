"""The lists beside the enterprises: projects, policies, missing stages with what to attract, firms in public reports."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.district.narratives import ChainFact
from cockpit.ledgers.projects import STEPS
from cockpit.selection import COMPARE_LABELS, View
from cockpit.views.chain.gaps import Gap, GapPanel, Side
from cockpit.views.chain.projects import ListedPolicy, ListedProject, PolicyList, ProjectList, Validity
from layouts.components import growth
from layouts.components.panel import Panel, empty, navigate
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

#: Rows that stand open.
SHOWN = 10
_GAPS_SHOWN = 3
_HEADS = ("项目", "领域", "镇街", *(s.value for s in STEPS))
_WIDTHS = (19, 9, 7, 9, 9, 9, 9, 9, 9, 11)
#: The first columns hold text; one of them the field.
_TEXTS, _FIELD = 3, 1
_NAMED = 3
_MARKS = {Validity.VALID: ("", ""), Validity.EXPIRING: ("◆ ", "soon"), Validity.EXPIRED: ("■ ", "slow"), Validity.OPEN: ("", "")}


def draw_projects(view: ProjectList, env: Env) -> Panel:
    """The projects with how far each is, when it got there, planned and done."""
    if not view.rows:
        return Panel("chain-projects", "项目清单", growth.nothing(env), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.planned for r in view.rows])
    content: list[Any] = [_projects(view.rows[:SHOWN], view, scale, env)]
    if len(view.rows) > SHOWN:
        told = html.Summary(f"其余 {len(view.rows) - SHOWN:,} 个")
        rest = html.Div(_projects(view.rows[SHOWN:], view, scale, env), className="list-scroll")
        content.append(html.Details([told, rest], className="list-rest"))
    every = env.selection.shared.but(chains=(_chain(env),)).href("/projects")
    planned, invested = (formatting.figure(view.metric, v) for v in (view.planned, view.invested))
    return Panel(
        "chain-projects",
        "项目清单",
        content,
        subtitle=f"{len(view.rows):,}个 · 计划总投资 {planned}，累计完成 {invested} · 按计划投资排序",
        reading=view.reading,
        tools=navigate("项目页 →", every, "list-link"),
        caption=view.caption,
    )


def _projects(rows: tuple[ListedProject, ...], view: ProjectList, scale: Scale, env: Env) -> html.Table:
    """A table on fixed widths; without the column of fields where no project of the list has one."""
    heads = (*_HEADS, f"计划 {scale.unit}", f"完成 {scale.unit}", "进度")
    kept = [i for i in range(len(heads)) if i != _FIELD or any(r.field for r in view.rows)]
    columns = [html.Col(style={"width": f"{_WIDTHS[i] / sum(_WIDTHS[k] for k in kept) * 100:.2f}%"}) for i in kept]
    head = [html.Th(heads[i], className=_class(i), scope="col") for i in kept]
    body = []
    for row in rows:
        cells = _project(row, scale, env)
        body.append(html.Tr([html.Td(cells[i], className=_class(i)) for i in kept]))
    table = [html.Colgroup(columns), html.Thead(html.Tr(head)), html.Tbody(body)]
    return html.Table(table, className="table list-table projects-list")


def _class(column: int) -> str:
    return f"text col-{column}" if column < _TEXTS else f"col-{column}"


def _project(row: ListedProject, scale: Scale, env: Env) -> list[Any]:
    """What stands in each column."""
    done = css_color(chain_token(_chain(env)))
    steps = [html.Span(style={"background": done} if i <= row.step else {}) for i in range(len(STEPS))]
    stands = html.Span(row.standing, className="slow" if row.concern else "")
    return [
        [html.Span(row.name, title=row.number), *_concern(row)],
        row.field or formatting.MISSING,
        row.town,
        *(_day(day) for day in row.dates),
        formatting.number(row.planned, scale),
        formatting.number(row.invested, scale) if row.invested else "0",
        html.Div([html.Span(steps, className="list-steps"), stands], className="list-progress", title=row.concern),
    ]


def _concern(row: ListedProject) -> list[Any]:
    return [html.Span(f"■ {row.concern}", className="slow list-concern")] if row.concern else []


def draw_policies(view: PolicyList, env: Env) -> Panel:
    """The policies, with how long each still holds."""
    title = "政策清单"
    if not view.rows:
        words = empty("没有面向这条链的政策", "在“政策清单”表中填写本链或“全部”的政策后，这里列出。")
        return Panel("chain-policies", title, words, caption=view.caption)
    rows = html.Ul([_policy(p, env) for p in view.rows], className="policies")
    return Panel("chain-policies", title, rows, subtitle=f"{len(view.rows)}项", reading=view.reading, caption=view.caption)


def _policy(policy: ListedPolicy, env: Env) -> html.Li:
    chain = env.district.chain(_chain(env)).name
    facts = " · ".join(w for w in (policy.kind, f"{policy.level}级" if len(policy.level) == 1 else policy.level) if w)
    mark, tone = _MARKS[policy.validity]
    until = f"有效期至 {_day(policy.valid_until)}" if policy.valid_until else policy.validity.value
    rest = f"还有{policy.months_left}个月" if policy.months_left else "不足1个月"
    left = {Validity.VALID: rest, Validity.EXPIRING: f"即将到期，{rest}"}
    state = left.get(policy.validity, policy.validity.value if policy.valid_until else "")
    return html.Li(
        [
            html.Div(
                [html.B(policy.title), html.Span(chain if policy.own else "全部产业链", className="tag")], className="policy-name"
            ),
            html.P(policy.summary),
            html.Div(
                [html.Span(" · ".join(w for w in (facts, until) if w)), html.Span(mark + state, className=tone)],
                className="policy-facts",
            ),
        ],
        className="" if policy.applies else "expired",
    )


def draw_gaps(view: GapPanel, env: Env) -> Panel:
    """What is missing or weak: whom it would feed, what it needs, what is under way, and what may be offered."""
    title = "缺链弱链与招引方向"
    chart = navigate("看图谱 →", env.href(env.selection.but(view=View.RESULT)), "list-link")
    if not view.rows:
        content: Any = html.P(view.reading, className="gap-none")
        return Panel("gaps", title, content, tools=chart, caption=view.caption)
    rows = [_gap(g, view, env) for g in view.rows]
    content = [html.Ul(rows[:_GAPS_SHOWN], className="gap-rows")]
    if len(rows) > _GAPS_SHOWN:
        rest = [html.Summary(f"其余 {len(rows) - _GAPS_SHOWN} 个弱链"), html.Ul(rows[_GAPS_SHOWN:], className="gap-rows")]
        content.append(html.Details(rest, className="list-rest"))
    return Panel("gaps", title, [*content, _offers(view)], reading=view.reading, tools=chart, caption=view.caption)


def _gap(gap: Gap, view: GapPanel, env: Env) -> html.Li:
    stage = gap.stage
    tag = "◇ 缺链" if stage.gap else "◆ 弱链"
    head = [html.B(stage.item.name), html.Span(stage.position, className="unit"), html.Span(tag, className="tag warn")]
    told = [("现状", _now(gap, view.metric, COMPARE_LABELS[env.selection.compare]))]
    if gap.after.names:
        told.append(("供给下游", _side(gap.after, view.metric)))
    if gap.before.names:
        told.append(("依赖上游", _side(gap.before, view.metric)))
    told += [("在手项目", _under_way(gap, view)), ("招引方向", _direction(gap))]
    facts = html.Dl([html.Div([html.Dt(k), html.Dd(v)]) for k, v in told], className="gap-facts")
    return html.Li([html.Div(head, className="gap-name"), facts], className="missing" if stage.gap else "")


def _now(gap: Gap, metric: Metric, versus: str) -> str:
    stage = gap.stage
    if stage.gap:
        return "全区没有企业"
    told = [f"规上{stage.firms:,.0f}家、在册{stage.registered:,}家"]
    if not math.isnan(stage.item.value):
        told.append(f"产值{formatting.figure(metric, stage.item.value)}")
    if not math.isnan(stage.item.change):
        told.append(f"{versus}{formatting.change(stage.item.change, is_percent=False)}")
    return "，".join(told) + f"（{'、'.join(stage.reasons)}）"


def _side(side: Side, metric: Metric) -> str:
    told = f"规上{side.firms:,.0f}家"
    if not math.isnan(side.output):
        told += f"，产值{formatting.figure(metric, side.output)}"
    return f"{'、'.join(side.names)}（{told}）"


def _under_way(gap: Gap, view: GapPanel) -> str:
    if gap.projects:
        more = f"等{len(gap.projects)}个" if len(gap.projects) > _NAMED else ""
        return f"{'、'.join(gap.projects[:_NAMED])}{more}（按领域匹配，待核实）"
    if not view.open_projects:
        return "本链没有未投产的项目"
    if view.unnamed == view.open_projects:
        return f"本链{view.open_projects}个未投产项目都未填领域，不能判断"
    blank = f"，其中{view.unnamed}个未填领域" if view.unnamed else ""
    return f"本链{view.open_projects}个未投产项目中没有领域相符的{blank}"


def _direction(gap: Gap) -> str:
    """What to do, from why the stage is missing or weak."""
    stage = gap.stage
    near = f"，就近配套{'、'.join(gap.after.names)}" if gap.after.names else ""
    if stage.gap:
        return f"招引{stage.item.name}企业{near}"
    if "仅一家规上企业" in stage.reasons or "没有规上企业" in stage.reasons:
        return f"再引进{stage.item.name}企业，或培育在册企业上规，不依赖单家"
    if "产值下降" in stage.reasons:
        return f"先稳住现有{stage.firms:,.0f}家规上企业，再补新增项目"
    return f"做大{stage.item.name}：扶持现有企业扩产，引进同环节企业{near}"


def _offers(view: GapPanel) -> html.P:
    """Policies in force, told once: they hold for every stage."""
    words = f"可用政策：{'、'.join(f'《{p}》' for p in view.policies)}" if view.policies else "没有在有效期内的政策"
    return html.P(words, className="gap-offers")


def draw_facts(view: tuple[ChainFact, ...], env: Env) -> Panel:
    """Firms that public reports name, apart from all figures; nothing is drawn where there are none."""
    if not view:
        return Panel("chain-facts", "公开报道中的企业")
    rows = html.Ul([_fact(f) for f in view], className="facts-list")
    sources = "、".join(dict.fromkeys(f.source for f in view))
    note = html.P(f"来源：{sources}。这些企业不计入本页任何数字。", className="more")
    label = html.Span("公开报道，非演示数据", className="fact-label")
    return Panel("chain-facts", "公开报道中的企业", [rows, note], tools=label)


def _fact(fact: ChainFact) -> html.Li:
    marks = [html.Span(w, className="tag") for w in (fact.role,) if w]
    place = html.Span(fact.stage, className="unit") if fact.stage else None
    return html.Li([html.Div([html.B(fact.name), *marks, place], className="fact-name"), html.P(fact.words)], className="fact")


def _chain(env: Env) -> str:
    return env.path.rsplit("/", 1)[-1]


def _day(day: date | None) -> str:
    return day.isoformat() if day else formatting.MISSING
