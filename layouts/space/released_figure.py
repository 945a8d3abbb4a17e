"""Land put back to use in each of the last months, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit import formatting
from cockpit.calendar.periods import months_label
from cockpit.district.terms import LevelTerms
from cockpit.views.remediation.state import RELEASED
from layouts.charts.annotations import note
from layouts.charts.axes import label_step, month_axis, month_ticks, tick_height
from layouts.charts.labels import wrapped
from layouts.charts.traces import bar_hover, columns
from layouts.ui.theme import Viewport, layout

#: Every second month up to the last has a tick. Most columns that are labelled.
_TICK_STEP, _MOST_LABELS = 2, 12


def released_figure(
    months: Sequence[int], values: Sequence[float], terms: LevelTerms, viewport: Viewport
) -> dict[str, Any] | None:
    """Build the figure; ``None`` when there is no land in any month. ``values``: 亩 in each of ``months`` (yyyymm)."""
    if not any(values):
        return None
    end = len(months) - 1
    colors = [viewport.token("now" if i == end else "bar") for i in range(len(months))]
    tooltips = [_tooltip(month, value, terms) for month, value in zip(months, values, strict=True)]
    bottom = tick_height(months, viewport)
    return {
        "data": [columns(values, colors, **bar_hover(tooltips))],
        "layout": layout(
            viewport,
            xaxis=month_axis(month_ticks(months, step=_TICK_STEP)),
            yaxis={"range": [0, max(values) * 1.2], "visible": False},
            margin={"l": viewport.px(4), "r": viewport.px(4), "t": viewport.px(6), "b": bottom, "pad": 0},
            annotations=_labels(values, viewport),
            bargap=0.36,
            hovermode="x",
        ),
    }


def _labels(values: Sequence[float], viewport: Viewport) -> list[dict[str, Any]]:
    """Build the land over each column, in whole 亩."""
    end, step = len(values) - 1, label_step(len(values), _MOST_LABELS)
    labels = []
    for i, value in enumerate(values):
        if value > 0 and not (end - i) % step:
            text = formatting.format_rounded(value, 0)
            bold, token = (f"<b>{text}</b>", "t1") if i == end else (text, "t2")
            labels.append(note(i, value, bold, token, viewport, yshift=viewport.px(9)))
    return labels


def _tooltip(month: int, value: float, terms: LevelTerms) -> str:
    lines = [f"<b>{months_label(month, month)}</b>", f"{RELEASED.label} {formatting.format_value(RELEASED, value)}"]
    return "<br>".join([*lines, wrapped(f"口径：{RELEASED.definition_for(terms)}")])
