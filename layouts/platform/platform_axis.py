"""What the figures of 时尚E家 share: months below, the first line of tooltips, labels at the ends of lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from cockpit.calendar import months as m
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.annotations import note, raise_labels
from layouts.charts.axes import FEW_LABELS, label_step, month_axis, month_label, month_ticks, tick_height
from layouts.ui.theme import Viewport


class EndLabel(NamedTuple):
    """A label at the end of a line: its text, the last value, and the token of its colour; that of ``t1`` is bold."""

    text: str
    value: float
    token: str


def platform_axis(points: Sequence[PlatformMonth], anchor: str = "y") -> dict[str, Any]:
    """Build the axis of months; the last one is always labelled."""
    labels = [month_label(point.month, point.covered) for point in points]
    ticks = month_ticks([point.month for point in points], labels, step=label_step(len(points), FEW_LABELS))
    return month_axis(ticks, padding=0.6, anchor=anchor)


def margins(points: Sequence[PlatformMonth], viewport: Viewport, *, left: float, right: float, top: float) -> dict[str, float]:
    """Build the margins of a figure from pixels of the 1920 design; that below has room for the months."""
    sides = {"l": viewport.px(left), "r": viewport.px(right), "t": viewport.px(top)}
    return {**sides, "b": tick_height([point.month for point in points], viewport), "pad": 0}


def tooltip_title(point: PlatformMonth) -> str:
    """Format the month of a point as the first line of its tooltip."""
    return f"<b>{m.year_of(point.month)}年{month_label(point.month, point.covered)}</b>"


def end_labels(
    labels: Sequence[EndLabel], x: float, gap: float, viewport: Viewport, *, shift: float, axis: str
) -> list[dict[str, Any]]:
    """Build the labels at the right end of lines, at least ``gap`` apart; one without a value is left out."""
    known = [label for label in labels if not math.isnan(label.value)]
    heights = raise_labels([label.value for label in known], gap)
    return [
        note(
            x,
            height,
            f"<b>{label.text}</b>" if label.token == "t1" else label.text,
            label.token,
            viewport,
            xref="x",
            yref=axis,
            xanchor="left",
            xshift=viewport.px(shift),
        )
        for label, height in zip(known, heights, strict=True)
    ]


def last_known(values: Sequence[float]) -> float:
    """Return the last value that is known, NaN without any."""
    return next((v for v in reversed(values) if not math.isnan(v)), math.nan)
