"""Missing and weak stages of a chain (缺链弱链), and what the district should attract."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.selection import COMPARE_LABELS, View
from cockpit.views.chain.gaps import GapPanel, StageGap, StageNeighbors
from layouts.components.panel import PanelContents, PanelFrame, navigate
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: Stages that are open; the others are folded.
_MOST_OPEN = 3
#: Projects that are named; the others are counted.
_MOST_PROJECTS = 3


def render_gaps(view: GapPanel, context: RenderContext) -> PanelContents:
    """Render missing and weak stages: their neighbours, projects under way, policies in force, and what to attract.

    Hidden where no stage is named: nothing can be judged.
    """
    if not view.stages:
        return PanelContents(frame=PanelFrame.HIDDEN)
    link = navigate("看图谱 →", context.href(context.selection.replace(view=View.RESULT)), "list-link")
    gaps = [_gap(gap, view, context) for gap in view.rows]
    body = render(
        "chain/gaps.html",
        open_gaps=gaps[:_MOST_OPEN],
        folded_gaps=gaps[_MOST_OPEN:],
        insight=view.insight,
        policies=_policies(view),
    )
    return PanelContents(body, insight=view.insight if view.rows else "", tools=link, caption=view.caption)


def _gap(gap: StageGap, view: GapPanel, context: RenderContext) -> dict[str, object]:
    facts = [("现状", _status(gap, view.metric, context))]
    if gap.after.names:
        facts.append(("供给下游", _neighbors(gap.after, view.metric)))
    if gap.before.names:
        facts.append(("依赖上游", _neighbors(gap.before, view.metric)))
    return {
        "name": gap.stage.item.name,
        "position": gap.stage.position,
        "is_missing": gap.stage.gap,
        "facts": [*facts, ("在手项目", _projects(gap, view)), ("招引方向", _direction(gap))],
    }


def _status(gap: StageGap, metric: Metric, context: RenderContext) -> str:
    stage = gap.stage
    if stage.gap:
        return f"{context.district.terms.whole}没有企业"
    facts = [f"规上{formatting.format_count(stage.firms)}家、在册{stage.registered:,}家"]
    if not math.isnan(stage.item.value):
        facts.append(f"产值{formatting.format_value(metric, stage.item.value)}")
    if not math.isnan(stage.item.change):
        growth = formatting.format_change(stage.item.change, is_percent=False)
        facts.append(f"{COMPARE_LABELS[context.selection.compare]}{growth}")
    return "，".join(facts) + f"（{'、'.join(stage.reasons)}）"


def _neighbors(stages: StageNeighbors, metric: Metric) -> str:
    output = "" if math.isnan(stages.output) else f"，产值{formatting.format_value(metric, stages.output)}"
    return f"{'、'.join(stages.names)}（规上{formatting.format_count(stages.firms)}家{output}）"


def _projects(gap: StageGap, view: GapPanel) -> str:
    if gap.projects:
        more = f"等{len(gap.projects)}个" if len(gap.projects) > _MOST_PROJECTS else ""
        return f"{'、'.join(gap.projects[:_MOST_PROJECTS])}{more}（按领域匹配，待核实）"
    if not view.open_projects:
        return "本链没有未投产的项目"
    if view.unnamed == view.open_projects:
        return f"本链{view.open_projects}个未投产项目都未填领域，不能判断"
    blank = f"，其中{view.unnamed}个未填领域" if view.unnamed else ""
    return f"本链{view.open_projects}个未投产项目中没有领域相符的{blank}"


def _direction(gap: StageGap) -> str:
    """Say what to do, from why the stage is missing or weak."""
    stage = gap.stage
    near = f"，就近配套{'、'.join(gap.after.names)}" if gap.after.names else ""
    if stage.gap:
        return f"招引{stage.item.name}企业{near}"
    if "仅一家规上企业" in stage.reasons or "没有规上企业" in stage.reasons:
        return f"再引进{stage.item.name}企业，或培育在册企业上规，不依赖单家"
    if "产值下降" in stage.reasons:
        number = "" if math.isnan(stage.firms) else f"{formatting.format_count(stage.firms)}家"
        return f"先稳住现有{number}规上企业，再补新增项目"
    return f"做大{stage.item.name}：扶持现有企业扩产，引进同环节企业{near}"


def _policies(view: GapPanel) -> str:
    """Name the policies in force, once for all stages."""
    return f"可用政策：{'、'.join(f'《{p}》' for p in view.policies)}" if view.policies else "没有在有效期内的政策"
