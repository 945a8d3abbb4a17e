"""Components of our own (`assets/parts.js`): contents that need nothing of Dash travel as HTML text, not as components.

Every component of Dash costs the browser a place in its store, asked about on each change of anything. A page is some six
hundred elements, of which a handful answer to callbacks; the others are one text to their panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from dash.development.base_component import Component

from layouts.ui.markup import is_element, is_static, static_html

Props = Mapping[tuple[str, str], Any]

#: Where `assets/parts.js` puts the components, and what each of them takes.
_PLACE = "cockpit_parts"
_PART = ["id", "children", "tag", "className", "role", "tabIndex", "attributes"]
_CHART = ["id", "figure", "config"]
_TOAST = ["id", "children", "header", "is_open", "duration", "className"]
_PAINTER = ["id", "painting"]
_WILDCARDS = ["data-", "aria-"]


class Part(Component):
    """An element of the page whose ``children`` an answer may replace. ``tag``: which element it is; ``attributes``: more."""

    _namespace, _type, _prop_names = _PLACE, "Part", _PART
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS

    def __init__(self, children: Any = None, tag: str = "div", **more: Any) -> None:
        super().__init__(children=children, tag=tag, **more)

    def to_plotly_json(self) -> dict[str, Any]:
        """As Dash sends it."""
        told: dict[str, Any] = super().to_plotly_json()
        told["props"] |= contents(told["props"].pop("children", None))
        return told


class Chart(Component):
    """A chart that fills its box: ``figure`` as Plotly takes it."""

    _namespace, _type, _prop_names = _PLACE, "Chart", _CHART
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS


class Toast(Component):
    """Words in the corner while ``is_open``; they can be closed, and close by themselves after ``duration`` ms."""

    _namespace, _type, _prop_names = _PLACE, "Toast", _TOAST
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS


class Painter(Component):
    """Nothing to see: what it is given (`painting`) it sets wherever it isn't so already."""

    _namespace, _type, _prop_names = _PLACE, "Painter", _PAINTER
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS


class Written(Component):
    """A tree of components as it was written before (``told``: its JSON)."""

    _namespace, _type, _prop_names = _PLACE, "Part", _PART

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__()
        self._told = told

    def to_plotly_json(self) -> dict[str, Any]:
        """As it was written."""
        return self._told


def contents(children: Any) -> dict[str, Any]:
    """The properties of a ``Part`` that shows ``children``."""
    written = static_html(children)
    return {"html": None, "children": _light(children)} if written is None else {"html": written}


def _light(node: Any) -> Any:
    """The same tree with a part for each branch that nothing but elements and text grows on."""
    if isinstance(node, list | tuple):
        return [_light(child) for child in node]
    if not isinstance(node, Component) or not is_element(node):
        return node
    children = getattr(node, "children", None)
    if is_static(node):
        given = {name: value for name, value in node.to_plotly_json()["props"].items() if name != "children"}
        return Part(children, type(node).__name__.lower(), attributes=given)
    made = copy(node)
    made.children = _light(children)
    return made


def painting(props: Props) -> dict[str, dict[str, Any]]:
    """What a ``Painter`` takes: properties by component, ``children`` as a part's."""
    found: dict[str, dict[str, Any]] = {}
    for (component, prop), value in props.items():
        found.setdefault(component, {}).update(contents(value) if prop == "children" else {prop: value})
    return found
