"""What the frame says of where we are and how fresh the data are: navigation, freshness, notices."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from cockpit.analysis.provenance import Freshness
from cockpit.district.district import District
from cockpit.selection import Selection
from layouts.ui.templates import render


def navigation(tab: str, selection: Selection, district: District, pages: Sequence[tuple[str, str, str]]) -> Markup:
    """Render links to ``pages`` (tab, label, path), with the filters kept; ``tab`` is where we are.

    A path that ends in ``/`` leads to the first chain's page.
    """
    first_chain = district.chains[0].key if district.chains else ""
    links = []
    for key, label, path in pages:
        target = f"{path}{first_chain}" if path.endswith("/") and path != "/" else path
        # What leads to the first of several pages (chains) takes along nothing that is one page's own.
        linked = selection if target == path and key == tab else selection.shared
        links.append((label, linked.href(target), key == tab))
    return render("shell/navigation.html", links=links)


def freshness_badge(freshness: Freshness) -> Markup:
    """Render the newest month of the data, and when they were published."""
    return render("shell/freshness.html", freshness=freshness)


def notices(texts: Sequence[str], freshness: Freshness) -> Markup:
    """Render what the reader must know: data that are overdue, parts of the link that were ignored."""
    return render("shell/notices.html", texts=texts, freshness=freshness)
