"""The wall scene of alerts: a list, most important first."""

from __future__ import annotations

from cockpit.analysis.targets import Pace
from cockpit.views.wall.scenes import AlertsScene
from layouts.ui.templates import render
from layouts.wall.parts import RenderedScene, WallContext

_MOST = {"wide": 8, "ultra": 8, "tall": 10}


def render_scene(view: AlertsScene, context: WallContext) -> RenderedScene:
    """Render the scene; only the headline without alerts."""
    most = _MOST[context.orientation]
    rows = [(alert, alert.level is Pace.RED) for alert in view.alerts[:most]]
    more = max(len(view.alerts) - most, 0)
    return RenderedScene(render("wall/alerts.html", headline=view.headline, rows=rows, more=more))
