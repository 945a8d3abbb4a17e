"""A query of a metric as people read it: what was asked, over which period, in which unit, and values as the pages show them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit.aggregations.coverage import covered_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.formatting import MISSING, format_change, format_number, scale_for
from cockpit.metric_query import MetricQuery, column_label, query_rows
from cockpit.selection import Compare, scope_label
from cockpit.snapshot import Repository
from cockpit.views.context import ViewContext, resolve_context
from cockpit.views.parts import Caption

#: Fields of a row in the metric's unit; ``change`` is a fraction, the others are names, counts and lists of months.
_AMOUNTS = ("value", "base", "compared_value")


@dataclass(frozen=True, slots=True)
class MetricTable:
    """``title`` names the metric and its unit; ``notes`` say period, scope and definition; ``heads`` and ``rows`` are text."""

    title: str
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def query_table(repository: Repository, query: MetricQuery, *, comparable: bool = False) -> MetricTable:
    """Evaluate a query and format it as the pages do, all values in one unit. Raises as ``query_rows``."""
    records = query_rows(repository, query, comparable=comparable)
    ctx = resolve_context(repository, query.selection.replace(comparable=comparable))
    caption, metric = ctx.caption(query.metric), query.metric
    if query.by is None:
        scope = scope_label(query.selection, ctx.district)
        records = [{"scope": scope, **record} for record in records]
    elif query.by is Grouping.MONTH and all(record["months"] == 1 for record in records):
        records = [{name: value for name, value in record.items() if name != "months"} for record in records]
    scale = scale_for(metric, [record[name] for record in records for name in _AMOUNTS if record.get(name) is not None])
    fields = _fields(records, ctx.compare)
    heads = tuple("范围" if name == "scope" else column_label(name, ctx.terms) for name in fields)
    rows = tuple(tuple(_text(name, record.get(name), metric, scale) for name in fields) for record in records)
    notes = (
        f"期间：{_period(ctx, query, caption)}",
        f"范围：{caption.scope}",
        *(f"说明：{note}" for note in caption.notes),
        f"口径：{caption.definition}",
        caption.data_month,
    )
    return MetricTable(f"{metric.name}（{scale.unit}）", notes, heads, rows)


def _period(ctx: ViewContext, query: MetricQuery, caption: Caption) -> str:
    """Return the period; by month, each value of a twelve-month metric has its own."""
    if query.by is Grouping.MONTH and query.metric.is_trailing:
        return f"{ctx.period.label}，每个月的数值是截至该月的近12个月"
    return caption.period


def _fields(records: Sequence[dict[str, Any]], compare: Compare) -> list[str]:
    """Return the fields of all records in their order; without any, those of an empty answer."""
    fields = list(dict.fromkeys(name for record in records for name in record))
    return fields or ["value", *(["base", "change"] if compare is not Compare.NONE else [])]


def _text(name: str, value: Any, metric: Metric, scale: Scale) -> str:
    if name in _AMOUNTS:
        return format_number(math.nan if value is None else value, scale)
    if name == "change":
        return format_change(math.nan if value is None else value, is_percent=metric.is_percent)
    if isinstance(value, list):
        return covered_label(tuple(int(month.replace("-", "")) for month in value))
    return MISSING if value is None else str(value)
