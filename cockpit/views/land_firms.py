"""The list of evaluated firms, a page at a time, and one firm explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cockpit.dimensions import Grouping
from cockpit.evaluation.explanation import Explanation, explain
from cockpit.names import group_name, short_firm
from cockpit.views import remediation
from cockpit.views.context import Context
from cockpit.views.land import Scope, caption, scope, within
from cockpit.views.parts import Caption
from cockpit.views.remediation import RemediationStep

#: Columns that the list may be sorted by.
SORTABLE = ("name", "town", "chain", "group", "grade", "before", "score", "rank", "tax_per_mu", "land_mu", "weakest")
_LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class FirmList:
    """What stands over the list: number of firms within the selection and its grades."""

    firms: int
    year: int
    version: int
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmPage:
    """Rows ``start``.. of the sorted list, and how many there are in all."""

    rows: tuple[dict[str, Any], ...]
    total: int


@dataclass(frozen=True, slots=True)
class FirmStory:
    """One firm explained (``None``: it wasn't evaluated), its grades of all published years, and its remediation."""

    year: int
    explanation: Explanation | None
    town: str
    chain: str
    history: tuple[tuple[int, str, float], ...]
    steps: tuple[RemediationStep, ...]
    caption: Caption


def firm_list(ctx: Context) -> FirmList | None:
    """Head of the list; ``None`` before the first published evaluation."""
    found = scope(ctx)
    if found is None:
        return None
    firms = within(found.firms, ctx.selection, grades=True)
    grades = "、".join(ctx.selection.grades)
    told = f"共{len(firms):,}家{f'{grades}类' if grades else ''}企业" if len(firms) else "所选范围没有企业"
    definition = "点击企业看得分说明。位次为同组内名次；最弱项为得分占权重比例最低的指标。"
    return FirmList(len(firms), found.year, ctx.full.version.number, told, caption(ctx, found, definition, grades=True))


def firm_page(ctx: Context, start: int, end: int, sort: Sequence[tuple[str, bool]], name: str = "") -> FirmPage:
    """A page of the list. ``sort``: (column of ``SORTABLE``, rising); by group and rank otherwise; ``name``: part of a name."""
    found = scope(ctx)
    if found is None:
        return FirmPage((), 0)
    firms = _described(ctx, found)
    if wanted := name.strip():
        hit = firms["name"].str.contains(wanted, regex=False) | firms["credit_code"].str.contains(wanted.upper(), regex=False)
        firms = firms[hit]
    keys = [(column, rising) for column, rising in sort if column in SORTABLE]
    by = [*(c for c, _ in keys), "group_order", "rank", "credit_code"]
    firms = firms.sort_values(by, ascending=[*(r for _, r in keys), True, True, True], kind="stable", na_position="last")
    page = firms.iloc[max(start, 0) : min(end, max(start, 0) + _LONGEST_PAGE)]
    return FirmPage(tuple(_cells(ctx, row) for row in page.to_dict("records")), len(firms))


def _described(ctx: Context, found: Scope) -> pd.DataFrame:
    """The firms within the selection with what the list shows beside the evaluation's columns."""
    firms = within(found.firms, ctx.selection, grades=True)
    groups = found.evaluation.policy.groups
    names = {(g.key, i.key): i.name for g in groups for i in g.indicators}
    before = {} if found.before is None else dict(zip(found.before["credit_code"], found.before["grade"], strict=True))
    return firms.assign(
        tax_per_mu=firms["tax"] / firms["land_mu"],
        before=firms["credit_code"].map(before).fillna(""),
        weakest=[names[pair] for pair in zip(firms["group"], firms["weakest"], strict=True)],
        group_order=firms["group"].map({g.key: at for at, g in enumerate(groups)}),
    )


def _cells(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    plain = ("credit_code", "name", "group", "grade", "before", "rank", "weakest", "reason")
    figures = {name: None if np.isnan(row[name]) else round(float(row[name]), 2) for name in ("score", "tax_per_mu", "land_mu")}
    places = {"town": Grouping.TOWN, "chain": Grouping.CHAIN}
    named = {name: group_name(ctx.district, by, str(row[name]))[0] for name, by in places.items()}
    return {name: row[name] for name in plain} | {"short": short_firm(str(row["name"]))} | figures | named


def firm_story(ctx: Context) -> FirmStory | None:
    """The firm that the link names; ``None`` when it names none or nothing is published."""
    found = scope(ctx)
    if found is None or not ctx.selection.firm:
        return None
    firms = found.evaluation.firms
    at = np.flatnonzero((firms["credit_code"] == ctx.selection.firm).to_numpy(dtype=bool))
    told = caption(ctx, found, "“单独达标值”为其他条件不变时，仅此一项要达到的数值；“—”为仅靠此项达不到（已到封顶）。")
    if not len(at):
        return FirmStory(found.year, None, "", "", (), (), told)
    firm = firms.iloc[int(at[0])]
    return FirmStory(
        found.year,
        explain(found.evaluation, int(at[0])),
        group_name(ctx.district, Grouping.TOWN, str(firm["town"]))[0],
        group_name(ctx.district, Grouping.CHAIN, str(firm["chain"]))[0],
        tuple(_history(ctx, ctx.selection.firm)),
        remediation.history(ctx, ctx.selection.firm),
        told,
    )


def _history(ctx: Context, code: str) -> list[tuple[int, str, float]]:
    """(year, grade, score) of every published evaluation that has the firm."""
    found = []
    for year in sorted(ctx.full.grades):
        published = ctx.repository.evaluation(ctx.full, year)
        if published is None:
            continue
        own = published.evaluation.firms
        own = own[own["credit_code"] == code]
        found += [(year, str(g), float(s)) for g, s in zip(own["grade"], own["score"], strict=True)]
    return found
