"""The what-if while a slider moves: the panels that show the outcome of the rules that are set now."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, callback_context, set_props

from callbacks.panels import render_panels
from callbacks.permissions import allowed
from callbacks.request import context_from_query
from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.district.geo import MapGeometry
from cockpit.faults import report
from cockpit.snapshot import Repository, retry_if_stale
from layouts.components.client import build_patch
from layouts.components.panel import Props, panel_props
from layouts.land import tabs as land_tabs
from layouts.land.outcome import OUTCOME_PANELS
from layouts.land.what_if import PAGE
from layouts.ui import ids
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import VIEWPORT_COOKIE, Viewport, parse_viewport

_OUTCOME_KEYS = {spec.key for spec in OUTCOME_PANELS}


def register(app: Dash, repository: Repository, geometry: MapGeometry, access: CurrentAccess) -> None:
    """Register the callbacks on ``app``."""

    def update_outcome(changes: str | None, search: str | None) -> str:
        viewport = parse_viewport(callback_context.cookies.get(VIEWPORT_COOKIE))
        try:
            props = outcome_props(repository, geometry, search or "", changes or "", viewport)
        except Exception as error:
            set_props(ids.SCENARIO_STATUS, {"children": report(error, f"outcome of {search} with {changes}")})
        else:
            set_props(ids.PATCHER, {"patch": build_patch(props)})
        # The browser requests the next outcome when it knows that this request is done.
        return changes or ""

    app.callback(
        Output(ids.SCENARIO_EVALUATED, "data"),
        Input(ids.SCENARIO_CHANGES, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
        optional=True,
    )(allowed(Permission.VIEW_FIRMS, access, update_outcome))
    app.clientside_callback(
        ClientsideFunction("scenario", "onSliders"),
        Input(ids.slider(ALL), "value"),
        Input(ids.baseline(ALL), "value"),
        Input(ids.SCENARIO_BASE, "data", allow_optional=True),
    )
    app.clientside_callback(ClientsideFunction("scenario", "onOutcome"), Input(ids.SCENARIO_EVALUATED, "data"))


def outcome_props(repository: Repository, geometry: MapGeometry, search: str, changes: str, viewport: Viewport) -> Props:
    """Render the outcome's panels under ``changes`` instead of those of the address."""
    return retry_if_stale(lambda: _outcome_props(repository, geometry, search, changes, viewport))


def _outcome_props(repository: Repository, geometry: MapGeometry, search: str, changes: str, viewport: Viewport) -> Props:
    ctx = context_from_query(repository, search, changes)
    context = RenderContext(land_tabs.PATH, ctx.selection, ctx.district, geometry, viewport)
    specs = [spec for spec in PAGE.panels if spec.key in _OUTCOME_KEYS]
    props: Props = {}
    for panel in render_panels(specs, PAGE.key, ctx, context):
        props |= panel_props(panel)
    return props
