"""The elements of HTML, as Dash has them, without what they check on every call: a page makes six hundred of them.

A name that Dash doesn't know is found by the tests (``tests/app/test_elements.py``) and not while a page is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

if TYPE_CHECKING:
    from dash.html import (
        H1,
        H2,
        H3,
        H4,
        A,
        B,
        Br,
        Button,
        Col,
        Colgroup,
        Dd,
        Details,
        Div,
        Dl,
        Dt,
        Header,
        I,
        Img,
        Label,
        Li,
        Main,
        Nav,
        Ol,
        P,
        Section,
        Span,
        Summary,
        Table,
        Tbody,
        Td,
        Tfoot,
        Th,
        Thead,
        Tr,
        U,
        Ul,
    )


#: What Dash makes anew for each element.
_FIXED = ("_prop_names", "_valid_wildcard_attributes", "available_wildcard_properties")


def _light(made: type) -> type:
    """Return the element with its properties as they are given."""
    usual = made()

    def take(self: Any, children: Any = None, **given: Any) -> None:
        given["children"] = children
        self.__dict__ = given

    fixed = {name: getattr(usual, name) for name in _FIXED}
    # Dash enters the classes of other modules in its list of libraries, these are its own.
    return type(made.__name__, (made,), {"__module__": "builtins", "__init__": take, **fixed})


__all__ = [
    "H1",
    "H2",
    "H3",
    "H4",
    "A",
    "B",
    "Br",
    "Button",
    "Col",
    "Colgroup",
    "Dd",
    "Details",
    "Div",
    "Dl",
    "Dt",
    "Header",
    "I",
    "Img",
    "Label",
    "Li",
    "Main",
    "Nav",
    "Ol",
    "P",
    "Section",
    "Span",
    "Summary",
    "Table",
    "Tbody",
    "Td",
    "Tfoot",
    "Th",
    "Thead",
    "Tr",
    "U",
    "Ul",
]

if not TYPE_CHECKING:
    globals().update({name: _light(getattr(html, name)) for name in __all__})
