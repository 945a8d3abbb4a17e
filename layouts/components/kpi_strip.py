"""The headline figures: cells of one panel with hairlines between them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from cockpit import formatting
from cockpit.analysis.targets import Pace, Target
from cockpit.catalogue.formulas import Graded, Ratio
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.parts import Kpi
from layouts.components.change import change
from layouts.components.panel import navigate
from layouts.components.sparkline import sparkline
from layouts.page import Env
from layouts.ui import html

_TRACK = 1.2  # the target bar runs from 0 to 120 %
_BADGE = {Pace.AMBER: ("warn", "◆"), Pace.RED: ("bad", "■")}


def kpi_strip(kpis: Sequence[Kpi], env: Env, choices: Collection[str] = ()) -> html.Div:
    """All cells in a row; they wrap on narrow screens. A figure of ``choices`` leads to the page drawn for its metric."""
    return html.Div([_cell(k, env, links=k.metric.key in choices) for k in kpis], className="kpis")


def _cell(kpi: Kpi, env: Env, *, links: bool) -> html.Div:
    metric = kpi.metric
    notes = "；".join(kpi.notes)
    definition = f"{env.selection.href('/glossary')}#{metric.key}"
    return html.Div(
        [
            navigate(kpi.label, definition, "kpi-name", title=f"{metric.name}：{metric.definition}"),
            _value(kpi, env, links=links),
            html.Div(_changes(kpi, env.selection.compare), className="kpi-change"),
            html.Div(sparkline(metric, kpi.spark, kpi.spark_base), className="kpi-spark"),
            _target(kpi.target, kpi) if kpi.target else html.Div(notes or kpi.note, className="kpi-note"),
        ],
        className="kpi",
        title=notes,
    )


def _value(kpi: Kpi, env: Env, *, links: bool) -> Any:
    shown = formatting.figure(kpi.metric, kpi.compared.value)
    words = [html.Span(shown.text, className="figure"), html.Span(shown.unit, className="unit")]
    if not links:
        return html.Div(words, className="kpi-value")
    href = env.href(env.selection.but(metric=kpi.metric.key))
    return navigate(words, href, "kpi-value", title=f"地图、走势和拉动改看{kpi.label}")


def _changes(kpi: Kpi, compare: Compare) -> list[Any]:
    if math.isnan(kpi.compared.value):
        return [html.Span(kpi.compared.reason or "没有数据", className="versus")]
    if compare is Compare.NONE:
        return []
    graded = isinstance(kpi.metric.formula, Ratio) and isinstance(kpi.metric.formula.numerator, Graded)
    versus = "较上次评价" if graded else COMPARE_LABELS[compare]
    told: list[Any] = [change(kpi.compared.change, is_percent=kpi.compared.is_percent, reason=kpi.compared.reason)]
    if math.isnan(kpi.compared.change):
        return [*told, html.Span(f" {kpi.compared.reason or versus}", className="versus")]
    told.append(html.Span(f" {versus}", className="versus"))
    month = kpi.last_month
    if month is not None and not math.isnan(month.change):
        moved = formatting.change(month.change, is_percent=month.is_percent)
        told.append(html.Span(f" · {kpi.last_month_label} {moved}", className="versus last-month"))
    return told


def _target(target: Target, kpi: Kpi) -> html.Div:
    tone, mark = _BADGE.get(target.pace, ("", ""))
    done = min(max(target.completion, 0.0) / _TRACK, 1.0) * 100
    gone = target.time_gone / _TRACK * 100
    behind = f"{mark} 落后{formatting.rounded(target.points_behind, 1)}点 " if tone else ""
    amount = formatting.number(target.amount, formatting.scale_for(kpi.metric, kpi.compared.value))
    words = f"完成年度目标 {formatting.percent(target.completion)}，序时进度 {formatting.percent(target.time_gone)}"
    return html.Div(
        [
            html.Div(
                [
                    html.Span(className=f"target-done {tone}", style={"width": f"{done:.2f}%"}),
                    html.Span(className="target-tick", style={"left": f"{gone:.2f}%"}),
                ],
                className="target-track",
            ),
            html.Div(
                [
                    html.Span(f"目标 {amount}", className="target-amount"),
                    html.Span([behind, formatting.percent(target.completion)], className=f"target-share {tone}"),
                ],
                className="target-words",
            ),
        ],
        className="kpi-target",
        title=words,
        **{"aria-label": words},
    )
