"""Land put back to use in each of the last months, as columns."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.calendar.periods import months_label
from cockpit.views.remediation.state import RELEASED
from layouts.charts.text import wrapped
from layouts.ui.theme import Screen, layout


def released_figure(months: tuple[int, ...], values: tuple[float, ...], on: Screen) -> dict[str, Any] | None:
    """The figure, or ``None`` when there is no land in any month."""
    if not any(values):
        return None
    end = len(months) - 1
    columns = {
        "type": "bar",
        "x": list(range(len(months))),
        "y": list(values),
        "marker": {"color": [on.token("now" if i == end else "bar") for i in range(len(months))]},
        "text": [_hover(month, value) for month, value in zip(months, values, strict=True)],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    years = len({m.year_of(month) for month in months}) > 1
    return {
        "data": [columns],
        "layout": layout(
            on,
            xaxis={
                "range": [-0.5, end + 0.5],
                "tickvals": list(range(len(months))),
                "ticktext": _ticks(months),
                "tickangle": 0,
            },
            yaxis={"range": [0, max(values) * 1.2], "visible": False},
            margin={"l": on.px(4), "r": on.px(4), "t": on.px(6), "b": on.px(40 if years else 24), "pad": 0},
            annotations=_labels(values, on),
            bargap=0.36,
            hovermode="x",
        ),
    }


def _ticks(months: tuple[int, ...]) -> list[str]:
    """Every second month up to the last; where there are two years, the year under its first."""
    told, texts = 0, []
    years = len({m.year_of(month) for month in months}) > 1
    for i, month in enumerate(months):
        if (len(months) - 1 - i) % 2:
            texts.append("")
            continue
        words = f"{m.number_of(month)}月"
        texts.append(f"{words}<br>{m.year_of(month) % 100:02d}年" if years and m.year_of(month) != told else words)
        told = m.year_of(month)
    return texts


def _labels(values: tuple[float, ...], on: Screen) -> list[dict[str, Any]]:
    """Land over each column, in whole 亩."""
    end = len(values) - 1
    step = max(1, math.ceil(len(values) / 12))
    notes = []
    for i, value in enumerate(values):
        if value <= 0 or (end - i) % step:
            continue
        text = f"{formatting.rounded(value, 0):,}"
        notes.append(
            {
                "x": i,
                "y": value,
                "text": f"<b>{text}</b>" if i == end else text,
                "showarrow": False,
                "yshift": on.px(9),
                "font": {"size": on.px(12), "color": on.token("t1" if i == end else "t2")},
            }
        )
    return notes


def _hover(month: int, value: float) -> str:
    lines = [f"<b>{months_label(month, month)}</b>", f"{RELEASED.label} {formatting.figure(RELEASED, value)}"]
    return "<br>".join([*lines, wrapped(f"口径：{RELEASED.definition}")])
