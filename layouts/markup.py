"""Components as HTML text: for what needs nothing of Dash in the browser (the wall, its remote, the contents of panels)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
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
#: Most texts need no escaping; one look tells.
_to_be_escaped = re.compile("[&<>\"']").search
_Write = Callable[[str], None]


def is_element(component: Any) -> bool:
    """Whether a component is an element of HTML or SVG, and not one of a library."""
    return component._namespace in _ELEMENTS


def is_static(node: Any) -> bool:
    """Whether a component tree is nothing but elements and text: no component of a library, none that a callback may name."""
    return static_html(node) is not None


def static_html(node: Any) -> str | None:
    """A component tree as HTML where it is static (``is_static``), else ``None``."""
    written: list[str] = []
    try:
        _write(node, written.append, checked=True)
    except _NotStaticError:
        return None
    return "".join(written)


def to_html(node: Any) -> str:
    """A component tree as HTML; text is escaped, so names from a workbook stay text."""
    written: list[str] = []
    _write(node, written.append, checked=False)
    return "".join(written)


class _NotStaticError(Exception):
    """A component that Dash must know of."""


def _write(node: Any, write: _Write, *, checked: bool) -> None:
    if isinstance(node, str):
        write(escape(node, quote=False) if _to_be_escaped(node) else node)
    elif isinstance(node, list | tuple):
        for child in node:
            _write(child, write, checked=checked)
    elif hasattr(node, "to_plotly_json"):
        _write_component(node, write, checked=checked)
    elif node is not None and not isinstance(node, bool):
        write(escape(str(node), quote=False))


def _write_component(component: Any, write: _Write, *, checked: bool) -> None:
    given = vars(component)
    if checked and not (is_element(component) and _is_unnamed(given.get("id", ""))):
        raise _NotStaticError
    begin, end = _tags(type(component))
    write(begin)
    for name, value in given.items():
        if name not in _INSIDE and name[0] != "_":
            write(_attribute(name, value))
    write(">")
    if end:
        _write(given.get("children"), write, checked=checked)
        write(end)


def _is_unnamed(identity: Any) -> bool:
    return isinstance(identity, str) and identity not in ids.NAMED


@cache
def _tags(kind: type) -> tuple[str, str]:
    """Begin (without its bracket) and end of an element; what is void has no end."""
    tag = kind.__name__.lower()
    return f"<{tag}", "" if tag in _VOID else f"</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = _RENAMED.get(name, name)
    if value is True:
        return f" {name}"
    if name == "style":
        value = ";".join(f"{_css_name(k)}:{v}" for k, v in value.items())
    text = str(value)
    return f' {name}="{escape(text) if _to_be_escaped(text) else text}"'


@cache
def _css_name(name: str) -> str:
    """``fontSize`` -> ``font-size``."""
    return re.sub("[A-Z]", lambda x: "-" + x[0].lower(), name)
