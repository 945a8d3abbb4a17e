"""Access to what was rendered: component trees, and HTML parsed to a tree alike."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser

from markupsafe import Markup

_VOID = {"br", "col", "hr", "img", "input", "link", "meta"}
_DASH_NAMES = {"class": "className", "for": "htmlFor", "tabindex": "tabIndex", "colspan": "colSpan", "viewbox": "viewBox"}


class Element:
    """An element of HTML, with the property names of Dash's."""

    def __init__(self, tag, attributes):
        self.tag = tag
        self.children = []
        self.properties = {}
        for name, value in attributes:
            if name == "style":
                pairs = (rule.split(":", 1) for rule in (value or "").split(";") if rule.strip())
                value = {_camel(key.strip()): text.strip() for key, text in pairs}
            self.properties[_DASH_NAMES.get(name, name)] = True if value is None else value

    @property
    def className(self):
        """Class names; "" where the attribute is missing, as in a browser."""
        return self.properties.get("className", "")

    def __getattr__(self, name):
        try:
            return self.__dict__["properties"][name]
        except KeyError:
            raise AttributeError(name) from None

    def to_plotly_json(self):
        """Return what the method of a Dash component returns."""
        return {"type": self.tag.capitalize(), "props": {**self.properties, "children": self.children}}

    def __repr__(self):
        return f"<{self.tag} {self.properties}>"


@cache
def _kind(tag):
    """Return a class for the tag, named as Dash names it: ``H3``, ``Td``."""
    return type(tag.capitalize(), (Element,), {})


def _camel(name):
    if name.startswith("--"):
        return name
    first, *others = name.split("-")
    return first + "".join(part.capitalize() for part in others)


class _Parser(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("", [])
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = _kind(tag)(tag, attrs)
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(_kind(tag)(tag, attrs))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parse(html):
    """Parse HTML to a list of elements and texts; every element must be closed by its own end tag."""
    parser = _Parser()
    parser.feed(str(html))
    parser.close()
    assert len(parser.open) == 1, f"not closed: {parser.open[1:]}"
    return parser.root.children


def walk(component):
    """Yield the component and all below it."""
    if isinstance(component, Markup):
        yield from walk(parse(component))
    elif isinstance(component, list | tuple):
        for child in component:
            yield from walk(child)
    elif component is not None:
        yield component
        yield from walk(getattr(component, "html", None))
        yield from walk(getattr(component, "children", None))


def text_of(component):
    """Return all text, joined."""
    return "".join(str(c) for c in walk(component) if isinstance(c, str | int | float) and not isinstance(c, Markup))


def with_class(component, name):
    """Return the components that have the class."""
    return [c for c in walk(component) if name in (getattr(c, "className", None) or "").split()]


def attribute(component, name):
    """Return a property, hyphenated ones too; of HTML, that of its outer element."""
    if isinstance(component, Markup):
        [component] = parse(component)
    return component.to_plotly_json()["props"].get(name)


def kpi_text(panel, name):
    """Return all text of the KPI with the name in a panel's contents."""
    [kpi] = [c for c in with_class(panel.body, "kpi") if text_of(with_class(c, "kpi-name")) == name]
    return text_of(kpi)


def elements(component, tag):
    """Return the elements of HTML with the tag."""
    return [node for node in walk(component) if getattr(node, "tag", None) == tag]
