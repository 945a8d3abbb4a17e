"""Members of the platform month by month: in the district, nationwide, and those digitally converted."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Metric
from cockpit.district.terms import LevelTerms
from cockpit.views.platform.months import PlatformMonth
from layouts.charts.annotations import axis_end
from layouts.charts.axes import value_grid
from layouts.charts.labels import wrapped
from layouts.charts.traces import NO_HOVER, hover, line
from layouts.platform.platform_axis import EndLabel, end_labels, last_known, margins, platform_axis, tooltip_title
from layouts.ui.theme import Viewport, layout

#: Least distance of two labels, as a share of the greatest value; on a phone a fifth more.
_LABEL_GAP = 0.095


def members_figure(
    points: tuple[PlatformMonth, ...], metric: Metric, terms: LevelTerms, token: str, viewport: Viewport
) -> dict[str, Any] | None:
    """Build the figure, ``None`` when no month has a value. ``token``: the chain's colour."""
    nation, members, digitised = ([getattr(p, name) for p in points] for name in ("nation", "members", "digitised"))
    known = [v for v in (*nation, *members, *digitised) if not math.isnan(v)]
    if not known:
        return None
    most = max(known)
    tooltips = hover([_tooltip(p, metric, terms) for p in points])
    area = {"fill": "tozeroy", "fillcolor": viewport.faded(token, 0.14)}
    labels = [
        EndLabel(f"{name} {formatting.format_count(last_known(values))}", last_known(values), label_token)
        for name, values, label_token in (("全国", nation, "t3"), (terms.own, members, "t1"), ("数字化", digitised, "t2"))
    ]
    gap = most * _LABEL_GAP * (1.2 if viewport.narrow else 1)
    names = end_labels(labels, len(points) - 1, gap, viewport, shift=8, axis="y")
    return {
        "data": [
            line(nation, "prev", 1.75, viewport, **NO_HOVER),
            line(members, "now", 2.5, viewport, **tooltips),
            line(digitised, token, 2.0, viewport, **NO_HOVER, **area),
        ],
        "layout": layout(
            viewport,
            xaxis=platform_axis(points),
            yaxis={"range": [0, axis_end(most * 1.1, names)], **value_grid(viewport)},
            margin=margins(points, viewport, left=44, right=92, top=10),
            annotations=names,
            hovermode="x",
        ),
    }


def _tooltip(point: PlatformMonth, metric: Metric, terms: LevelTerms) -> str:
    rows = ((f"{terms.own}成员", point.members), ("全国成员", point.nation), (f"{terms.own}数字化改造", point.digitised))
    lines = [
        tooltip_title(point),
        *(f"{name} {formatting.format_count(value)}家" for name, value in rows if not math.isnan(value)),
    ]
    return "<br>".join([*lines, wrapped(f"口径：{metric.definition_for(terms)}")])
