"""Components as HTML text: for what needs nothing of Dash in the browser (the wall, its remote, the contents of panels)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from html import escape
from typing import Any

from dash.development.base_component import Component
from markupsafe import Markup

from layouts.ui import ids, svg

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
_Element = tuple[str, str, bool]


def is_element(component: Any) -> bool:
    """Whether a component is an element of HTML or SVG, and not one of a library."""
    return component._namespace in _ELEMENTS


def is_static(node: Any) -> bool:
    """Whether a component tree is nothing but elements and text: no component of a library, none that a callback may name."""
    return static_html(node) is not None


def static_html(node: Any) -> str | None:
    """Return a component tree as HTML where it is static (``is_static``), else ``None``."""
    written: list[str] = []
    try:
        _write(node, written.append, True)
    except _NotStaticError:
        return None
    return "".join(written)


def as_markup(content: Any) -> Markup:
    """Return contents as safe HTML: HTML stays, text is escaped, a tree of elements is written."""
    if isinstance(content, Markup):
        return content
    text = static_html(content)
    if text is None:
        raise TypeError("components of Dash stand in a panel of their own kind")
    return Markup(text)


def to_html(node: Any) -> str:
    """Return a component tree as HTML; text is escaped, so names from a workbook stay text."""
    written: list[str] = []
    _write(node, written.append, False)
    return "".join(written)


class _NotStaticError(Exception):
    """A component that Dash must know of."""


def _write(node: Any, write: _Write, checked: bool) -> None:
    """Return a page is six hundred elements: what depends on a type or a name alone is looked up, not found out again."""
    kind = type(node)
    if kind is str:
        write(escape(node, quote=False) if _to_be_escaped(node) else node)
    elif kind is Markup:
        write(node)
    elif kind is list or kind is tuple:
        for child in node:
            _write(child, write, checked)
    elif node is not None and kind is not bool:
        element = _element(kind)
        if element is None:
            write(escape(str(node), quote=False))
        else:
            _write_component(node.__dict__, element, write, checked)


def _write_component(given: Mapping[str, Any], element: _Element, write: _Write, checked: bool) -> None:
    begin, end, is_ours = element
    if checked and not (is_ours and ("id" not in given or _is_unnamed(given["id"]))):
        raise _NotStaticError
    children = None
    for name, value in given.items():
        if name == "children":
            children = value
        elif value is None or value is False:
            continue
        elif name == "className" and type(value) is str:
            begin += _class(value)
        elif attribute := _attribute(name):
            begin += attribute if value is True else f'{attribute}="{_quoted(name, value)}"'
    if not end:
        write(begin + ">")
    elif type(children) is str:
        write(f"{begin}>{escape(children, quote=False) if _to_be_escaped(children) else children}{end}")
    else:
        write(begin + ">")
        _write(children, write, checked)
        write(end)


def _quoted(name: str, value: Any) -> str:
    """Return a value as it stands between quotes."""
    if name == "style":
        value = ";".join([f"{_css_name(k)}:{v}" for k, v in value.items()])
    text = value if type(value) is str else str(value)
    return escape(text) if _to_be_escaped(text) else text


@lru_cache(1024)
def _class(names: str) -> str:
    """Return the attribute for these classes: a page has some hundred of them, again and again."""
    return f' class="{escape(names)}"'


def _is_unnamed(identity: Any) -> bool:
    return isinstance(identity, str) and identity not in ids.NAMED


@cache
def _element(kind: type) -> _Element | None:
    """Begin (without its bracket) and end of an element (what is void has none), and whether it is one of HTML or SVG.

    ``None`` for what is no component.
    """
    if not issubclass(kind, Component):
        return None
    tag = kind.__name__.lower()
    return f"<{tag}", "" if tag in _VOID else f"</{tag}>", kind._namespace in _ELEMENTS


@cache
def _attribute(name: str) -> str:
    """Return the name as markup has it, a blank before it; '' for what is no attribute."""
    return "" if name in _INSIDE or name.startswith("_") else f" {_RENAMED.get(name, name)}"


@cache
def _css_name(name: str) -> str:
    """``fontSize`` -> ``font-size``."""
    return re.sub("[A-Z]", lambda x: "-" + x[0].lower(), name)
