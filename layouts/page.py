"""A page: a key, a title, and panels that are each computed and rendered on their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from layouts.components.panel import PanelSpec


class Filters(StrEnum):
    """The parts of the filter row."""

    TOWN = "town"
    INDUSTRY = "industry"
    PERIOD = "period"
    COMPARE = "compare"
    COMPARABLE = "comparable"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of panels, which appear in this order on a phone. ``tab``: key of its entry in the navigation.

    ``filters``: parts of the filter row that change something here. ``cacheable``: it shows published data alone, so that a
    response is valid until the data version or the day changes.
    """

    key: str
    title: str
    panels: tuple[PanelSpec, ...]
    tab: str
    cacheable: bool = True
    filters: frozenset[Filters] = frozenset(Filters)
