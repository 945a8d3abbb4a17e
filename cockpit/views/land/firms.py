"""The list of evaluated firms, a page at a time, and one firm explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cockpit import formatting
from cockpit.analysis.search import firm_directory, firm_matcher, suggest_names
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.categorical import Categorical
from cockpit.evaluation.results.evaluated_firms import TEXT_COLUMNS, EvaluatedFirms
from cockpit.evaluation.results.explanation import GradeExplanation, explain_firm
from cockpit.evaluation.results.firm_sorting import FirmSorting
from cockpit.evaluation.results.land_tax_cells import parse_cell_key
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.evaluation import caption
from cockpit.views.parts import Caption
from cockpit.views.remediation import board as remediation
from cockpit.views.remediation.board import RemediationStep

_LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class EvaluatedFirmList:
    """Head of the list: number of firms within the selection and its grades.

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
    """Compute the head of the list; ``None`` before the first published evaluation."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    firms = scope.graded()
    grades = "、".join(ctx.selection.grades)
    insight = f"共{len(firms):,}家{f'{grades}类' if grades else ''}企业" if len(firms) else "所选范围没有企业"
    definition = f"点击企业看得分说明。位次为{ctx.district.whole_name}同组内名次；最弱项为得分占权重比例最低的指标。"
    cell = parse_cell_key(ctx.selection.cell)
    return EvaluatedFirmList(
        len(firms),
        scope.year,
        ctx.full.version.number,
        insight,
        caption(ctx, scope, definition, grades=True),
        cell.label if cell else "",
    )


def firm_page(ctx: ViewContext, start: int, end: int, sort: Sequence[tuple[str, bool]]) -> EvaluatedFirmPage:
    """Return the rows ``start`` to ``end`` of the list, and how many match the selection's search and cell.

    ``sort``: (column of ``SORTABLE``, rising); by group and rank otherwise.
    """
    scope = evaluation_scope(ctx)
    if scope is None:
        return EvaluatedFirmPage((), 0)
    firms = _search(ctx, scope.graded())
    start = max(start, 0)
    page = range(start, min(end, start + _LONGEST_PAGE, len(firms)))
    sorting = scope.sorting(ctx.district, ctx.repository.pinyin)
    return EvaluatedFirmPage(tuple(_rows(ctx, sorting, sorting.sort(firms, sort).take(page))), len(firms))


def _search(ctx: ViewContext, firms: EvaluatedFirms) -> EvaluatedFirms:
    """Return the firms that lie in the selected cell of land and tax and match the search text, by the rule of the header."""
    if cell := parse_cell_key(ctx.selection.cell):
        firms = cell.filter(firms)
    text = ctx.selection.firm_query
    if not text.strip():
        return firms
    matches = firm_matcher(firm_directory(ctx.full, ctx.repository.pinyin), text)
    return firms.take([matches(code) for code in firms.text("credit_code")])


def nearest_firm(ctx: ViewContext) -> str:
    """Return the short name of a firm that the selection's search text misses by one character; '' for none."""
    nearest = suggest_names(firm_directory(ctx.full, ctx.repository.pinyin), ctx.selection.firm_query, 1)
    return nearest[0].short if nearest else ""


def _rows(ctx: ViewContext, sorting: FirmSorting, firms: EvaluatedFirms) -> Iterator[dict[str, Any]]:
    """Yield the rows of the list as dicts: keys are the grid's fields, numbers as they are shown."""
    columns: dict[str, list[Any]] = {column: firms.text(column) for column in TEXT_COLUMNS}
    columns |= {"before": sorting.grades_before(firms), "weakest": sorting.weakest(firms), "group": firms.text("group")}
    columns |= {"short": [short_firm(ctx.district, name) for name in firms.text("name")]}
    columns |= {"rank": [formatting.format_count(rank) for rank in firms.number("rank").tolist()]}
    columns |= {name: [formatting.format_rounded(x, 1) for x in firms.number(name).tolist()] for name in ("score", "land_mu")}
    columns |= {"tax_per_mu": [formatting.format_number(x, PER_MU) for x in sorting.tax_per_mu(firms)]}
    columns |= {by.value: _area_names(ctx, by, firms.categorical(by.value)) for by in (Grouping.TOWN, Grouping.CHAIN)}
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _area_names(ctx: ViewContext, by: Grouping, column: Categorical) -> list[str]:
    """Return the name of each firm's town or chain."""
    names = [group_name(ctx.district, by, key)[0] for key in column.keys]
    return [names[code] for code in column.codes.tolist()]


def firm_explanation(ctx: ViewContext) -> FirmExplanation | None:
    """Explain the firm that the selection names; ``None`` when it names none or nothing is published."""
    scope = evaluation_scope(ctx)
    if scope is None or not ctx.selection.firm:
        return None
    firms = scope.evaluation.firms
    is_firm = firms["credit_code"] == ctx.selection.firm
    sentence = caption(ctx, scope, "“单独达标值”为其他条件不变时，仅此一项要达到的数值；“—”为仅靠此项达不到（已到封顶）。")
    if not is_firm.any():
        return FirmExplanation(scope.year, None, "", "", (), (), sentence)
    row = int(is_firm.argmax())
    firm = firms.iloc[row]
    return FirmExplanation(
        scope.year,
        explain_firm(scope.evaluation, row),
        group_name(ctx.district, Grouping.TOWN, str(firm["town"]))[0],
        group_name(ctx.district, Grouping.CHAIN, str(firm["chain"]))[0],
        tuple(_grade_history(ctx, ctx.selection.firm)),
        remediation.history(ctx, ctx.selection.firm),
        sentence,
    )


def _grade_history(ctx: ViewContext, code: str) -> Iterator[tuple[int, str, float]]:
    """Yield (year, grade, score) of every published evaluation that has the firm."""
    for year in sorted(ctx.full.grades):
        published = ctx.repository.evaluation(ctx.full, year)
        if published is not None:
            firms = published.evaluation.firms
            firms = firms[firms["credit_code"] == code]
            yield from ((year, str(grade), float(score)) for grade, score in zip(firms["grade"], firms["score"], strict=True))
