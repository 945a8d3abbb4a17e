"""Every page with figures, by its address; the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from cockpit.district.district import District
from cockpit.selection import Selection, View
from layouts.chain import lists as chain_lists
from layouts.chain import page as chain
from layouts.chain.tabs import chain_key
from layouts.enterprise import page as enterprise
from layouts.green import page as green
from layouts.innovation import page as innovation
from layouts.land import page as land
from layouts.land import what_if
from layouts.overview import page as overview
from layouts.page import Page
from layouts.platform import page as platform
from layouts.projects import page as projects
from layouts.remediation import page as remediation
from layouts.space import page as space

#: (tab, label, path) of the pages in the navigation, in order. A path that ends in / leads to the first chain.
NAVIGATION = (
    ("overview", "总览", "/"),
    ("chain", "产业链", "/chain/"),
    ("land", "亩均效益", "/land"),
    ("projects", "项目", "/projects"),
    ("space", "空间", "/space"),
    ("innovation", "创新人才", "/innovation"),
    ("glossary", "口径", "/glossary"),
)
_CHAIN = "/chain/"
#: Path (or its beginning) -> view -> page; a view that a page lacks shows its first.
_PAGES: Mapping[str, Mapping[View, Page]] = {
    "/": {View.RESULT: overview.PAGE},
    "/land": {View.RESULT: land.PAGE, View.WHAT_IF: what_if.PAGE, View.REMEDIATION: remediation.PAGE},
    "/projects": {View.RESULT: projects.PAGE},
    "/space": {View.RESULT: space.PAGE},
    "/innovation": {View.RESULT: innovation.PAGE},
    # Views of one chain only (时尚E家, 绿色能源) are offered where the district pack says so.
    "/chain/": {
        View.RESULT: chain.PAGE,
        View.LISTS: chain_lists.PAGE,
        View.PLATFORM: platform.PAGE,
        View.GREEN: green.PAGE,
    },
    "/enterprise/": {View.RESULT: enterprise.PAGE},
}


def canonical_path(path: str, district: District) -> str:
    """Return a path as the browser sends it (percent-encoded) as text, a chain's by its key instead of one of its names."""
    text = unquote(path)
    chain = district.find_chain(text.removeprefix(_CHAIN).rstrip("/")) if text.startswith(_CHAIN) else None
    return f"{_CHAIN}{chain.key}" if chain else text


def exists(path: str, district: District) -> bool:
    """Return whether there is a page at a canonical path: one with figures, or the glossary."""
    return is_glossary(path) or page_of(path, Selection(), district) is not None


def is_glossary(path: str) -> bool:
    """Return whether the path is that of the glossary, the one page without figures."""
    return path.rstrip("/") == "/glossary"


def page_of(path: str, selection: Selection, district: District) -> Page | None:
    """Return the page of a path and view; ``None`` for a path without figures."""
    if path.startswith("/chain/") and chain_key(path) not in {c.key for c in district.chains}:
        return None
    prefix = next((prefix for prefix in ("/chain/", "/enterprise/") if path.startswith(prefix)), path.rstrip("/") or "/")
    views = _PAGES.get(prefix)
    return views.get(selection.view, views[View.RESULT]) if views else None


def on_page(selection: Selection, path: str) -> Selection:
    """Restrict a selection to what the page of ``path`` shows: a chain's page that chain, a firm's that firm."""
    if path.startswith("/chain/"):
        return selection.replace(chains=(chain_key(path),))
    if path.startswith("/enterprise/"):
        return enterprise.selection_of_firm(selection, path)
    return selection.replace(stages=())
