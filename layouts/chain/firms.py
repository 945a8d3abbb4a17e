"""The enterprises of a chain: its leader and suppliers (链主与配套), the largest ones, and how concentrated they are."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import CHANGE_LABELS, Compare, Selection
from cockpit.sentences.drivers import drive_text
from cockpit.views.chain.firms import ChainRole, FirmPanel, FirmRow, LeaderPanel
from layouts.chain.tabs import page_token
from layouts.components.bars import Bar, bars
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents
from layouts.components.share_bar import Share, share_bar
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render
from layouts.ui.theme import css_color

#: Opacity of the chain's colour for the leader, the suppliers, and all others.
_STRENGTH = (1.0, 0.62, 0.34)
#: HHI: from where a market counts as moderately and as highly concentrated, and its greatest value.
_MODERATE, _HIGH, _MOST = 1500.0, 2500.0, 10000.0
_LEVELS = ("较分散", "中度集中", "高度集中")
#: How much weaker each of the four largest enterprises is than the one before it.
_FADE = 0.18


def render_leader(view: LeaderPanel, context: RenderContext) -> PanelContents:
    """Render the leader's share, and how suppliers grow against the others."""
    if not view.roles:
        return PanelContents(no_data(context), caption=view.caption)
    token, strengths = page_token(context), [_STRENGTH[min(i, len(_STRENGTH) - 1)] for i in range(len(view.roles))]
    selection = context.selection
    body = render(
        "chain/leader.html",
        leader=view,
        share=formatting.format_percent(view.leader_share),
        scope=_share_label(selection),
        shares=_shares(view, token, strengths),
        growth=bars([_role_bar(r, token, s) for r, s in zip(view.roles, strengths, strict=True)], "roles"),
    )
    subtitle = f"产值{CHANGE_LABELS[selection.compare]} %" if selection.compare is not Compare.NONE else "产值"
    return PanelContents(body, subtitle=subtitle, insight=view.insight, caption=view.caption)


def _share_label(selection: Selection) -> str:
    """Say what shares of output are of."""
    return "占所选范围产值" if selection.stages or selection.towns or selection.industries else "占全链产值"


def _role_bar(role: ChainRole, token: str, strength: float) -> Bar:
    growth = role.item.change
    return Bar(
        f"{role.item.name}（{formatting.format_count(role.firms)}家）",
        0.0,
        0.0 if math.isnan(growth) else growth * 100,
        formatting.format_change(growth, is_percent=False),
        token,
        extra="" if math.isnan(role.shown) else drive_text(METRICS["output"], role.shown) or f"拉动0.00{formatting.POINTS}",
        strength=strength,
    )


def _shares(view: LeaderPanel, token: str, strengths: list[float]) -> Markup:
    """Render the roles' shares of the chain's output as one bar."""
    shares = [
        Share(
            f"{role.item.name} {formatting.format_value(view.metric, role.item.value)}",
            f"width:{role.item.share * 100:.2f}%",
            strength,
        )
        for role, strength in zip(view.roles, strengths, strict=True)
        if role.item.share > 0
    ]
    return share_bar(shares, token)


def render_firms(view: FirmPanel, context: RenderContext) -> PanelContents:
    """Render the largest enterprises and the chain's concentration."""
    if not view.rows:
        return PanelContents(no_data(context), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.output for r in view.rows])
    body = render(
        "chain/firms.html",
        part=context.district.terms.part,
        unit=scale.unit,
        versus=CHANGE_LABELS[context.selection.compare],
        share_label=_share_label(context.selection),
        rows=[_firm(row, scale, context) for row in view.rows],
        concentration=_concentration(view, page_token(context)),
    )
    return PanelContents(
        body,
        subtitle=f"按产值前{len(view.rows)}家，期内有产值的规上企业共{view.firms:,}家",
        insight=view.insight,
        caption=view.caption,
    )


def _firm(row: FirmRow, scale: Scale, context: RenderContext) -> dict[str, object]:
    labels = (row.town, row.industry, row.stage, row.role)
    return {
        "name": row.name,
        "href": context.selection.shared.replace(chains=()).href(f"/enterprise/{row.credit_code}"),
        "labels": [(label or formatting.MISSING, label) for label in labels],
        "output": formatting.format_number(row.output, scale),
        "change": change(row.change, is_percent=False, arrow=False),
        "share": formatting.format_percent(row.share),
        "tax_per_mu": formatting.format_number(row.tax_per_mu, PER_MU),
    }


def _concentration(view: FirmPanel, token: str) -> Markup:
    """Render CR4 and HHI as pictures with what they mean, always beside the number of enterprises."""
    if math.isnan(view.hhi):
        return NOTHING
    return render(
        "chain/concentration.html",
        cr4=formatting.format_percent(view.cr4),
        largest=[(f"{max(r.share, 0) * 100:.2f}", 1 - _FADE * i) for i, r in enumerate(view.rows[:4])],
        color=css_color(token),
        hhi=formatting.format_rounded(view.hhi, 0),
        position=f"{_scale_position(view.hhi):.1f}",
        level=sum(view.hhi >= limit for limit in (_MODERATE, _HIGH)),
        levels=_LEVELS,
        firms=f"{view.firms:,}",
    )


def _scale_position(hhi: float) -> float:
    """Return the position in percent on a scale whose three levels are equally wide."""
    stops = (0.0, _MODERATE, _HIGH, _MOST)
    level = min(sum(hhi >= s for s in stops[1:3]), 2)
    within = (hhi - stops[level]) / (stops[level + 1] - stops[level])
    return (level + min(max(within, 0.0), 1.0)) / 3 * 100
