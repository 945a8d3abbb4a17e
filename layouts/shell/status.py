"""Navigation, freshness and notices in the frame."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from cockpit.analysis.provenance import Freshness
from cockpit.district.district import District
from cockpit.formatting import format_local_time
from cockpit.selection import Selection
from layouts.ui.templates import render


def navigation(tab: str, selection: Selection, district: District, pages: Sequence[tuple[str, str, str]]) -> Markup:
    """Render links to ``pages`` (tab, label, path), with the filters kept; ``tab`` is the current one.

    A path that ends in ``/`` leads to the first chain's page.
    """
    first_chain = district.chains[0].key if district.chains else ""
    links = []
    for key, label, path in pages:
        target = f"{path}{first_chain}" if path.endswith("/") and path != "/" else path
        # A link to the first of several pages (chains) drops what is specific to one page.
        linked = selection if target == path and key == tab else selection.shared
        links.append((label, linked.href(target), key == tab))
    return render("shell/navigation.html", links=links)


def freshness_badge(freshness: Freshness) -> Markup:
    """Render the newest month of the data, and when they were published."""
    return render("shell/freshness.html", freshness=freshness)


def notices(texts: Sequence[str], freshness: Freshness, unreachable_since: datetime | None = None) -> Markup:
    """Render notices: overdue data, a database that is silent (since when, UTC), parts of the address that were ignored."""
    since = unreachable_since and format_local_time(unreachable_since)
    return render("shell/notices.html", texts=texts, freshness=freshness, since=since)
