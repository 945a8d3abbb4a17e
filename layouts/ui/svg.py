"""Elements of SVG inside a page, as light as `layouts/ui/html.py`'s. They are always written as text (`layouts/ui/markup.py`)."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

NAMESPACE = "svg"
_SHARED = ["children", "className", "style"]
_WILDCARDS = ["data-", "aria-"]


class _Element(Component):
    """An element with its properties as they are given."""

    _namespace = NAMESPACE
    _valid_wildcard_attributes = available_wildcard_properties = _WILDCARDS

    def __init__(self, children: Any = None, **given: Any) -> None:
        given["children"] = children
        self.__dict__ = given


class Svg(_Element):
    """The picture; ``viewBox`` is what its lengths are counted in."""

    _type, _prop_names = "Svg", [*_SHARED, "viewBox", "preserveAspectRatio", "role"]


class G(_Element):
    """A group of shapes."""

    _type, _prop_names = "G", _SHARED


class A(_Element):
    """A link around shapes."""

    _type, _prop_names = "A", [*_SHARED, "href"]


class Path(_Element):
    """A shape; ``d`` are its lines."""

    _type, _prop_names = "Path", [*_SHARED, "d"]
