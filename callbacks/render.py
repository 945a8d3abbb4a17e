"""The one server callback: address and screen in; the page, or only its changed parts, out."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import Dash, Input, Output, State, callback_context, no_update
from dash._utils import to_json

from callbacks.request import build_context, drop_unknown_stages, parse_selection, retry_if_stale
from callbacks.response_cache import Kept, newest, question
from cockpit.analysis.provenance import coverage_notice, freshness
from cockpit.district.areas import LevelTerms
from cockpit.district.geo import MapGeometry
from cockpit.district.terms import DISTRICT, in_words
from cockpit.errors import CockpitError, StaleSnapshotError
from cockpit.selection import Selection
from cockpit.snapshot import Repository, Snapshot
from cockpit.views.context import ViewContext
from layouts.components.panel import Panel, failed, parts
from layouts.components.part import painting
from layouts.glossary import page as glossary
from layouts.page import Page, PanelSpec
from layouts.pages import NAVIGATION, on_page, page_of
from layouts.shell import filters, grid, states
from layouts.shell import frame as shell
from layouts.ui import ids
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import Viewport, parse_viewport

log = logging.getLogger(__name__)
#: What the browser says of its screen (`layouts.ui.theme.screen`).
COOKIE = "screen"

Props = dict[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the browser asks for; ``shown`` is the page that it shows already ('' = none)."""

    path: str
    search: str
    viewport: Viewport
    shown: str


@dataclass(frozen=True, slots=True)
class PageResponse:
    """``body`` replaces the page (``no_update``: it stays, only ``props`` change); ``shown`` names what is shown.

    ``lasts``: the same question has the same answer until another data version or day. ``words``: in which it is told.
    """

    body: Any
    shown: Any
    props: Props
    lasts: bool = False
    words: LevelTerms = DISTRICT


def register(app: Dash, repository: Repository, shape: MapGeometry, kept: Kept) -> None:
    """Register the callback on ``app``; answers are kept in ``kept``."""

    def render(path: str | None, search: str | None, _viewport: Any, shown: str | None) -> tuple[Any, Any, Any]:
        asked = PageRequest(path or "/", search or "", parse_viewport(callback_context.cookies.get(COOKIE)), shown or "")
        return update_page(repository, shape, asked, kept)

    # The first page comes with the layout (`first_page.py`). Where it doesn't, the browser asks with its address.
    app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.CURRENT_PAGE, "data"),
        Output(ids.PATCHER, "painting"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        Input(ids.VIEWPORT, "data"),
        State(ids.CURRENT_PAGE, "data"),
        prevent_initial_call=True,
    )(render)


def update_page(repository: Repository, shape: MapGeometry, asked: PageRequest, kept: Kept) -> tuple[Any, Any, Any]:
    """What the browser is told: the page, its name, and what the painter takes.

    Many people look at the same addresses: their changes are answered from ``kept``, by data version and day; nothing is
    told here then.
    """
    data = newest(repository)
    same = question(data, asked)
    if kept.has(same):
        return no_update, no_update, no_update
    found = respond(repository, shape, asked, data)
    if found.lasts and found.body is no_update:
        kept.keep(same)
    return localize_json(found.body, found.words), found.shown, localize_json(painting(found.props), found.words)


def localize_json(told: Any, words: LevelTerms) -> Any:
    """Components and properties in these words (as JSON, where these aren't a district's)."""
    if words == DISTRICT or told is no_update:
        return told
    # As one text: no name of a component or a property is made of a district's words.
    return json.loads(in_words(to_json(told), words))


def respond(repository: Repository, shape: MapGeometry, asked: PageRequest, data: Snapshot | None = None) -> PageResponse:
    """The answer to a request; faults become a page that says what to do, with a number that the log knows.

    ``data`` is tried first where it is given, else the newest version.
    """
    tried = [data] if data else []
    try:
        return retry_if_stale(lambda: _page(repository, tried.pop() if tried else repository.snapshot(), shape, asked))
    except StaleSnapshotError:
        return _broken("数据正在更新，请稍后重试。")
    except CockpitError as error:
        return _broken(str(error))
    except Exception:
        return _broken("程序出现意外。")


def _page(repository: Repository, data: Snapshot, shape: MapGeometry, asked: PageRequest) -> PageResponse:
    selection, dropped = parse_selection(asked.search, data.district)
    if on_page(selection, asked.path).area != selection.area:  # an enterprise is seen from the whole
        selection = selection.replace(area="", towns=())
    data = repository.inside(data, selection.area)
    selection, strange = drop_unknown_stages(data, asked.path, selection)
    plain = "glossary" if asked.path.rstrip("/") == "/glossary" else "unknown"
    page: Page | str = page_of(asked.path, selection, data.district) or plain
    tab = page if isinstance(page, str) else page.tab
    navigation = shell.links(tab, selection, data.district, NAVIGATION)
    fresh = freshness(data, date.today())
    frame: Props = filters.areas(selection, data.district, asked.path) | {
        (ids.NAVIGATION, "children"): navigation,
        (ids.TABBAR, "children"): navigation,
        (ids.FRESHNESS, "children"): shell.stamp(fresh),
    }
    words = data.district.words
    if data.cube.is_empty:
        frame[(ids.NOTICES, "children")] = shell.notices((), fresh)
        return PageResponse(_plain(page, asked, data, selection), "", frame, words=words)
    ctx, notices = build_context(repository, data, on_page(selection, asked.path), (*dropped, *strange))
    frame |= filters.values(selection, ctx.period, data.cube, asked.path)
    if isinstance(page, str):
        frame[(ids.NOTICES, "children")] = shell.notices((), fresh)
        return PageResponse(_plain(page, asked, data, selection), "", frame, words=words)
    render_context = RenderContext(asked.path, selection, data.district, shape, asked.viewport)
    panels = render_panels(page.panels, page.key, ctx, render_context)
    if (partly := coverage_notice(ctx.data, ctx.period, ctx.where)) and not selection.comparable:
        notices = (*notices, partly)
    frame[(ids.NOTICES, "children")] = shell.notices(notices, fresh)
    lasts = page.lasts and not any(panel.fault for panel in panels)
    if asked.shown != page.key:
        return PageResponse(grid.grid(page.key, panels), page.key, frame, lasts, words)
    for panel in panels:
        frame |= parts(panel)
    return PageResponse(no_update, no_update, frame, lasts, words)


def _plain(page: Page | str, asked: PageRequest, data: Snapshot, selection: Selection) -> Any:
    if page == "glossary":
        return glossary.body()
    if isinstance(page, str):
        return states.not_found(asked.path)
    if data.district.path:
        above = selection.replace(area=data.district.path[-2][0], towns=())
        return states.empty_area(data.district.name, above.href(asked.path))
    return states.nothing_published()


def render_panels(specs: Sequence[PanelSpec], page: str, ctx: ViewContext, render_context: RenderContext) -> list[Panel]:
    """The panels, or their error states: a fault in one never takes the others down. A view that several share is made once."""
    views: dict[Any, Any] = {}
    panels = []
    for spec in specs:
        try:
            if spec.view not in views:
                views[spec.view] = spec.view(ctx)
            panels.append(spec.draw(views[spec.view], render_context))
        except StaleSnapshotError:
            raise
        except Exception as error:
            fault, words = (
                _log(f"panel {page}/{spec.key} {render_context.selection}"),
                str(error) if isinstance(error, CockpitError) else "",
            )
            version = ctx.full.version.number
            places = {"has_graph": spec.has_graph, "has_drawing": spec.has_drawing}
            panels.append(failed(spec.key, spec.title, fault, version, words=words, **places))
    return panels


def _broken(words: str) -> PageResponse:
    return PageResponse(states.broken(words, _log(words)), "", {})


def _log(what: str) -> str:
    fault = uuid.uuid4().hex[:8].upper()
    log.exception("fault %s: %s", fault, what)
    return fault
