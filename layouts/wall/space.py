"""The wall scene of space: the renewal plan against time gone, and the parks against the plain-factory benchmark."""

from __future__ import annotations

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.space.parks import ParkRow, Parks
from cockpit.views.space.plan import Goal
from cockpit.views.wall.scenes import SpaceScene
from layouts.components.change import change
from layouts.ui import html
from layouts.ui.theme import css_color
from layouts.wall.parts import Drawn, WallEnv, block, headline, number, tone, track

_PER_MU = Scale("万元/亩")


def draw(view: SpaceScene, env: WallEnv) -> Drawn:
    """The scene's markup; only the headline when there is neither a plan nor a park."""
    blocks = []
    if view.plan.goals:
        blocks.append(html.Div([_hero(view.plan.goals[0]), *(_goal(g) for g in view.plan.goals)], className="w-column"))
    if view.parks.rows:
        title = f"园区亩均税收 · {view.parks.year}年"
        blocks.append(block(title, "万元/亩 · 比上年 · 入驻率", _parks(view.parks), "w-parks-block"))
    return Drawn([headline(view.headline), html.Div(blocks, className="w-body w-space")])


def _hero(goal: Goal) -> html.Div:
    shown = formatting.percent(goal.target.completion).removesuffix("%")
    return html.Div(
        [html.Div(f"{goal.name} · 完成", className="w-hero-name"), number(shown, "%", "w-hero")], className="w-hero-block"
    )


def _goal(goal: Goal) -> html.Div:
    done, planned = (formatting.number(v, goal.scale) for v in (goal.target.done, goal.target.amount))
    words = html.Div(
        [
            html.Span([goal.name, " ", html.B(done, **{"data-count": ""}), f" / {planned} {goal.scale.unit}"]),
            html.Span(formatting.percent(goal.target.completion), className=tone(goal.target)),
        ],
        className="w-track-words",
    )
    return html.Div([words, track(goal.target)], className="w-goal")


def _parks(parks: Parks) -> html.Div:
    most = max(r.park.tax_per_mu for r in parks.rows) or 1.0
    rows = [_park(r, most) for r in parks.rows[:8]]
    if parks.benchmark is not None:
        line = f"{parks.benchmark.name}约 {parks.benchmark.tax_per_mu_wan:g} 万元/亩"
        rows.append(html.Div(line, className="w-caption"))
    return html.Div(rows, className="w-parks")


def _park(row: ParkRow, most: float) -> html.Div:
    value = row.park.tax_per_mu
    bar = html.Div(
        html.I(style={"width": f"{max(value, 0.0) / most * 100:.1f}%", "background": css_color("prev")}), className="w-bar"
    )
    return html.Div(
        [
            html.Span(row.park.name),
            bar,
            html.B(formatting.number(value, _PER_MU), **{"data-count": ""}),
            change(row.change, is_percent=False),
            html.Span(formatting.percent(row.park.occupancy, 0)),
        ],
        className="w-park",
    )
