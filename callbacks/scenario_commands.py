"""What a person does with a scenario: save it under a name, delete it, publish its grades."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, no_update, set_props

from callbacks.permissions import allowed
from callbacks.request import context_from_query, parse_selection
from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.errors import CockpitError, DatabaseError, UsageError
from cockpit.evaluation.policy.policy import Policy
from cockpit.faults import report
from cockpit.names import person_name, scenario_name
from cockpit.selection import Selection, View
from cockpit.snapshot import EvaluationCommands, Repository, retry_if_stale
from cockpit.views.land.publication import publication_preview
from cockpit.views.land.what_if import scenario_policy
from layouts.ui import ids

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScenarioForm:
    """What the form holds: the scenario's name, who acts, the address, the sliders' changes (``None``: the address's own)."""

    name: str
    who: str
    search: str
    changes: str | None


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What happened, in a sentence, and the selection to go on with; ``None`` when nothing was done."""

    message: str
    next_selection: Selection | None = None


def register(app: Dash, repository: Repository, commands: EvaluationCommands, access: CurrentAccess) -> None:
    """Register the callbacks on ``app``."""

    def save(_clicks: int | None, *form: str | None) -> str:
        return _show_result(attempt(lambda: save_scenario(repository, commands, _form(form))))

    def publish(_clicks: int | None, observed_version: int | None, *form: str | None) -> str:
        return _show_result(attempt(lambda: publish_scenario(repository, commands, _form(form), observed_version or 0)))

    def preview(_clicks: int | None, search: str | None, changes: str | None) -> str:
        return preview_publication(repository, search or "", changes)

    def delete(confirmed: dict[str, Any] | None, search: str | None) -> Any:
        if not confirmed:
            return no_update
        return _show_result(attempt(lambda: delete_scenario(repository, commands, str(confirmed["name"]), search or "")))

    form = (
        State(ids.SCENARIO_NAME, "value"),
        State(ids.SCENARIO_AUTHOR, "value"),
        State(ids.URL, "search"),
        State(ids.SCENARIO_CHANGES, "data"),
    )
    status = Output(ids.SCENARIO_STATUS, "children", allow_duplicate=True)
    options: dict[str, Any] = {"prevent_initial_call": True, "optional": True}
    app.callback(status, Input(ids.SAVE_SCENARIO, "n_clicks"), *form, **options)(allowed(Permission.EDIT_SCENARIOS, access, save))
    app.callback(status, Input(ids.PUBLISH_SCENARIO, "n_clicks"), State(ids.DATA_VERSION, "data"), *form, **options)(
        allowed(Permission.PUBLISH_EVALUATION, access, publish)
    )
    app.callback(
        Output(ids.PUBLISH_PREVIEW, "children"),
        Input(ids.PUBLISH_OPENER, "n_clicks"),
        State(ids.URL, "search"),
        State(ids.SCENARIO_CHANGES, "data"),
        **options,
    )(allowed(Permission.PUBLISH_EVALUATION, access, preview))
    app.callback(status, Input(ids.SCENARIO_TO_DELETE, "data"), State(ids.URL, "search"), **options)(
        allowed(Permission.EDIT_SCENARIOS, access, delete)
    )


def save_scenario(repository: Repository, commands: EvaluationCommands, form: ScenarioForm) -> ActionResult:
    """Save the rules that are set now as a scenario. Raises ``UsageError`` for an incomplete form."""
    selection, policy = _read_scenario(repository, form)
    name = scenario_name(_require(form.name, "请先给方案取一个名称。"))
    who = person_name(_require(form.who, "请填写姓名：方案会注明保存人。"))
    commands.save(name, policy, who)
    return ActionResult(f"已保存为方案“{name}”。", selection.replace(base=name, changes=""))


def publish_scenario(
    repository: Repository, commands: EvaluationCommands, form: ScenarioForm, observed_version: int
) -> ActionResult:
    """Publish the grades by the rules that are set now; ``observed_version``: the data version that the publisher looked at.

    Raises ``UsageError`` for an incomplete form, and where there is a newer data version.
    """
    selection, policy = _read_scenario(repository, form)
    who = person_name(_require(form.who, "请填写姓名：评价记录会注明发布人。"))
    if selection.changes:
        _require(form.name, "规则已调整，请先给它取一个名称：评价记录会写明是哪个办法。")
    if form.name:
        policy = policy.model_copy(update={"name": scenario_name(form.name)})
    record = commands.publish(policy, who, observed_version)
    log.info("evaluation %s of %s published by %s", record.id, record.year, who)
    published = selection.replace(view=View.RESULT, base="", versus="", changes="", record=0)
    return ActionResult(f"已发布为{record.year}年度评价记录 {record.id}。", published)


def preview_publication(repository: Repository, search: str, changes: str | None) -> str:
    """Say which year a publication of the rules set now would grade, and which enterprises' grades it would change."""
    try:
        return retry_if_stale(lambda: publication_preview(context_from_query(repository, search, changes))).sentence
    except CockpitError as error:
        return str(error)
    except Exception as error:
        return report(error, f"preview of the publication of {search} with {changes}")


def _read_scenario(repository: Repository, form: ScenarioForm) -> tuple[Selection, Policy]:
    """Return the selection of the form and the rules that are set now; both are of one data version."""

    def read() -> tuple[Selection, Policy]:
        ctx = context_from_query(repository, form.search, form.changes)
        return ctx.selection, scenario_policy(ctx)

    return retry_if_stale(read)


def delete_scenario(repository: Repository, commands: EvaluationCommands, name: str, search: str) -> ActionResult:
    """Delete a saved scenario; the selection to go on with doesn't refer to it."""
    commands.delete(name)
    selection, _ = parse_selection(search, repository.snapshot().district)
    cleared = {field: "" for field in ("base", "versus") if getattr(selection, field) == name}
    return ActionResult(f"方案“{name}”已删除。", selection.replace(**cleared))


def attempt(command: Callable[[], ActionResult]) -> ActionResult:
    """Run a command; a ``CockpitError`` becomes its message, a fault of the database or program is logged and gets a number."""
    try:
        return command()
    except DatabaseError as error:
        return ActionResult(report(error, "command on a scenario"))
    except CockpitError as error:
        return ActionResult(str(error))
    except Exception as error:
        return ActionResult(report(error, "command on a scenario"))


def _show_result(result: ActionResult) -> str:
    """Go to the selection of the result, rendered again even where its address stays the same; return the message."""
    if result.next_selection is not None:
        query = result.next_selection.to_query()
        set_props(ids.URL, {"search": f"?{query}" if query else ""})
        set_props(ids.VIEWPORT, {"data": uuid.uuid4().hex})
        set_props(ids.ACTION_TOAST, {"is_open": True, "children": result.message})
    return result.message


def _form(values: Sequence[str | None]) -> ScenarioForm:
    name, who, search, changes = values
    return ScenarioForm((name or "").strip(), (who or "").strip(), search or "", changes)


def _require(text: str, otherwise: str) -> str:
    if not text:
        raise UsageError(otherwise)
    return text
