"""One enterprise (企业画像): who it is, its months against its chain, its grade explained, its peers, and the sources."""

from __future__ import annotations

from typing import Any

from cockpit import formatting
from cockpit.selection import Selection
from cockpit.views.enterprise import identity as enterprise
from cockpit.views.enterprise import metrics as enterprise_figures
from cockpit.views.enterprise import months as enterprise_months
from cockpit.views.enterprise import peers as enterprise_peers
from cockpit.views.enterprise.identity import Identity
from layouts.components.panel import Panel, empty, navigate
from layouts.enterprise import lists as drawn_lists
from layouts.enterprise import metrics as drawn_figures
from layouts.land.explanation_parts import grade_tile
from layouts.page import Env, Page, PanelSpec
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

_LONGEST = 40


def code_of(path: str) -> str:
    """The credit code in ``/enterprise/<code>``, in capitals; whatever else stands there is nobody's code."""
    return path.rstrip("/").rsplit("/", 1)[-1][:_LONGEST].upper()


def of_firm(selection: Selection, path: str) -> Selection:
    """What the page shows: one enterprise, whole; filters of place and industry mean nothing here."""
    plain = Selection()
    kept = {name: getattr(selection, name) for name in ("period", "compare", "metric")}
    return plain.but(firm=code_of(path), **kept)


def draw_identity(view: Identity | None, env: Env) -> Panel:
    """The head of the page: name, grade, what the register says."""
    if view is None:
        return Panel("identity", "企业画像", _unknown(env))
    tags = [html.Span(t, className="tag") for t in (view.kind, view.role) if t and t != "一般"]
    tags += [html.Span("时尚E家", className="tag")] if view.member else []
    name = [html.H2([view.name, *tags], className="firm-name"), html.P(f"{view.short} · {view.code}", className="firm-code")]
    grade = [
        grade_tile(view.grade),
        html.Div([html.B(f"{view.year}年度评价" if view.year else "尚未评价"), html.Span(view.standing, className="unit")]),
    ]
    content = [
        html.Div([html.Div(grade, className="firm-grade"), html.Div(name)], className="firm-head"),
        html.Dl([html.Div([html.Dt(term), html.Dd(said)]) for term, said in _facts(view, env)], className="firm-facts"),
    ]
    return Panel("identity", "企业画像", html.Div(content, className="firm-card"), caption=view.caption)


def _facts(view: Identity, env: Env) -> list[tuple[str, Any]]:
    shared = env.selection.shared
    swatch = html.I(style={"background": css_color(chain_token(view.chain_key))}, className="swatch")
    chain: Any = [swatch, view.chain]
    if view.chain_key:
        chain = navigate(chain, shared.but(chains=()).href(f"/chain/{view.chain_key}"), "row-link")
    known = view.town_key in {t.key for t in env.district.towns}
    town = navigate(view.town, shared.but(towns=(view.town_key,)).href("/"), "row-link") if known else view.town
    return [
        ("产业链", chain),
        ("环节", view.stage or "未填"),
        ("角色", view.role or "未填"),
        ("镇街", town),
        ("园区", view.park or "未填"),
        ("行业", view.industry),
        ("用地", f"{formatting.rounded(view.land, 2).normalize():f} 亩"),
        ("成立", f"{view.founded_on:%Y-%m-%d}" if view.founded_on else "未填"),
        ("时尚E家", "未填" if view.member is None else "成员" if view.member else "非成员"),
        ("月度数据", view.months or "不报月度"),
    ]


def _unknown(env: Env) -> html.Div:
    """The register doesn't know the code: say so, and lead to the search."""
    link = html.Div(
        [
            html.Button("查找企业", className="button", **{"type": "button", "data-search-open": ""}),
            navigate("评价企业名单", env.selection.shared.href("/land"), "button quiet"),
        ],
        className="buttons",
    )
    hint = "可能是代码写错了，或该企业已不在名录里。可按名称、简称、拼音首字母或信用代码查找。"
    return html.Div(empty(f"名录里没有代码为“{code_of(env.path)}”的企业", hint, link), className="unknown-firm")


PAGE = Page(
    "enterprise",
    "企业画像",
    (
        PanelSpec("identity", "企业画像", enterprise.identity, draw_identity),
        PanelSpec("kpis", "关键指标", enterprise_figures.headline, drawn_figures.draw_headline),
        PanelSpec("months", "各月走势", enterprise_months.months, drawn_figures.draw_months, has_graph=True),
        PanelSpec("grade", "亩均评价", enterprise.story, drawn_lists.draw_grade),
        PanelSpec("peers", "最相近的企业", enterprise_peers.peers, drawn_lists.draw_peers),
        PanelSpec("energy", "能耗", enterprise_months.energy, drawn_figures.draw_energy),
        PanelSpec("firm-projects", "投资项目", enterprise_peers.projects, drawn_lists.draw_projects),
        PanelSpec("sources", "数据出处", enterprise.provenance, drawn_lists.draw_sources),
    ),
    tab="enterprise",
)
