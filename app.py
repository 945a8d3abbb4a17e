"""Composition root: settings -> engine -> repository -> app. Nobody imports this module but a server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from dash import ClientsideFunction, Input, Output, State
from dash.exceptions import DependencyException
from flask import Flask, has_request_context, request
from sqlalchemy import Engine

from callbacks import firm_rows, option_search, render, scenario_commands, scenario_outcome, search, wall_scenes
from callbacks.first_page import first_layout
from callbacks.inputs import check_callback
from cockpit.access.access import OPEN, Access, CurrentAccess
from cockpit.access.scope import scoped_district
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from cockpit.settings import Settings, load_settings
from cockpit.snapshot import EvaluationCommands, Repository
from data.access.providers.configured import open_providers
from data.access.store import open_store
from data.database.district import open_database
from data.district_pack import load_district, load_map, load_playlist
from data.evaluation.commands import DatabaseEvaluationCommands
from data.facts.repository import open_repository
from data.repository.repository import DatabaseRepository
from data.repository.restricted import RestrictedRepository
from layouts.access.page import open_line
from layouts.pages import canonical_path, exists
from layouts.shell.frame import shell
from layouts.shell.outline import outline
from layouts.ui import ids
from layouts.ui.theme import VIEWPORT_COOKIE, parse_viewport
from server import dash_app
from server.access import pages
from server.access.current import current_access
from server.access.guard import add_guard
from server.access.identity import OpenIdentity, SessionIdentity
from server.access.login import LoginRoutes
from server.access.mode import opens_without_login
from server.access.pages.desk import Desk
from server.access.providers import ProviderRoutes, other_logins
from server.access.recording import Recording
from server.assets import scripts
from server.assets.static_files import add_static_files, files_under
from server.checks.callback_requests import checked
from server.checks.hosts import add_host_check, allowed_hosts
from server.checks.limits import add_limits
from server.compression import add_compression
from server.dash_app import Cockpit
from server.downloads import add_downloads
from server.errors import add_error_handlers, add_missing_pages, missing_if
from server.headers import ADDRESS, add_headers
from server.health import add_health
from server.log_format import configure_logging
from server.response_cache import ResponseCache
from server.wall import WallRoutes

log = logging.getLogger(__name__)

#: Bytes of compressed responses that a worker caches, enough for some 700.
_CACHED_BYTES = 8 * 2**20
#: Views of Dash whose responses are cached.
_CALLBACK_VIEW = "/_dash-update-component"
_COMPONENT_FILES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
_CACHED_VIEWS = ("/_dash-layout", _CALLBACK_VIEW)
_STATIC_EXPORTS = Path(__file__).parent / ".state" / "static"


def create_app(
    repository: Repository,
    commands: EvaluationCommands,
    district: District,
    geometry: MapGeometry,
    access: CurrentAccess = lambda: OPEN,
) -> Cockpit:
    """Create the app over a repository, which shows what the ``access`` of the request may see.

    Any number of apps may live in one process.
    """
    app = Cockpit(
        __name__,
        title=district.title,
        update_title="",
        assets_folder=str(dash_app.ASSETS),
        assets_ignore=".*",
        external_stylesheets=[],
        suppress_callback_exceptions=False,
        serve_locally=True,
    )
    app.district, app.icon = district, outline(district, geometry)
    cache = ResponseCache(app.server, lambda: repository.snapshot(), lambda: access().fingerprint, _CACHED_BYTES)
    views = app.server.view_functions
    views[_CALLBACK_VIEW] = checked(views[_CALLBACK_VIEW], check_callback, app.callback_map)
    views[_COMPONENT_FILES] = missing_if(views[_COMPONENT_FILES], DependencyException, OSError, ValueError)
    for view in _CACHED_VIEWS:
        views[view] = cache.wrap(views[view])
    app.layout = lambda: _layout(repository, district, geometry, cache, access)
    _register_callbacks(app, repository, commands, geometry, cache, access)
    for file in (dash_app.FIRST_SCRIPT, dash_app.STYLES, dash_app.SCRIPT, dash_app.PLOTLY):
        file.add(app.server)
    add_limits(app.server)
    add_compression(app.server)
    add_headers(app.server, app.csp_hashes)
    add_error_handlers(app.server)
    add_missing_pages(app.server, lambda path: exists(canonical_path(path, district), district))
    add_downloads(app.server, repository)
    return app


def _register_callbacks(
    app: Cockpit,
    repository: Repository,
    commands: EvaluationCommands,
    geometry: MapGeometry,
    cache: ResponseCache,
    access: CurrentAccess,
) -> None:
    render.register(app, repository, geometry, cache, access)
    firm_rows.register(app, repository, access)
    scenario_outcome.register(app, repository, geometry, access)
    scenario_commands.register(app, repository, commands, access)
    search.register(app, repository, access)
    option_search.register(app, repository, access)
    app.clientside_callback(
        ClientsideFunction("filters", "updateAddress"),
        Output(ids.VIEWPORT, "data"),
        *(Input(widget, "value") for widget in ids.FILTERS),
        State(ids.SERVER_FILTERS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("firmList", "updateAddress"),
        Input(ids.FIRM_SEARCH, "value", allow_optional=True),
        prevent_initial_call=True,
    )
    app.clientside_callback(ClientsideFunction("firmList", "reloadRows"), Input(ids.URL, "search"))
    app.clientside_callback(
        ClientsideFunction("firmList", "retryRows"),
        Input(ids.FIRM_SEARCH_STATUS, "children", allow_optional=True),
        State(ids.FIRM_GRID, "getRowsRequest", allow_optional=True),
        prevent_initial_call=True,
    )


def _layout(
    repository: Repository, district: District, geometry: MapGeometry, cache: ResponseCache, access: CurrentAccess
) -> Any:
    """Build the layout for this request; Dash also asks for it when the app begins, to know its components."""
    if not has_request_context():
        return shell(district, geometry)
    frame = shell(scoped_district(district, access().scope.areas), geometry)
    viewport = parse_viewport(request.cookies.get(VIEWPORT_COOKIE))
    return first_layout(repository, geometry, cache, frame, request.headers.get(ADDRESS, ""), viewport)


class Application(NamedTuple):
    """A server, the repository behind it, and what records the walls that are online, to be called now and then."""

    server: Flask
    repository: DatabaseRepository
    record_walls: Callable[[], None]


def create_server(settings: Settings | None = None) -> Flask:
    """Create the WSGI application for any other server: ``gunicorn 'app:create_server()'``."""
    return create_application(settings).server


def create_application(settings: Settings | None = None) -> Application:
    """Create the WSGI application, with the repository that `server/wsgi.py` prepares before it forks workers.

    Upgrades the database's schema. Raises ``SettingsError``, ``DistrictError`` or ``DatabaseError``.
    """
    settings = settings or load_settings()
    configure_logging(settings.log_level)
    district = load_district(settings.district)
    engine = open_database(settings.database_url, district.key)
    whole, commands = open_repository(settings, engine, district), DatabaseEvaluationCommands(engine)
    repository, geometry = RestrictedRepository(whole, current_access), load_map(district)
    app = create_app(repository, commands, district, geometry, current_access)
    add_health(app.server, whole)
    add_host_check(app.server, allowed_hosts(settings.host, filter(None, settings.hosts.split(","))))
    scenes = wall_scenes.WallScenes(repository, geometry, load_playlist(district))
    walls = WallRoutes(scenes, engine, wall_scenes.parse_display, dash_app.PLOTLY.address)
    walls.add(app.server)
    _add_access(app, settings, engine, walls)
    _add_static_files(app)
    return Application(app.server, whole, walls.record)


def _add_access(app: Cockpit, settings: Settings, engine: Engine, walls: WallRoutes) -> None:
    """Add the guard and, where people log in, the routes to do so."""
    if opens_without_login(settings, engine, app.district):
        app.account_line = open_line
        add_guard(app.server, OpenIdentity(), _log_refusal)
        return
    store = open_store(settings, engine, app.district)
    identity, recording = SessionIdentity(store, walls.access), Recording(store.audit, app.district, _client)
    styles = dash_app.ACCESS_STYLES
    providers = open_providers(settings, store)
    local = LoginRoutes(store, identity, styles.address, _client, other_logins(providers))
    local.add(app.server)
    ProviderRoutes(local, providers).add(app.server)
    styles.add(app.server)
    app.account_line = identity.account_line
    add_guard(app.server, identity, recording.refused)
    recording.add(app.server)
    pages.add(app.server, Desk(store, identity, styles.address, _client))  # behind the guard


def _client() -> str:
    """Return the address that the request is from."""
    return request.remote_addr or ""


def _log_refusal(endpoint: str, access: Access) -> None:
    log.warning("%s was refused to %s", endpoint, access.account)


def _add_static_files(app: Cockpit) -> None:
    """Export whatever the browser may load; done before the workers fork, so that they share it."""
    paths = [*scripts.CHUNKS, *files_under(dash_app.ASSETS, "/assets/")]
    picture = unquote(app.icon.partition(",")[2]).encode()
    add_static_files(app.server, paths, {"/favicon.ico": picture}, _STATIC_EXPORTS)
