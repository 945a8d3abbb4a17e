"""The wall scene of space: the renewal plan against time gone, and the parks against the plain-factory benchmark."""

from __future__ import annotations

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.formatting import FormattedValue
from cockpit.views.space.parks import ParkList, ParkRow
from cockpit.views.space.plan import PlanGoal
from cockpit.views.wall.scenes import SpaceScene
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.ui.templates import render
from layouts.ui.theme import css_color
from layouts.wall.parts import RenderedScene, WallContext, target_track

_MOST_PARKS = 8


def render_scene(view: SpaceScene, context: WallContext) -> RenderedScene:
    """Render the scene; only the headline when there is neither a plan nor a park."""
    goals = view.plan.goals
    html = render(
        "wall/space.html",
        headline=view.headline,
        hero=_completion(goals[0]) if goals else None,
        hero_name=f"{goals[0].name} · 完成" if goals else "",
        goals=[_goal(goal) for goal in goals],
        parks_title=f"园区亩均税收 · {view.parks.year}年",
        parks=_parks(view.parks),
        bar_color=css_color("prev"),
        benchmark=_benchmark(view.parks),
    )
    return RenderedScene(html)


def _completion(goal: PlanGoal) -> FormattedValue:
    return FormattedValue(formatting.format_percent(goal.target.completion).removesuffix("%"), "%")


def _goal(goal: PlanGoal) -> dict[str, object]:
    done, planned = (formatting.format_number(v, goal.scale) for v in (goal.target.done, goal.target.amount))
    return {
        "name": goal.name,
        "done": done,
        "planned": f" / {planned}{goal.scale.unit}",
        "completion": formatting.format_percent(goal.target.completion),
        "track": target_track(goal.target),
    }


def _parks(parks: ParkList) -> list[dict[str, object]]:
    most = max([row.park.tax_per_mu for row in parks.rows if row.park.tax_per_mu > 0], default=1.0)
    return [_park(row, most) for row in parks.rows[:_MOST_PARKS]]


def _park(row: ParkRow, most: float) -> dict[str, object]:
    value = row.park.tax_per_mu
    return {
        "name": row.park.name,
        "width": bar_length(value, most),
        "value": formatting.format_number(value, PER_MU),
        "change": change(row.change, is_percent=False),
        "occupancy": formatting.format_percent(row.park.occupancy, 0),
    }


def _benchmark(parks: ParkList) -> str:
    return f"{parks.benchmark.name}约 {parks.benchmark.tax_per_mu_wan:g}万元/亩" if parks.benchmark is not None else ""
