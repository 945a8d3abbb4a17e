"""Elements of our own (`assets/parts.js`): contents that need nothing of Dash travel as HTML text, not as components.

Every component of Dash costs the browser a place in its store, asked about on each change of anything. A page is some six
hundred elements, of which a handful answer to callbacks; the others are one text to their panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from layouts.markup import is_static, to_html

Props = Mapping[tuple[str, str], Any]


class _Own(Component):
    """A component of `assets/parts.js`."""

    _namespace = "cockpit_parts"
    _children_props: list[str] = []
    _base_nodes: list[str] = ["children"]
    _valid_wildcard_attributes: list[str] = ["data-", "aria-"]
    available_wildcard_properties: list[str] = ["data-", "aria-"]


class Part(_Own):
    """An element of the page whose ``children`` an answer may replace. ``tag``: which element it is."""

    _type = "Part"
    _prop_names: list[str] = ["id", "children", "tag", "className", "role", "tabIndex"]

    def __init__(self, children: Any = None, tag: str = "div", **more: Any) -> None:
        super().__init__(children=children, tag=tag, **more)

    def to_plotly_json(self) -> dict[str, Any]:
        """As Dash sends it."""
        told: dict[str, Any] = super().to_plotly_json()
        told["props"] |= contents(told["props"].pop("children", None))
        return told


class Chart(_Own):
    """A chart that fills its box: ``figure`` as Plotly takes it."""

    _type = "Chart"
    _prop_names: list[str] = ["id", "figure", "config"]


class Painter(_Own):
    """Nothing to see: what it is given (`painting`) it sets wherever that isn't shown already."""

    _type = "Painter"
    _prop_names: list[str] = ["id", "painting"]


def contents(children: Any) -> dict[str, Any]:
    """The properties of a ``Part`` that shows ``children``."""
    return {"html": to_html(children)} if is_static(children) else {"html": None, "children": children}


def painting(props: Props, *, anew: bool = False) -> dict[str, Any]:
    """What a ``Painter`` takes: properties by component, ``children`` as a part's. ``anew``: the page itself was replaced."""
    found: dict[str, dict[str, Any]] = {}
    for (component, prop), value in props.items():
        found.setdefault(component, {}).update(contents(value) if prop == "children" else {prop: value})
    return {"anew": anew, "parts": found}
