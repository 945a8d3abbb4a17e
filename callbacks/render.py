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

from callbacks.request import chosen, persistent, resolved, stages_of
from callbacks.response_cache import Kept, newest, question
from cockpit.analysis.provenance import coverage_notice, freshness
from cockpit.district.areas import Words
from cockpit.district.geo import MapShape
from cockpit.district.terms import DISTRICT, in_words
from cockpit.errors import CockpitError, StaleSnapshotError
from cockpit.selection import Selection
from cockpit.snapshot import Repository, Snapshot
from cockpit.views.context import Context
from layouts.components.panel import Panel, failed, parts
from layouts.components.part import painting
from layouts.glossary import page as glossary
from layouts.page import Env, Page, PanelSpec
from layouts.pages import NAVIGATION, on_page, page_of
from layouts.shell import filters, grid, states
from layouts.shell import frame as shell
from layouts.ui import ids
from layouts.ui.theme import Screen, screen

log = logging.getLogger(__name__)
#: What the browser says of its screen (`layouts.ui.theme.screen`).
COOKIE = "screen"

Props = dict[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser asks for; ``shown`` is the page that it shows already ('' = none)."""

    path: str
    search: str
    on: Screen
    shown: str


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` replaces the page (``no_update``: it stays, only ``props`` change); ``shown`` names what is shown.

    ``lasts``: the same question has the same answer until another data version or day. ``words``: in which it is told.
    """

    body: Any
    shown: Any
    props: Props
    lasts: bool = False
    words: Words = DISTRICT


def register(app: Dash, repository: Repository, shape: MapShape, kept: Kept) -> None:
    """Register the callback on ``app``; answers are kept in ``kept``."""

    def render(path: str | None, search: str | None, _viewport: Any, shown: str | None) -> tuple[Any, Any, Any]:
        asked = Asked(path or "/", search or "", screen(callback_context.cookies.get(COOKIE)), shown or "")
        return told(repository, shape, asked, kept)

    # The first page comes with the layout (`first_page.py`). Where it doesn't, the browser asks with its address.
    app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.SHOWN, "data"),
        Output(ids.PAINTER, "painting"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        Input(ids.VIEWPORT, "data"),
        State(ids.SHOWN, "data"),
        prevent_initial_call=True,
    )(render)


def told(repository: Repository, shape: MapShape, asked: Asked, kept: Kept) -> tuple[Any, Any, Any]:
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
    return spoken(found.body, found.words), found.shown, spoken(painting(found.props), found.words)


def spoken(told: Any, words: Words) -> Any:
    """Components and properties in these words (as JSON, where these aren't a district's)."""
    if words == DISTRICT or told is no_update:
        return told
    # As one text: no name of a component or a property is made of a district's words.
    return json.loads(in_words(to_json(told), words))


def respond(repository: Repository, shape: MapShape, asked: Asked, data: Snapshot | None = None) -> Answer:
    """The answer to a request; faults become a page that says what to do, with a number that the log knows.

    ``data`` is tried first where it is given, else the newest version.
    """
    tried = [data] if data else []
    try:
        return persistent(lambda: _page(repository, tried.pop() if tried else repository.snapshot(), shape, asked))
    except StaleSnapshotError:
        return _broken("数据正在更新，请稍后重试。")
    except CockpitError as error:
        return _broken(str(error))
    except Exception:
        return _broken("程序出现意外。")


def _page(repository: Repository, data: Snapshot, shape: MapShape, asked: Asked) -> Answer:
    selection, dropped = chosen(asked.search, data.district)
    if on_page(selection, asked.path).area != selection.area:  # an enterprise is seen from the whole
        selection = selection.but(area="", towns=())
    data = repository.inside(data, selection.area)
    selection, strange = stages_of(data, asked.path, selection)
    plain = "glossary" if asked.path.rstrip("/") == "/glossary" else "unknown"
    page: Page | str = page_of(asked.path, selection, data.district) or plain
    tab = page if isinstance(page, str) else page.tab
    navigation = shell.links(tab, selection, data.district, NAVIGATION)
    fresh = freshness(data, date.today())
    frame: Props = filters.areas(selection, data.district, asked.path) | {
        (ids.NAVIGATION, "children"): navigation,
        (ids.TABBAR, "children"): navigation,
        (ids.STAMP, "children"): shell.stamp(fresh),
    }
    words = data.district.words
    if data.cube.is_empty:
        frame[(ids.NOTICES, "children")] = shell.notices((), fresh)
        return Answer(_plain(page, asked, data, selection), "", frame, words=words)
    ctx, notices = resolved(repository, data, on_page(selection, asked.path), (*dropped, *strange))
    frame |= filters.values(selection, ctx.period, data.cube, asked.path)
    if isinstance(page, str):
        frame[(ids.NOTICES, "children")] = shell.notices((), fresh)
        return Answer(_plain(page, asked, data, selection), "", frame, words=words)
    env = Env(asked.path, selection, data.district, shape, asked.on)
    panels = drawn(page.panels, page.key, ctx, env)
    if (partly := coverage_notice(ctx.data, ctx.period, ctx.where)) and not selection.comparable:
        notices = (*notices, partly)
    frame[(ids.NOTICES, "children")] = shell.notices(notices, fresh)
    lasts = page.lasts and not any(panel.fault for panel in panels)
    if asked.shown != page.key:
        return Answer(grid.grid(page.key, panels), page.key, frame, lasts, words)
    for panel in panels:
        frame |= parts(panel)
    return Answer(no_update, no_update, frame, lasts, words)


def _plain(page: Page | str, asked: Asked, data: Snapshot, selection: Selection) -> Any:
    if page == "glossary":
        return glossary.body()
    if isinstance(page, str):
        return states.not_found(asked.path)
    if data.district.path:
        above = selection.but(area=data.district.path[-2][0], towns=())
        return states.empty_area(data.district.name, above.href(asked.path))
    return states.nothing_published()


def drawn(specs: Sequence[PanelSpec], page: str, ctx: Context, env: Env) -> list[Panel]:
    """The panels, or their error states: a fault in one never takes the others down. A view that several share is made once."""
    views: dict[Any, Any] = {}
    panels = []
    for spec in specs:
        try:
            if spec.view not in views:
                views[spec.view] = spec.view(ctx)
            panels.append(spec.draw(views[spec.view], env))
        except StaleSnapshotError:
            raise
        except Exception as error:
            fault, words = _log(f"panel {page}/{spec.key} {env.selection}"), str(error) if isinstance(error, CockpitError) else ""
            version = ctx.full.version.number
            places = {"has_graph": spec.has_graph, "has_drawing": spec.has_drawing}
            panels.append(failed(spec.key, spec.title, fault, version, words=words, **places))
    return panels


def _broken(words: str) -> Answer:
    return Answer(states.broken(words, _log(words)), "", {})


def _log(what: str) -> str:
    fault = uuid.uuid4().hex[:8].upper()
    log.exception("fault %s: %s", fault, what)
    return fault
