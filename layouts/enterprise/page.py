"""The page of one enterprise (企业画像): who it is, its months against its chain, its grade, its peers, and its sources."""

from __future__ import annotations

from markupsafe import Markup

from cockpit import formatting
from cockpit.calendar.dates import format_day
from cockpit.selection import Selection
from cockpit.views.enterprise import identity as enterprise
from cockpit.views.enterprise import metrics as enterprise_metrics
from cockpit.views.enterprise import months as enterprise_months
from cockpit.views.enterprise import peers as enterprise_peers
from cockpit.views.enterprise.identity import FirmIdentity
from layouts.components.panel import PanelContents, PanelKind, PanelSpec, empty
from layouts.enterprise.lists import render_grade, render_peers, render_projects, render_sources
from layouts.enterprise.metrics import render_energy, render_months, render_summary
from layouts.land.explanation_parts import grade_tile
from layouts.page import Filters, Page
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color

#: Characters of an address that are read as a credit code; more are cut off.
_LONGEST = 40


def code_of(path: str) -> str:
    """Return the last part of ``/enterprise/<code>`` in capitals, at most 40 characters; it may be the code of no firm."""
    return path.rstrip("/").rsplit("/", 1)[-1][:_LONGEST].upper()


def selection_of_firm(selection: Selection, path: str) -> Selection:
    """Restrict a selection to the enterprise of ``path``: period, comparison and metric are kept, filters dropped."""
    shared = {name: getattr(selection, name) for name in ("period", "compare", "metric")}
    return Selection().replace(firm=code_of(path), **shared)


def render_identity(view: FirmIdentity | None, context: RenderContext) -> PanelContents:
    """Render the head of the page: name, grade, and what the register says."""
    if view is None:
        return PanelContents(_unknown_firm(context))
    tags = [tag for tag in (view.kind, view.role) if tag and tag != "一般"]
    body = render(
        "enterprise/identity.html",
        firm=view,
        tags=[*tags, "时尚E家"] if view.member else tags,
        grade=grade_tile(view.grade),
        evaluation=f"{view.year}年度评价" if view.year else "尚未评价",
        facts=_facts(view, context),
    )
    return PanelContents(body, caption=view.caption)


def _facts(view: FirmIdentity, context: RenderContext) -> list[dict[str, str]]:
    """List what the register says: label and text, some with a link or a colour."""
    shared = context.selection.shared
    chain_href = shared.replace(chains=()).href(f"/chain/{view.chain_key}") if view.chain_key else ""
    is_known = view.town_key in {t.key for t in context.district.towns}
    member = "未填" if view.member is None else "成员" if view.member else "非成员"
    return [
        _fact("产业链", view.chain, chain_href, css_color(chain_token(context.district, view.chain_key))),
        _fact("环节", view.stage or "未填"),
        _fact("角色", view.role or "未填"),
        _fact(context.district.terms.part, view.town, shared.replace(towns=(view.town_key,)).href("/") if is_known else ""),
        _fact("园区", view.park or "未填"),
        _fact("行业", view.industry),
        _fact("用地", f"{formatting.format_trimmed(view.land, 2)}亩"),
        _fact("成立", format_day(view.founded_on) if view.founded_on else "未填"),
        _fact("时尚E家", member),
        _fact("月度数据", view.months or "不报月度"),
    ]


def _fact(label: str, text: str, href: str = "", color: str = "") -> dict[str, str]:
    return {"label": label, "text": text, "href": href, "color": color}


def _unknown_firm(context: RenderContext) -> Markup:
    """Render that the register doesn't have the code, with a link to the search."""
    links = render("enterprise/unknown_firm_links.html", list_href=context.selection.shared.href("/land"))
    hint = "可能是代码写错了，或该企业已不在名录里。可按名称、简称、拼音首字母或信用代码查找。"
    state = empty(f"名录里没有代码为“{code_of(context.path)}”的企业", hint, links)
    return render("enterprise/unknown_firm.html", state=state)


PAGE = Page(
    "enterprise",
    "企业画像",
    (
        PanelSpec("identity", "企业画像", enterprise.firm_identity, render_identity),
        PanelSpec("kpis", "关键指标", enterprise_metrics.summary, render_summary),
        PanelSpec("months", "各月走势", enterprise_months.firm_trend, render_months, PanelKind.CHART, span=6),
        PanelSpec("grade", "亩均评价", enterprise.firm_grade, render_grade, span=6),
        PanelSpec("peers", "最相近的企业", enterprise_peers.peer_firms, render_peers, span=7),
        PanelSpec("energy", "能耗", enterprise_months.firm_energy, render_energy, span=5),
        PanelSpec("firm-projects", "投资项目", enterprise_peers.firm_projects, render_projects, span=4),
        PanelSpec("sources", "数据出处", enterprise.firm_provenance, render_sources, span=8),
    ),
    tab="enterprise",
    filters=frozenset((Filters.PERIOD, Filters.COMPARE)),
)
