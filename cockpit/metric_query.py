"""Values for other programs: those of the pages, through the same selection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cockpit.aggregations.windows import WindowPair, is_graded, is_monthly, windows_by_group
from cockpit.analysis import comparison
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping, find_industry, grouping_label
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS, find_metric
from cockpit.catalogue.names import group_name
from cockpit.district.district import District
from cockpit.district.spelling import nearest
from cockpit.district.terms import LevelTerms
from cockpit.errors import UsageError
from cockpit.selection import Compare, Selection
from cockpit.snapshot import Repository
from cockpit.views.context import ViewContext, resolve_context, restriction_notes

_COLUMN_LABELS = {
    "industry": "行业",
    "chain": "产业链",
    "month": "月份",
    "months": "含月数",
    "value": "数值",
    "base": "基数",
    "covered_months": "有数据的月份",
    "missing_months": "缺的月份",
    "compared_months": "可比的月份",
    "compared_value": "可比月份的数值",
}
_CHANGE_LABEL = "增减"
_GROUPINGS = (Grouping.TOWN, Grouping.INDUSTRY, Grouping.CHAIN, Grouping.MONTH)


def column_label(field: str, terms: LevelTerms) -> str:
    """Return the heading of a field of ``query_rows`` in the terms of a level."""
    return terms.part if field == "town" else _COLUMN_LABELS.get(field, _CHANGE_LABEL)


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """A checked query: a metric, a grouping (None = the whole) and a selection."""

    metric: Metric
    by: Grouping | None
    selection: Selection


def parse_query(
    metric: str,
    by: str,
    *,
    towns: Sequence[str],
    industries: Sequence[str],
    chains: Sequence[str],
    period: str,
    compare: str,
    district: District,
) -> MetricQuery:
    """Check a query against catalogue and district; raises ``UsageError``, which names what is unknown."""
    entry = find_metric(metric)
    if entry is None:
        names = [e.name for e in METRICS.values()]
        near = nearest(metric, names)
        raise UsageError(f"没有指标“{metric}”。" + (f"是不是“{near}”？" if near else f"可用：{'、'.join(names)}。"))
    if compare not in set(Compare):
        raise UsageError(f"对比“{compare}”不认识，可用：{'、'.join(Compare)}。")
    selection = Selection(
        towns=_keys(
            district.terms.part, towns, lambda t: getattr(district.find_town(t), "key", None), [t.name for t in district.towns]
        ),
        industries=_keys("行业", industries, find_industry, []),
        chains=_keys("产业链", chains, lambda t: getattr(district.find_chain(t), "key", None), [c.name for c in district.chains]),
        period=period,
        compare=Compare(compare),
    )
    if by and by not in set(_GROUPINGS):
        raise UsageError(f"分组“{by}”不认识，可用：{'、'.join(_GROUPINGS)}。")
    if notes := restriction_notes(entry, selection.where, district.terms):
        raise UsageError(f"指标“{entry.name}”不能这样筛选：{'；'.join(notes)}。")
    return MetricQuery(entry, Grouping(by) if by else None, selection)


def query_rows(repository: Repository, query: MetricQuery, *, comparable: bool = False) -> list[dict[str, Any]]:
    """Evaluate a query: rows ``{<grouping>: name, "value": …}``, with ``base`` and ``change`` when compared.

    Values are in the metric's stored unit, percentages as fractions, missing ones ``None``. By month a row
    also has ``months``: 2 where January and February were reported together. Where not all months were reported, or not all
    are compared, a row has ``covered_months`` and ``missing_months`` of the value, and ``compared_months`` with
    ``compared_value``: what ``base`` and ``change`` are about (lists of ``2022-03``). Raises ``UsageError`` for a period
    without data or a grouping that the metric doesn't know.
    """
    if query.by is not None and query.by not in query.metric.groupings:
        label = grouping_label(query.by, repository.snapshot().district.terms)
        raise UsageError(f"指标“{query.metric.name}”不能按{label}分组。")
    if repository.snapshot().cube.is_empty:
        raise UsageError("还没有发布任何数据。")
    ctx = resolve_context(repository, query.selection.replace(comparable=comparable))
    if query.by is None:
        total = ctx.total(query.metric)
        row = _row({}, total.value, total.base, total.change, ctx)
        return [row | _coverage(query.metric, total.windows, total.compared_value, ctx)]
    groups: dict[Any, WindowPair] = {}
    if query.by is not Grouping.MONTH and is_monthly(query.metric):
        by_windows = windows_by_group(ctx.data, query.metric, ctx.period, ctx.where, ctx.compare, query.by)
        groups = {key: pair for pair, keys in by_windows.items() for key in keys}
    frame = comparison.compare_groups(ctx.data, query.metric, ctx.period, ctx.where, ctx.compare, query.by).to_frame()
    rows = []
    for key, row in _in_order(ctx, query.by, frame).iterrows():
        head: dict[str, Any] = {str(query.by): _name(ctx, query.by, key)}
        if query.by is Grouping.MONTH:
            head["months"] = int(row["covered"])
        values = _row(head, row["value"], row["base"], row["change"], ctx)
        rows.append(values | _coverage(query.metric, groups.get(key), row["compared"], ctx))
    return rows


def _in_order(ctx: ViewContext, by: Grouping, frame: pd.DataFrame) -> pd.DataFrame:
    """Sort towns and chains in the district's order; other groups stay as they are."""
    order = {Grouping.TOWN: [t.key for t in ctx.district.towns], Grouping.CHAIN: [c.key for c in ctx.district.chains]}
    known = [key for key in order.get(by, []) if key in frame.index]
    return frame.reindex([*known, *(k for k in frame.index if k not in known)])


def _coverage(metric: Metric, pair: WindowPair | None, compared: float, ctx: ViewContext) -> dict[str, Any]:
    """Return what the value is over and what is compared, where that isn't the whole of what was asked for."""
    if pair is None or is_graded(metric) or pair.current.is_empty:
        return {}
    row: dict[str, Any] = {}
    if pair.current.missing:
        row |= {"covered_months": _iso(pair.current.months), "missing_months": _iso(pair.current.missing)}
    if ctx.compare is not Compare.NONE and pair.is_restricted:
        row |= {"compared_months": _iso(pair.compared.months), "compared_value": _plain(compared)}
    return row


def _iso(months: Sequence[int]) -> list[str]:
    return [m.iso(month) for month in months]


def _row(head: dict[str, Any], value: float, base: float, change: float, ctx: ViewContext) -> dict[str, Any]:
    row = {**head, "value": _plain(value)}
    if ctx.compare is not Compare.NONE:
        row |= {"base": _plain(base), "change": _plain(change)}
    return row


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _name(ctx: ViewContext, by: Grouping, key: Any) -> str:
    return m.iso(int(key)) if by is Grouping.MONTH else group_name(ctx.district, by, str(key))[0]


def _keys(label: str, texts: Sequence[str], find: Any, known: list[str]) -> tuple[str, ...]:
    keys = []
    for text in texts:
        key = find(text)
        if key is None:
            near = nearest(text, known)
            raise UsageError(
                f"{label}“{text}”不存在" + (f"，是不是“{near}”？" if near else f"。可用：{'、'.join(known)}。" if known else "。")
            )
        keys.append(key)
    return tuple(sorted(set(keys)))
