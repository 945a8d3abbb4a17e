"""Composition root: settings -> engine -> repository -> app. Nobody imports this module but a server."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import Flask, has_request_context, request

from callbacks import firm_rows, render, search, wall, what_if
from callbacks.first_page import first_layout
from callbacks.request import parse_selection
from callbacks.response_cache import Kept
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from cockpit.settings import Settings, load_settings
from cockpit.snapshot import EvaluationCommands, Repository
from data.database.engine import open_engine, upgrade_schema
from data.district_pack import load_district, load_map, load_playlist
from data.evaluation.evaluation_desk import DatabaseDesk
from data.facts.repository import open_repository
from data.repository.repository import DatabaseRepository
from layouts.pages import page_of
from layouts.shell.frame import outline, shell
from layouts.ui import ids
from layouts.ui.theme import parse_viewport
from server import scripts
from server.bundle import bundle
from server.compression import add_compression
from server.downloads import add_downloads
from server.headers import ADDRESS, add_headers
from server.health import add_health
from server.response_cache import ResponseCache
from server.static_files import add_static_files, files_under
from server.wall import WallRoutes

_ASSETS = Path(__file__).parent / "assets"

_SCRIPTS = ("caret", "cockpit", "drawer", "hints", "land", "late", "parts", "search")
#: What runs before the first paint; then the styles and scripts of Dash's pages. The wall's pages have their own.
_FIRST = bundle("/assets/first.js", "text/javascript; charset=utf-8", [_ASSETS / "screen.js"])
_STYLE = bundle("/assets/all.css", "text/css; charset=utf-8", [f for f in sorted(_ASSETS.glob("*.css")) if f.name != "wall.css"])
_SCRIPT = bundle(
    "/assets/all.js",
    "text/javascript; charset=utf-8",
    [_ASSETS / "vendor" / "regenerator-runtime.js", *(_ASSETS / f"{name}.js" for name in _SCRIPTS)],
)
#: The plotting library: for the wall's page, and for pages with charts.
_PLOTLY = bundle("/assets/plotly.js", "text/javascript; charset=utf-8", [_ASSETS / "vendor" / "plotly.min.js"])
#: Bytes of answers that a worker keeps: some 700, for whoever takes them compressed.
_ANSWERS_KEPT = 8 * 2**20
_PREPARED = Path(__file__).parent / ".state" / "static"
_INDEX = """<!DOCTYPE html>
<html lang="zh-CN" data-theme="{theme}">
<head>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">
<script src="{first}"></script>
<link rel="stylesheet" href="{style}">
</head>
<body>
{{%app_entry%}}
<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
<noscript>本页面需要启用 JavaScript。</noscript>
</body>
</html>"""


class Cockpit(Dash):
    """Dash with an index page of our own: Chinese, in the reader's theme from the first paint."""

    district: District
    icon = ""

    def _config(self) -> dict[str, Any]:
        """What the renderer is told; it checks the callbacks against the layout that it gets, so needs no second one."""
        told: dict[str, Any] = super()._config()
        told.pop("validation_layout", None)
        return told

    def interpolate_index(self, **parts: Any) -> str:
        """The index page for this request."""
        theme = parse_viewport(request.cookies.get(render.COOKIE)).theme
        named = {"first": _FIRST.address, "style": _STYLE.address}
        page = _INDEX.format(theme=theme, title=self.district.title, icon=self.icon, **named)
        told = parts["scripts"]
        parts["scripts"] = scripts.rewrite_script_tags(
            told, _SCRIPT.address, _PLOTLY.address, with_charts=self._begins_with_charts()
        )
        for name in ("metas", "app_entry", "config", "scripts", "renderer"):
            page = page.replace(f"{{%{name}%}}", parts.get(name, ""))
        return page

    def _begins_with_charts(self) -> bool:
        """Whether the page that is asked for draws with the plotting library."""
        selection, _ = parse_selection(request.query_string.decode(errors="replace"), self.district)
        page = page_of(request.path, selection, self.district)
        return page is not None and any(panel.has_graph for panel in page.panels)


def create_app(repository: Repository, desk: EvaluationCommands, district: District, shape: MapGeometry) -> Cockpit:
    """The app over a repository. Any number of apps may live in one process."""
    app = Cockpit(
        __name__,
        title=district.title,
        update_title="",
        assets_folder=str(_ASSETS),
        assets_ignore=".*",
        external_stylesheets=[],
        suppress_callback_exceptions=False,
        serve_locally=True,
    )
    app.district, app.icon = district, outline(district, shape)
    kept = ResponseCache(app.server, _ANSWERS_KEPT)
    app.layout = lambda: _layout(repository, district, shape, kept)
    render.register(app, repository, shape, kept)
    firm_rows.register(app, repository)
    what_if.register(app, repository, shape, desk)
    search.register(app, repository)
    app.clientside_callback(
        ClientsideFunction("cockpit", "filtersToUrl"),
        Output(ids.VIEWPORT, "data"),
        *(Input(widget, "value") for widget in ids.FILTERS),
        State(ids.SERVER_FILTERS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("land", "askAnew"),
        Input(ids.URL, "search"),
        Input(ids.FIRM_SEARCH, "value", allow_optional=True),
    )
    for file in (_FIRST, _STYLE, _SCRIPT, _PLOTLY):
        file.add(app.server)
    add_compression(app.server)
    add_headers(app.server, app.csp_hashes)
    add_health(app.server, repository)
    add_downloads(app.server, repository)
    return app


def _layout(repository: Repository, district: District, shape: MapGeometry, kept: Kept) -> Any:
    """The layout for this request; Dash also asks for it when the app begins, to know what there is."""
    here = has_request_context()
    address = request.headers.get(ADDRESS, "") if here else ""
    viewport = parse_viewport(request.cookies.get(render.COOKIE) if here else None)
    return first_layout(repository, shape, kept, lambda: shell(district, shape), address, viewport)


class Service(NamedTuple):
    """A server and the data that it answers from."""

    server: Flask
    repository: DatabaseRepository


def create_server(settings: Settings | None = None) -> Flask:
    """The WSGI application for a server of one's own: ``gunicorn 'app:create_server()'``."""
    return create_service(settings).server


def create_service(settings: Settings | None = None) -> Service:
    """The WSGI application with what `server/wsgi.py` must know to run it in several workers."""
    settings = settings or load_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    district = load_district(settings.district)
    engine = open_engine(settings.database_url)
    upgrade_schema(engine)
    repository, desk = open_repository(settings, engine, district), DatabaseDesk(engine)
    shape = load_map(district)
    app = create_app(repository, desk, district, shape)
    scenes = wall.WallScenes(repository, shape, load_playlist(district))
    WallRoutes(scenes, engine, wall.panel_of, _PLOTLY.address).add(app.server)
    _prepare_files(app)
    return Service(app.server, repository)


def _prepare_files(app: Cockpit) -> None:
    """Make ready whatever the browser may ask for; done before the workers part, so that they share it."""
    paths = [*scripts.CHUNKS, *files_under(_ASSETS, "/assets/")]
    picture = unquote(app.icon.partition(",")[2]).encode()
    add_static_files(app.server, paths, {"/favicon.ico": ("image/svg+xml", picture)}, _PREPARED)
