"""Remediation month by month: firms listed and done so far, over the land put back to use in each month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cockpit import formatting
from cockpit.calendar import months as m
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.views.remediation.progress import RemediationMonth
from layouts.charts.annotations import axis_end, note
from layouts.charts.axes import FEW_LABELS, MANY_LABELS, label_step, month_axis, month_label, month_ticks, tick_height, value_grid
from layouts.charts.labels import wrapped
from layouts.charts.traces import NO_HOVER, bar_hover, hover, line
from layouts.ui.theme import Viewport, layout

#: The lines' and the columns' shares of the figure's height.
_LINES_DOMAIN, _COLUMNS_DOMAIN = (0.4, 1), (0, 0.26)
#: Least distance of the lines' names, as a share of the most firms.
_NAME_GAP = 0.12


def progress_figure(
    months: Sequence[RemediationMonth], metric: Metric, terms: LevelTerms, viewport: Viewport
) -> dict[str, Any] | None:
    """Build the figure; ``None`` without months. ``metric``: the catalogue's land put back to use."""
    if not months:
        return None
    # The panel takes a third of a wide screen, so it is as narrow there as on a phone.
    ticks = month_ticks([p.month for p in months], step=label_step(len(months), FEW_LABELS))
    most_firms, most_land = max(p.listed for p in months), max(p.released for p in months)
    names = _line_names(months, most_firms, viewport)
    bottom = tick_height([p.month for p in months], viewport)
    return {
        "data": _traces(months, [_hover_text(p, metric, terms) for p in months], viewport),
        "layout": layout(
            viewport,
            xaxis=month_axis(ticks, anchor="y2"),
            yaxis={
                "domain": list(_LINES_DOMAIN),
                "range": [0, axis_end(most_firms * 1.08 or 1, names)],
                **value_grid(viewport, whole_to=most_firms),
            },
            yaxis2={"domain": list(_COLUMNS_DOMAIN), "range": [0, most_land * 1.45 or 1], "visible": False},
            margin={"l": viewport.px(36), "r": viewport.px(88), "t": viewport.px(10), "b": bottom, "pad": 0},
            annotations=[*names, *_column_labels(months, metric, viewport)],
            bargap=0.36,
            hovermode="x",
        ),
    }


def _traces(months: Sequence[RemediationMonth], hover_texts: list[str], viewport: Viewport) -> list[dict[str, Any]]:
    fill = {"fill": "tonexty", "fillcolor": viewport.faded("prev", 0.12)}
    colors = [viewport.token("bar")] * (len(months) - 1) + [viewport.token("now")]
    columns = {
        "type": "bar",
        "x": list(range(len(months))),
        "y": [p.released for p in months],
        "yaxis": "y2",
        "marker": {"color": colors},
        **bar_hover(hover_texts),
    }
    return [
        line([p.listed for p in months], "prev", 1.75, viewport, **NO_HOVER),
        line([p.done for p in months], "now", 2.5, viewport, **hover(hover_texts), **fill),
        columns,
    ]


def _line_names(months: Sequence[RemediationMonth], most: int, viewport: Viewport) -> list[dict[str, Any]]:
    """Name both lines at their right ends, at least a gap apart, and the area between them where it is widest."""
    last, end, gap = months[-1], len(months) - 1, max(most, 1) * _NAME_GAP
    beside = {"xanchor": "left", "xshift": viewport.px(8), "xref": "x", "yref": "y"}
    labels = [
        note(end, max(float(last.listed), last.done + gap), f"列入 {last.listed:,}家", "t3", viewport, **beside),
        note(end, float(last.done), f"<b>完成 {last.done:,}家</b>", "t1", viewport, **beside),
    ]
    widths = [p.listed - p.done for p in months]
    # A month whose neighbours are as wide leaves room at both sides of the name; at the ends are the axis and the lines' names.
    room = [min(widths[i - 1 : i + 2]) for i in range(1, end)]
    if room and max(room) > 2 * gap:
        widest = room.index(max(room)) + 1
        middle = (months[widest].listed + months[widest].done) / 2
        labels.append(note(widest, middle, "在治", "t3", viewport, xanchor="center", xref="x", yref="y"))
    return labels


def _column_labels(months: Sequence[RemediationMonth], metric: Metric, viewport: Viewport) -> list[dict[str, Any]]:
    """Label columns with their land, the last one always, and name the metric beside them."""
    end = len(months) - 1
    step = label_step(len(months), FEW_LABELS if viewport.narrow else MANY_LABELS)
    above = {"xanchor": "center", "xref": "x", "yref": "y2", "yshift": viewport.px(9)}
    labels = []
    for i, point in enumerate(months):
        if point.released > 0 and not (end - i) % step:
            text, is_last = formatting.format_rounded(point.released, 0), i == end
            labels.append(
                note(i, point.released, f"<b>{text}</b>" if is_last else text, "t1" if is_last else "t2", viewport, **above)
            )
    beside = {"xanchor": "left", "xref": "x", "yref": "y2", "yshift": viewport.px(8), "xshift": viewport.px(4)}
    return [*labels, note(end + 0.5, 0, f"{metric.label} {metric.unit}", "t3", viewport, **beside)]


def _hover_text(point: RemediationMonth, metric: Metric, terms: LevelTerms) -> str:
    lines = [
        f"<b>{m.year_of(point.month)}年{month_label(point.month)}</b>",
        f"当月完成 {point.finished:,}家，累计 {point.done:,}家",
        f"累计列入 {point.listed:,}家，月末在治 {point.listed - point.done:,}家",
        f"当月{metric.label} {formatting.format_value(metric, point.released)}",
        wrapped(f"口径：{metric.definition_for(terms)}"),
    ]
    return "<br>".join(lines)
