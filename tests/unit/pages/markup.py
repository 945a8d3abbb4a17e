"""Reading component trees in tests."""

from __future__ import annotations


def walk(component):
    """The component and all below it."""
    if isinstance(component, list | tuple):
        for child in component:
            yield from walk(child)
    elif component is not None:
        yield component
        yield from walk(getattr(component, "children", None))


def words(component):
    """All text, joined."""
    return "".join(str(c) for c in walk(component) if isinstance(c, str | int | float))


def classed(component, name):
    """Components that have the class."""
    return [c for c in walk(component) if name in (getattr(c, "className", None) or "").split()]


def attribute(component, name):
    """A property, hyphenated ones too."""
    return component.to_plotly_json()["props"].get(name)
