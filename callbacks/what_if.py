"""The what-if: answers while a slider moves, saves, deletes and publishes plans."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, callback_context, no_update, set_props

from callbacks.render import localize_json, render_panels
from callbacks.request import build_context, parse_selection, retry_if_stale
from cockpit.district.geo import MapGeometry
from cockpit.errors import CockpitError, UsageError
from cockpit.selection import Selection, View
from cockpit.snapshot import EvaluationCommands, Repository
from cockpit.views.context import ViewContext
from cockpit.views.land import what_if as views
from layouts.components.panel import parts
from layouts.components.part import painting
from layouts.land import tabs as land_tabs
from layouts.land.outcome import PANELS
from layouts.land.what_if import PAGE
from layouts.ui import ids
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import parse_viewport

log = logging.getLogger(__name__)
_DRAWN_WHILE_DRAGGING = {key for key, *_ in PANELS}


def register(app: Dash, repository: Repository, shape: MapGeometry, desk: EvaluationCommands) -> None:
    """Register the callbacks on ``app``."""

    def turn(changes: str | None, search: str | None) -> Any:
        answer, props = outcome(repository, shape, search or "", changes or "")
        set_props(ids.PATCHER, {"painting": localize_json(painting(props), repository.snapshot().district.words)})
        return answer

    def save(_clicks: int | None, *form: str | None) -> str:
        return _carried_out(keep(repository, desk, _form(form)))

    def publish(_clicks: int | None, seen: int | None, *form: str | None) -> str:
        return _carried_out(make_official(repository, desk, _form(form), seen or 0))

    def drop(clicks: list[int | None], search: str | None) -> Any:
        pressed = callback_context.triggered_id
        if not pressed or not any(clicks):
            return no_update
        return _carried_out(forget(repository, desk, str(pressed["name"]), search or ""))

    form = (
        State(ids.SCENARIO_NAME, "value"),
        State(ids.SCENARIO_AUTHOR, "value"),
        State(ids.URL, "search"),
        State(ids.SCENARIO_CHANGES, "data"),
    )
    told = Output(ids.SCENARIO_STATUS, "children", allow_duplicate=True)
    later = {"prevent_initial_call": True, "optional": True}
    app.callback(Output(ids.SCENARIO_EVALUATED, "data"), Input(ids.SCENARIO_CHANGES, "data"), State(ids.URL, "search"), **later)(
        turn
    )
    app.callback(told, Input(ids.SAVE_SCENARIO, "n_clicks"), *form, **later)(save)
    app.callback(told, Input(ids.PUBLISH_SCENARIO, "n_clicks"), State(ids.DATA_VERSION, "data"), *form, **later)(publish)
    app.callback(told, Input(ids.delete_button(ALL), "n_clicks"), State(ids.URL, "search"), **later)(drop)
    app.clientside_callback(
        ClientsideFunction("land", "turned"),
        Input(ids.slider(ALL), "value"),
        Input(ids.baseline(ALL), "value"),
        Input(ids.SCENARIO_BASE, "data", allow_optional=True),
    )
    app.clientside_callback(ClientsideFunction("land", "answered"), Input(ids.SCENARIO_EVALUATED, "data"))


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form: name of the plan, who acts, the address, the sliders' changes (None: the address's own)."""

    name: str
    who: str
    search: str
    changes: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What happened in words, and the selection to go on with; ``None`` when nothing was done."""

    words: str
    then: Selection | None = None


def _form(values: Sequence[str | None]) -> Form:
    name, who, search, changes = values
    return Form((name or "").strip(), (who or "").strip(), search or "", changes)


def _carried_out(done: Told) -> str:
    """Show the page that follows, drawn anew even where its address stays the same."""
    if done.then is not None:
        query = done.then.to_query()
        set_props(ids.URL, {"search": f"?{query}" if query else ""})
        set_props(ids.VIEWPORT, {"data": uuid.uuid4().hex})
        set_props(ids.ACTION_TOAST, {"is_open": True, "children": done.words})
    return done.words


def outcome(repository: Repository, shape: MapGeometry, search: str, changes: str) -> tuple[str, dict[tuple[str, str], Any]]:
    """The panels under other changes than those of the link; the changes come back, so that the browser asks on."""
    return changes, retry_if_stale(lambda: _outcome(repository, shape, search, changes))


def _outcome(repository: Repository, shape: MapGeometry, search: str, changes: str) -> dict[tuple[str, str], Any]:
    ctx = _asked(repository, search, changes)
    render_context = RenderContext(
        land_tabs.PATH, ctx.selection, ctx.district, shape, parse_viewport(callback_context.cookies.get("screen"))
    )
    specs = [s for s in PAGE.panels if s.key in _DRAWN_WHILE_DRAGGING]
    found: dict[tuple[str, str], Any] = {}
    for panel in render_panels(specs, PAGE.key, ctx, render_context):
        found |= parts(panel)
    return found


def _asked(repository: Repository, search: str, changes: str | None) -> ViewContext:
    """The context of the link with the changes that the sliders show now."""
    data = repository.snapshot()
    selection, _ = parse_selection(search, data.district)
    if changes is not None:
        selection = selection.replace(sim=changes)
    return build_context(repository, data, selection)[0]


def keep(repository: Repository, desk: EvaluationCommands, form: Form) -> Told:
    """Save what is set now under a name."""
    try:
        ctx = _asked(repository, form.search, form.changes)
        name, who = _given(form.name, "请先给方案取一个名称。"), _given(form.who, "请填写姓名：方案会注明保存人。")
        desk.save(name, views.planned_policy(ctx), who)
    except CockpitError as error:
        return Told(str(error))
    return Told(f"已保存为方案“{name}”。", ctx.selection.replace(base=name, sim=""))


def make_official(repository: Repository, desk: EvaluationCommands, form: Form, seen: int) -> Told:
    """Publish what is set now as the year's grades; ``seen``: the data version that the publisher looked at."""
    try:
        ctx = _asked(repository, form.search, form.changes)
        policy, who = views.planned_policy(ctx), _given(form.who, "请填写姓名：评价记录会注明发布人。")
        if ctx.selection.sim:
            _given(form.name, "规则已调整，请先给它取一个名称：评价记录会写明是哪个办法。")
        if form.name:
            policy = policy.model_copy(update={"name": form.name})
        record = desk.publish(policy, who, seen)
    except CockpitError as error:
        return Told(str(error))
    log.info("evaluation %s of %s published by %s", record.id, record.year, who)
    official = ctx.selection.replace(view=View.RESULT, base="", versus="", sim="", record=0)
    return Told(f"已发布为{record.year}年度评价记录 {record.id}。", official)


def forget(repository: Repository, desk: EvaluationCommands, name: str, search: str) -> Told:
    """Delete a saved plan; the link leaves it when it stood there."""
    try:
        desk.delete(name)
    except CockpitError as error:
        return Told(str(error))
    selection, _ = parse_selection(search, repository.snapshot().district)
    left = {field: "" for field in ("base", "versus") if getattr(selection, field) == name}
    return Told(f"方案“{name}”已删除。", selection.replace(**left))


def _given(text: str, otherwise: str) -> str:
    if not text:
        raise UsageError(otherwise)
    return text
