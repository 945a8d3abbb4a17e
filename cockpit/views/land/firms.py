"""The list of evaluated firms, a page at a time, and one firm explained."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.categorical import Categorical
from cockpit.evaluation.results.evaluated_firms import TEXT_COLUMNS, EvaluatedFirms
from cockpit.evaluation.results.explanation import GradeExplanation, explain_firm
from cockpit.evaluation.results.land_tax_cells import parse_cell
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import caption, evaluation_scope
from cockpit.views.land.firm_order import SORTABLE, FirmSortKeys
from cockpit.views.parts import Caption
from cockpit.views.remediation import board as remediation
from cockpit.views.remediation.board import RemediationStep

_LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class EvaluatedFirmList:
    """What stands over the list: number of firms within the selection and its grades.

    ``cell``: label of the cell of land and tax whose firms alone are listed, '' for all.
    """

    firms: int
    year: int
    version: int
    insight: str
    caption: Caption
    cell: str = ""


@dataclass(frozen=True, slots=True)
class EvaluatedFirmPage:
    """Rows ``start``.. of the sorted list, and how many there are in all."""

    rows: tuple[dict[str, Any], ...]
    total: int


@dataclass(frozen=True, slots=True)
class FirmExplanation:
    """One firm explained (``None``: it wasn't evaluated), its grades of all published years, and its remediation."""

    year: int
    explanation: GradeExplanation | None
    town: str
    chain: str
    history: tuple[tuple[int, str, float], ...]
    steps: tuple[RemediationStep, ...]
    caption: Caption


def firm_list(ctx: ViewContext) -> EvaluatedFirmList | None:
    """Head of the list; ``None`` before the first published evaluation."""
    found = evaluation_scope(ctx)
    if found is None:
        return None
    firms = found.graded()
    grades = "、".join(ctx.selection.grades)
    told = f"共{len(firms):,}家{f'{grades}类' if grades else ''}企业" if len(firms) else "所选范围没有企业"
    definition = "点击企业看得分说明。位次为同组内名次；最弱项为得分占权重比例最低的指标。"
    cell = parse_cell(ctx.selection.cell)
    return EvaluatedFirmList(
        len(firms),
        found.year,
        ctx.full.version.number,
        told,
        caption(ctx, found, definition, grades=True),
        cell.label if cell else "",
    )


def firm_page(ctx: ViewContext, start: int, end: int, sort: Sequence[tuple[str, bool]]) -> EvaluatedFirmPage:
    """Return the rows ``start`` to ``end`` of the list, and how many match the selection's search and cell.

    ``sort``: (column of ``SORTABLE``, rising); by group and rank otherwise.
    """
    found = evaluation_scope(ctx)
    if found is None:
        return EvaluatedFirmPage((), 0)
    firms = _search(found.graded(), ctx.selection.cell, ctx.selection.firm_query.strip())
    order = FirmSortKeys(found)
    # Of equal firms that stand first which rank first in their group; those without a figure stand last either way.
    keys = [order.key(column, firms.indices, rising=rising) for column, rising in reversed(sort) if column in SORTABLE]
    rows = firms.indices[np.lexsort([order.standing[firms.indices], *keys])][
        max(start, 0) : min(end, max(start, 0) + _LONGEST_PAGE)
    ]
    return EvaluatedFirmPage(tuple(_cells(ctx, EvaluatedFirms(found.columns, rows), order)), len(firms))


def _search(firms: EvaluatedFirms, cell_key: str, text: str) -> EvaluatedFirms:
    """Those of the firms that lie in the cell of land and tax and whose name or code contains the text; '' for any."""
    if cell := parse_cell(cell_key):
        firms = cell.filter(firms)
    if not text:
        return firms
    code = text.upper()
    both = zip(firms.text("name"), firms.text("credit_code"), strict=True)
    return firms.take(np.array([text in name or code in known_code for name, known_code in both], dtype=bool))


def _cells(ctx: ViewContext, firms: EvaluatedFirms, order: FirmSortKeys) -> Iterator[dict[str, Any]]:
    """What the list shows of the firms."""
    rows = firms.indices
    words: dict[str, list[Any]] = {name: firms.text(name) for name in TEXT_COLUMNS}
    words |= {"before": order.before(rows), "weakest": order.weakest(rows), "short": [short_firm(n) for n in words["name"]]}
    words |= {name: [_rounded(x) for x in order.figure(name)[rows].tolist()] for name in ("score", "tax_per_mu", "land_mu")}
    words |= {by.value: _names(ctx, by, firms.categorical(by.value)) for by in (Grouping.TOWN, Grouping.CHAIN)}
    words |= {"group": firms.text("group"), "rank": firms.number("rank").astype(np.int64).tolist()}
    return (dict(zip(words, row, strict=True)) for row in zip(*words.values(), strict=True))


def _names(ctx: ViewContext, by: Grouping, place: Categorical) -> list[str]:
    """Names of the firms' towns or chains."""
    names = [group_name(ctx.district, by, key)[0] for key in place.keys]
    return [names[code] for code in place.codes.tolist()]


def _rounded(figure: float) -> float | None:
    return None if math.isnan(figure) else round(figure, 2)


def firm_explanation(ctx: ViewContext) -> FirmExplanation | None:
    """The firm that the link names; ``None`` when it names none or nothing is published."""
    found = evaluation_scope(ctx)
    if found is None or not ctx.selection.firm:
        return None
    firms = found.evaluation.firms
    at = np.flatnonzero((firms["credit_code"] == ctx.selection.firm).to_numpy(dtype=bool))
    told = caption(ctx, found, "“单独达标值”为其他条件不变时，仅此一项要达到的数值；“—”为仅靠此项达不到（已到封顶）。")
    if not len(at):
        return FirmExplanation(found.year, None, "", "", (), (), told)
    firm = firms.iloc[int(at[0])]
    return FirmExplanation(
        found.year,
        explain_firm(found.evaluation, int(at[0])),
        group_name(ctx.district, Grouping.TOWN, str(firm["town"]))[0],
        group_name(ctx.district, Grouping.CHAIN, str(firm["chain"]))[0],
        tuple(_history(ctx, ctx.selection.firm)),
        remediation.history(ctx, ctx.selection.firm),
        told,
    )


def _history(ctx: ViewContext, code: str) -> list[tuple[int, str, float]]:
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
