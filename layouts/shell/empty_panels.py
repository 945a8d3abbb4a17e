"""A page says once why several of its panels are empty, and shows no panel that has nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from layouts.components.panel import EmptyState, Panel, PanelContents, PanelFrame, empty, publish_hint

_UNPUBLISHED = "unpublished"


def merge_empty(panels: Sequence[Panel]) -> list[Panel]:
    """Return the panels with those that are empty for the same reason as one, in the place of the first of them.

    It takes the page's width and names them all; controls stay for when there is something again. What was never published
    is one reason, whatever the sheets: the panel says which are missing. Panels without any contents are hidden.
    """
    groups: dict[str, list[Panel]] = {}
    for panel in panels:
        if state := _state(panel.contents):
            groups.setdefault(_UNPUBLISHED if state.is_unpublished else str(state), []).append(panel)
    merged: dict[str, PanelContents] = {}
    for members in groups.values():
        if len(members) > 1:
            first, *others = members
            merged[first.spec.key] = _merge(members)
            merged |= {panel.spec.key: _hidden(panel) for panel in others}
    return [Panel(panel.spec, merged.get(panel.spec.key) or _hidden_if_blank(panel.contents)) for panel in panels]


def _state(contents: PanelContents) -> EmptyState | None:
    """Return why a panel shows nothing; ``None`` for one that shows something."""
    shows_nothing = contents.figure is None and not contents.svg and not contents.fault
    return contents.body if shows_nothing and isinstance(contents.body, EmptyState) else None


def _merge(panels: Sequence[Panel]) -> PanelContents:
    states = [state for panel in panels if (state := _state(panel.contents))]
    body = empty(
        "，".join(_distinct(s.fact for s in states)), _hints(states), states[0].link, is_unpublished=states[0].is_unpublished
    )
    title = "、".join(_distinct(panel.contents.title or panel.spec.title for panel in panels))
    first = panels[0].contents
    return PanelContents(body, title=title, caption=first.caption, controls=first.controls, frame=PanelFrame.WHOLE_ROW)


def _hidden(panel: Panel) -> PanelContents:
    return PanelContents(title=panel.spec.title, controls=panel.contents.controls, frame=PanelFrame.HIDDEN)


def _hints(states: Sequence[EmptyState]) -> tuple[str, ...]:
    """Say for each missing sheet once what it would show, and what else there is to do."""
    shows: dict[str, list[str]] = {}
    for state in states:
        if state.sheet and state.shows not in shows.setdefault(state.sheet, []):
            shows[state.sheet].append(state.shows)
    to_publish = [publish_hint(sheet, "，以及".join(texts)) for sheet, texts in shows.items()]
    return _distinct([*to_publish, *(hint for state in states if not state.sheet for hint in state.hints)])


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _hidden_if_blank(contents: PanelContents) -> PanelContents:
    parts = (contents.body, contents.figure, contents.svg, contents.controls, contents.insight, contents.tools)
    is_blank = not any(part is not None and len(part) for part in parts)
    return replace(contents, frame=PanelFrame.HIDDEN) if is_blank else contents
