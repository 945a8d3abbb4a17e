"""The map of a chain's stages (链条图谱): nodes that select a stage, over a picture of the lines between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.selection import View
from cockpit.views.chain.stages import POSITIONS, ChainStage, StagePanel
from layouts.chain.stage_edges import StageNode, edges_picture
from layouts.chain.tabs import page_token
from layouts.charts.value_classes import class_of, cuts
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.components.legend import strip
from layouts.components.panel import PanelContents, PanelFrame, navigate
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render
from layouts.ui.theme import RAMP, css_color


@dataclass(frozen=True, slots=True)
class _StageScale:
    """What all nodes share: metric, scale of its values, the greatest of them, and the limits of the five classes."""

    metric: Metric
    scale: Scale
    most: float
    limits: list[float]


def render_stages(view: StagePanel, context: RenderContext) -> PanelContents:
    """Render the chain's stages from upstream to downstream; missing and weak ones are marked. Hidden where none is named."""
    if not view.is_known:
        return PanelContents(frame=PanelFrame.HIDDEN)
    values = [s.shown.value for s in view.stages]
    scale = formatting.scale_for(view.metric, values)
    scaled = [v / scale.factor for v in values]
    most = max((v for v in values if not math.isnan(v)), default=1.0) or 1.0
    shared = _StageScale(view.metric, scale, most, cuts(scaled, len(RAMP)))
    positions = [p for p in (*POSITIONS, "") if any(s.position == p for s in view.stages)]
    columns = [[s for s in view.stages if s.position == p] for p in positions]
    body = render(
        "chain/stages.html",
        edges=_edges(columns, context),
        color=css_color(page_token(context)),
        columns=[
            (position or "图谱外", [_node(stage, shared, context) for stage in stages])
            for position, stages in zip(positions, columns, strict=True)
        ],
        legend=f"底色：{view.metric.label} {scale.unit}",
        classes=strip(scaled) if shared.limits else NOTHING,
    )
    return PanelContents(
        body,
        subtitle=f"{view.metric.label} {scale.unit} · 线宽为产值 · {view.rule}",
        insight=view.insight,
        tools=_reset_link(context) + _metric_menu(view, context),
        caption=view.caption,
    )


def _reset_link(context: RenderContext) -> Markup:
    if not context.selection.stages:
        return NOTHING
    return navigate("× 全部环节", context.href(context.selection.replace(stages=())), "reset-link")


def _metric_menu(view: StagePanel, context: RenderContext) -> Markup:
    options = [(m.label, context.href(context.selection.replace(metric=m.key)), m is view.metric) for m in view.choices]
    return render("components/menu.html", summary=view.metric.label, options=options)


def _edges(columns: Sequence[Sequence[ChainStage]], context: RenderContext) -> str:
    """Build the picture of the lines between the columns, as a data URI."""
    selected = context.selection.stages
    nodes = [
        [StageNode(s.item.name, s.next_stages, s.item.value, s.gap, s.item.key in selected) for s in column] for column in columns
    ]
    return edges_picture(nodes, context.viewport, page_token(context))


def _node(stage: ChainStage, shared: _StageScale, context: RenderContext) -> dict[str, object]:
    """Build a stage, a link that selects it.

    The stages that it leads to are text, too: on focus, at the pointer, and on a phone, which shows no lines.
    """
    is_selected = stage.item.key in context.selection.stages
    action = "取消选择" if is_selected else "看招引方向：" if stage.gap else "只看"
    node = {
        "name": stage.item.name,
        "state": f"{' gap' if stage.gap else ' weak' if stage.weak else ''}{' on' if is_selected else ''}",
        "href": _link(stage, context) if stage.item.key else "",
        "label": f"{action}{stage.item.name}{_description(stage, shared)}",
        "is_selected": is_selected,
        "next_stages": "、".join(stage.next_stages),
        "is_missing": stage.gap,
    }
    return node | (_missing(context) if stage.gap else _values(stage, shared))


def _description(stage: ChainStage, shared: _StageScale) -> str:
    """Say a stage's numbers and marks, for those who hear its link."""
    if stage.gap:
        return "，缺链"
    shown, metric = stage.shown, shared.metric
    parts = [
        f"{metric.label}{formatting.format_value(metric, shown.value, shared.scale)}",
        f"{formatting.format_count(stage.firms)}家规上",
    ]
    if not math.isnan(shown.change):
        parts.append(f"变化{formatting.format_change(shown.change, is_percent=metric.is_percent)}")
    if stage.leader:
        parts.append(f"链主{stage.leader}")
    if stage.weak:
        parts.append(f"弱链：{stage.weak}")
    return "，" + "，".join(parts)


def _link(stage: ChainStage, context: RenderContext) -> str:
    """Return the link that selects the stage, or removes it from the selection.

    A missing one has no values to look at: it leads to what the district should attract, all lists as they are.
    """
    toggled = context.selection.toggled("stages", stage.item.key)
    if stage.gap and stage.item.key not in context.selection.stages:
        return f"{context.href(context.selection.replace(view=View.LISTS, stages=()))}#gaps"
    return context.href(toggled)


def _missing(context: RenderContext) -> dict[str, object]:
    is_narrowed = bool(context.selection.towns or context.selection.industries)
    return {"reason": "所选范围没有企业" if is_narrowed else f"{context.district.terms.whole}没有企业"}


def _values(stage: ChainStage, shared: _StageScale) -> dict[str, object]:
    shown, scale = stage.shown, shared.scale
    is_known = not math.isnan(shown.value)
    unit = f"{scale.unit} · " if is_known else ""
    share = "" if math.isnan(shown.share) else f" · 占{formatting.format_share(shown.share_shown)}"
    return {
        "leader": stage.leader,
        "weak": stage.weak,
        "background": css_color(RAMP[class_of(shown.value / scale.factor, shared.limits)]) if is_known else "",
        "value": formatting.format_number(shown.value, scale),
        "facts": f"{unit}{formatting.format_count(stage.firms)}家规上{share}",
        "change": change(shown.change, is_percent=shared.metric.is_percent),
        "width": bar_length(shown.value, shared.most),
    }
