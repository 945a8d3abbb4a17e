"""Components as HTML text: for what needs nothing of Dash in the browser (the wall, its remote, the contents of panels)."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from layouts import ids, svg

_ELEMENTS = {"dash_html_components", svg.NAMESPACE}
_VOID = {"img", "br", "hr", "input", "meta", "link"}
#: What stands in a component beside its attributes.
_INSIDE = {"children", "available_properties", "available_wildcard_properties"}
_RENAMED = {
    "key": "data-key",
    "className": "class",
    "htmlFor": "for",
    "tabIndex": "tabindex",
    "colSpan": "colspan",
    "autoPlay": "autoplay",
}


def is_static(node: Any) -> bool:
    """Whether a component tree is nothing but elements and text: no component of a library, none that a callback may name."""
    if isinstance(node, list | tuple):
        return all(map(is_static, node))
    if not hasattr(node, "to_plotly_json"):
        return True
    identity = getattr(node, "id", "")
    is_named = not isinstance(identity, str) or identity in ids.NAMED
    return is_element(node) and not is_named and is_static(getattr(node, "children", None))


def is_element(component: Any) -> bool:
    """Whether a component is an element of HTML or SVG, and not one of a library."""
    return component._namespace in _ELEMENTS


def to_html(node: Any) -> str:
    """A component tree as HTML; text is escaped, so names from a workbook stay text."""
    if node is None or isinstance(node, bool):
        return ""
    if isinstance(node, list | tuple):
        return "".join(map(to_html, node))
    if not hasattr(node, "to_plotly_json"):
        return escape(str(node), quote=False)
    tag = type(node).__name__.lower()
    given = vars(node)
    attributes = "".join(_attribute(name, value) for name, value in given.items() if name[0] != "_" and name not in _INSIDE)
    if tag in _VOID:
        return f"<{tag}{attributes}>"
    return f"<{tag}{attributes}>{to_html(given.get('children'))}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = _RENAMED.get(name, name)
    if value is True:
        return f" {name}"
    if name == "style":
        value = ";".join(f"{re.sub('[A-Z]', lambda x: '-' + x[0].lower(), k)}:{v}" for k, v in value.items())
    return f' {name}="{escape(str(value))}"'
