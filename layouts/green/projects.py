"""Green projects, drawn: by field, the share among the signed, and one by one with their step."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.projects import STANDINGS
from cockpit.selection import View
from cockpit.views.green.headline import Part, Share
from cockpit.views.green.projects import FieldRow, Fields, Project, Projects
from cockpit.views.green.state import PLANNED
from layouts.components import growth
from layouts.components.panel import Panel, empty, navigate
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import css_color

#: Projects that stand open; the others are in a list below.
SHOWN = 6
#: Strength of the chain's colour from a project that has yet to start to one that produces.
_STRENGTH = (0.25, 0.5, 0.75, 1.0)


def draw_fields(view: Fields, env: Env, token: str) -> Panel:
    """Planned investment of each field, and how much of it is done."""
    title = "分领域投资"
    if not view.rows:
        return Panel("fields", title, _nothing(env, known=view.known), caption=view.caption)
    scale = formatting.scale_for(PLANNED, [r.part.planned for r in view.rows])
    most = max(r.part.planned for r in view.rows) or 1.0
    heads = html.Div([html.Span(), html.Span(), html.Span("计划总投资"), html.Span("累计完成")], className="field field-head")
    rows = [heads, *(_field(r, most, scale, token) for r in view.rows)]
    whole = view.whole
    key = html.Div(
        [
            html.Span([html.I(style={"background": css_color(token)}, className="swatch"), "累计完成"]),
            html.Span([html.I(style={"background": css_color(token), "opacity": 0.28}, className="swatch"), "计划总投资"]),
            html.Span(
                f"合计 {formatting.number(whole.invested, scale)} ÷ {formatting.number(whole.planned, scale)} {scale.unit}，"
                f"完成 {formatting.percent(whole.completion)}",
                className="field-whole",
            ),
        ],
        className="field-key",
    )
    subtitle = f"绿色能源项目 · {scale.unit}"
    return Panel(
        "fields", title, [html.Div(rows, className="fields"), key], subtitle=subtitle, reading=view.reading, caption=view.caption
    )


def _field(row: FieldRow, most: float, scale: Scale, token: str) -> html.Div:
    """Name, figures and a bar: the plan in a weak colour, what is done over it."""
    own = row.part
    width, done = (max(v, 0.0) / most * 100 for v in (own.planned, own.invested))
    colour = css_color(token)
    facts = f"{own.projects:,}个项目，{own.started:,}个已开工"
    return html.Div(
        [
            html.Div([html.B(row.name), html.Span(facts)], className="field-name"),
            html.Div(
                [
                    html.Span(style={"width": f"{width:.2f}%", "background": colour, "opacity": 0.28}),
                    html.Span(style={"width": f"{done:.2f}%", "background": colour}),
                ],
                className="field-bar",
            ),
            html.Div(
                [
                    html.B(formatting.number(own.planned, scale)),
                    html.Span(f"占{formatting.percent(row.share)}"),
                ],
                className="field-figure",
            ),
            html.Div(
                [html.B(formatting.number(own.invested, scale)), html.Span(f"完成{formatting.percent(own.completion)}")],
                className="field-figure",
            ),
        ],
        className="field",
    )


def draw_share(view: Share, env: Env, token: str) -> Panel:
    """Green projects among the signed: by number, by investment; and how they come on against the others."""
    title = "签约中的绿色项目"
    if not view.green.projects + view.other.projects:
        return Panel("green-share", title, _nothing(env, known=view.known), caption=view.caption)
    whole = view.green.projects + view.other.projects
    both = view.green.planned + view.other.planned
    parts = (
        ("项目数", view.of_number, f"{view.green.projects:,} ÷ {whole:,} 个"),
        (
            "计划总投资",
            view.of_planned,
            f"{formatting.figure(PLANNED, view.green.planned).text} ÷ {formatting.figure(PLANNED, both)}",
        ),
    )
    shares = [_share(name, share, words, token) for name, share, words in parts]
    content = [html.Div(shares, className="green-shares"), _against(view)]
    return Panel("green-share", title, content, subtitle="期内签约", reading=view.reading, caption=view.caption)


def _share(name: str, share: float, words: str, token: str) -> html.Div:
    width = 0 if math.isnan(share) else share * 100
    head = html.Div(
        [html.Span(name), html.B(formatting.percent(share), className="figure"), html.Span(words)], className="green-share-head"
    )
    fill = html.Span(style={"width": f"{width:.2f}%", "background": css_color(token)})
    return html.Div([head, html.Div(fill, className="share-bar on-track")])


def _against(view: Share) -> html.Div:
    """Green projects beside the others, in the same measures."""
    rows = (
        ("每个项目计划投资 亿元", *(_size(p) for p in (view.green, view.other))),
        ("开工率", *(formatting.percent(p.started_rate) for p in (view.green, view.other))),
        ("投资完成率", *(formatting.percent(p.completion) for p in (view.green, view.other))),
    )
    head = html.Thead(
        html.Tr([html.Th(h, className="" if i else "text", scope="col") for i, h in enumerate(("", "绿色", "其他"))])
    )
    body = html.Tbody([html.Tr([html.Td(n, className="text"), html.Td(html.B(a)), html.Td(b)]) for n, a, b in rows])
    return html.Div(html.Table([head, body], className="table"), className="scroll")


def _size(own: Part) -> str:
    return formatting.number(own.size, PLANNED.scales[0])


def draw_projects(view: Projects, env: Env, token: str) -> Panel:
    """Where the projects stand, and the projects, the largest first."""
    title = "项目进展"
    if not view.rows:
        return Panel("green-projects", title, _nothing(env, known=view.known), caption=view.caption)
    content: list[Any] = [_standings(view, token), _table(view.rows[:SHOWN], token, head=True)]
    if len(view.rows) > SHOWN:
        rest = html.Div(_table(view.rows[SHOWN:], token, head=False), className="way-scroll")
        content.append(html.Details([html.Summary(f"其余 {len(view.rows) - SHOWN:,} 个"), rest], className="way-rest"))
    link = navigate("项目页 →", env.selection.but(view=View.RESULT, chains=()).href("/projects"), "more-link")
    return Panel(
        "green-projects",
        title,
        content,
        subtitle=f"共{len(view.rows):,}个 · 计划投资大的在前",
        reading=view.reading,
        tools=link,
        caption=view.caption,
    )


def _standings(view: Projects, token: str) -> html.Div:
    """How many stand where, as one bar."""
    colour = css_color(token)
    parts, words = [], []
    for (name, count), strength in zip(view.standings, _STRENGTH, strict=True):
        fill = {"background": colour, "opacity": strength}
        if count:
            parts.append(html.Span(style={"flex": str(count), **fill}))
        words.append(html.Span([html.I(style=fill, className="swatch"), f"{name} {count:,}"]))
    return html.Div([html.Div(parts, className="share-bar"), html.Div(words, className="share-words")], className="shares")


def _table(rows: tuple[Project, ...], token: str, *, head: bool) -> html.Div:
    heads = ("项目", "领域", "镇街", "计划 亿元", "完成率", "进度")
    first = [
        html.Thead(html.Tr([html.Th(h, className="text" if i in (0, 1, 2) else "", scope="col") for i, h in enumerate(heads)]))
    ]
    body = html.Tbody([_row(p, token) for p in rows])
    return html.Div(html.Table([*(first if head else []), body], className="table green-table"))


def _row(project: Project, token: str) -> html.Tr:
    since = project.since.isoformat() if project.since else "日期未填"
    name = html.Td(project.name, className="text", title=f"{project.number} {project.name}")
    steps = [
        html.I(style={"background": css_color(token if i <= project.step else "s3")}, className="step")
        for i in range(len(STANDINGS))
    ]
    standing = STANDINGS[project.step].value
    return html.Tr(
        [
            name,
            html.Td(project.field, className="text"),
            html.Td(project.town, className="text"),
            html.Td(formatting.number(project.planned, PLANNED.scales[0])),
            html.Td(formatting.percent(project.completion, 0)),
            html.Td([html.Span(steps, className="steps-done"), standing], title=f"{since}起{standing}"),
        ]
    )


def _nothing(env: Env, *, known: bool) -> html.Div:
    if known:
        return growth.nothing(env)
    return empty("还没有项目数据", "发布含“项目台账”表的工作簿后，这里显示绿色能源项目。")
