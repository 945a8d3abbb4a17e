"""Axes that several figures share: months below, and grid lines behind values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from cockpit.calendar import months as m
from layouts.ui.theme import Viewport

#: Months that a third of a wide screen, or a phone, can label; and those of a wider figure.
FEW_LABELS, MANY_LABELS = 6, 14


def crosses_years(months: Sequence[int]) -> bool:
    """Return whether the months (yyyymm, rising, at least one) are of several years."""
    return m.year_of(months[0]) != m.year_of(months[-1])


def month_label(month: int, covered: int = 1) -> str:
    """Format a month (yyyymm) as 3月, or as 1—3月 when it covers three months."""
    last = m.number_of(month)
    return f"{m.number_of(m.shift(month, 1 - covered))}—{last}月" if covered > 1 else f"{last}月"


def label_step(count: int, most: int) -> int:
    """Return the step between labels of ``count`` columns, where ``most`` of them fit."""
    return max(1, math.ceil(count / most))


def month_ticks(
    months: Sequence[int], labels: Sequence[str] | None = None, *, step: int = 1, short_years: bool = True
) -> list[str]:
    """Format the text under each month, '' between every ``step``-th; the last one always has its label.

    Where the months are of several years, the year is under the first label of each. ``labels``: instead of ``month_label``.
    """
    has_years, labelled_year, texts = crosses_years(months), 0, []
    for i, month in enumerate(months):
        if (len(months) - 1 - i) % step:
            texts.append("")
            continue
        year, label = m.year_of(month), labels[i] if labels else month_label(month)
        year_text = f"{year % 100:02d}年" if short_years else f"{year}年"
        texts.append(f"{label}<br>{year_text}" if has_years and year != labelled_year else label)
        labelled_year = year
    return texts


def month_axis(ticks: Sequence[str], *, padding: float = 0.5, anchor: str = "y") -> dict[str, Any]:
    """Build the x axis of one column per month, from ``month_ticks``; ``padding``: room at both ends, in columns."""
    end = len(ticks) - 1
    return {
        "range": [-padding, end + padding],
        "tickvals": list(range(len(ticks))),
        "ticktext": list(ticks),
        "anchor": anchor,
        "tickangle": 0,
    }


def tick_height(months: Sequence[int], viewport: Viewport) -> float:
    """Return the room in pixels that ``month_ticks`` need below a figure."""
    return viewport.px(40 if crosses_years(months) else 24)


def value_grid(viewport: Viewport, *, ticks: int = 4, whole_to: float = math.inf) -> dict[str, Any]:
    """Build the properties of a value axis with grid lines at about ``ticks`` values.

    ``whole_to``: the greatest value of an axis of things that are counted, of which there is no half.
    """
    return {
        **({"dtick": 1} if whole_to <= ticks else {}),
        "showgrid": True,
        "gridcolor": viewport.token("line"),
        "gridwidth": viewport.px(1),
        "nticks": ticks,
        "separatethousands": True,
    }
