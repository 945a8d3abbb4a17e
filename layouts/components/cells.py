"""Key values that aren't metrics of the catalogue: cells like those of the KPI strip, without sparkline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from layouts.ui.templates import NOTHING, render


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. ``definition``: its 口径; ``versus`` follows ``change``; ``note``: a line below; ``href``: link of the value.

    ``scope``: mark of a value that isn't of what is selected: 全区, 未按行业筛选.
    """

    name: str
    text: str
    unit: str
    definition: str
    change: Markup = NOTHING
    versus: str = ""
    note: Markup | str = ""
    href: str = ""
    scope: str = ""


def cells(values: Sequence[Cell]) -> Markup:
    """Render the cells in one row; they wrap on narrow screens."""
    return render("components/cells.html", cells=values)
