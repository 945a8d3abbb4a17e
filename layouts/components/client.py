"""The cockpit's own Dash components, which `assets/base/components.js` implements in the browser.

They are declared as Dash's component generator declares them (docs/decisions/0019). Contents that need nothing of Dash are
HTML in a ``Fragment``: each component of Dash costs the browser an entry in its store, which every change searches; a page
has some six hundred elements, of which a handful take part in callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component
from markupsafe import Markup, escape

#: (component id, property) -> value.
Props = Mapping[tuple[str, str], Any]

_NAMESPACE = "cockpit_components"
_FRAGMENT_PROPS = ["id", "html", "tag", "className", "role", "tabIndex", "attributes"]
_NEAR_VIEWPORT_PROPS = ["id", "children", "className", "target", "requires"]
_TOAST_PROPS = ["id", "children", "header", "is_open", "duration", "className", "action"]
_PATCHER_PROPS = ["id", "patch"]
_WILDCARDS = ["data-", "aria-"]


class Fragment(Component):
    """An element with safe HTML in it, which a change of ``html`` morphs node by node (idiomorph).

    ``tag``: name of the element; ``attributes``: its further attributes. Raises ``TypeError`` for anything but text as ``html``.
    """

    _namespace, _type, _prop_names = _NAMESPACE, "Fragment", _FRAGMENT_PROPS
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS

    def __init__(self, html: Markup | str = "", tag: str = "div", **props: Any) -> None:
        if not isinstance(html, str):
            raise TypeError(f"{type(html).__name__} is no HTML: components stand in a panel of their own kind")
        super().__init__(html=escape(html), tag=tag, **props)  # type: ignore[no-untyped-call]  # Dash's base has no types


class NearViewport(Component):
    """Renders its children once they come near the screen; until then changes of the component ``target`` wait.

    ``requires``: names of libraries that are loaded first (`assets/base/lazy_libraries.js`).
    """

    _namespace, _type, _prop_names = _NAMESPACE, "NearViewport", _NEAR_VIEWPORT_PROPS
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS

    def __init__(self, children: Component, target: str, **props: Any) -> None:
        super().__init__(children=children, target=target, **props)  # type: ignore[no-untyped-call]  # Dash's base has no types


class Toast(Component):
    """A message in the corner while ``is_open``; it can be closed, and closes by itself after ``duration`` ms.

    ``action``: label of a button that requests the page again; '' for none.
    """

    _namespace, _type, _prop_names = _NAMESPACE, "Toast", _TOAST_PROPS
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS

    def __init__(self, children: str = "", **props: Any) -> None:
        super().__init__(children=children, **props)  # type: ignore[no-untyped-call]  # Dash's base has no types


class PropsPatcher(Component):
    """Nothing to see: sets the properties in ``patch`` (component id -> property -> value) at once, where they differ."""

    _namespace, _type, _prop_names = _NAMESPACE, "PropsPatcher", _PATCHER_PROPS
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS

    def __init__(self, **props: Any) -> None:
        super().__init__(**props)  # type: ignore[no-untyped-call]  # Dash's base has no types


def build_patch(props: Props) -> dict[str, dict[str, Any]]:
    """Build what a ``PropsPatcher`` takes from the properties to be set."""
    patch: dict[str, dict[str, Any]] = {}
    for (component, prop), value in props.items():
        patch.setdefault(component, {})[prop] = value
    return patch
