"""The alerts' wall scene: a list, most important first."""

from __future__ import annotations

from cockpit.analysis.alerts import Alert
from cockpit.analysis.targets import Pace
from cockpit.views.wall.scenes import AlertsScene
from layouts.ui import html
from layouts.wall.parts import Drawn, WallEnv, headline

_MOST = {"wide": 8, "ultra": 8, "tall": 10}


def draw(view: AlertsScene, env: WallEnv) -> Drawn:
    """The scene's markup; nothing but the headline when all is well."""
    most = _MOST[env.shape]
    rows = [_row(a) for a in view.alerts[:most]]
    if len(view.alerts) > most:
        rows.append(html.Div(f"另有{len(view.alerts) - most}项", className="w-note"))
    content = rows or [html.Div("✓", className="w-allwell")]
    return Drawn([headline(view.headline), html.Div(html.Div(content, className="w-alerts"), className="w-body w-alerts-scene")])


def _row(alert: Alert) -> html.Div:
    tone = "bad" if alert.level is Pace.RED else "warn"
    return html.Div(
        [
            html.Span("■" if alert.level is Pace.RED else "◆", className=f"w-mark {tone}"),
            html.B(alert.scope),
            html.Span(alert.subject),
            html.Span(alert.figure, className=f"w-alert-figure {tone}"),
            html.Span(("本月新增 · " if alert.turned else "") + alert.note, className="w-note"),
        ],
        className="w-alert",
    )
