"""One enterprise: what the register says of it, its newest grade, and the origins of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from cockpit.calendar.dates import as_date
from cockpit.calendar.periods import months_label
from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.catalogue.names import group_name, short_firm
from cockpit.contracts.sheets import SHEET_BY_TABLE
from cockpit.enterprise_file import EnterpriseFile, Origin
from cockpit.evaluation.results.record import EvaluationRecord
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.firms import FirmExplanation, firm_explanation
from cockpit.views.parts import Caption

#: Tables in the order in which origins are listed; of the first three only the newest row is listed.
_TABLES = ("enterprise", "monthly", "evaluation_input", "remediation", "project")


@dataclass(frozen=True)
class SelectedFirm:
    """The enterprise that the page shows: its row of the register, its months and the origins of its rows."""

    row: Mapping[Any, Any]
    file: EnterpriseFile

    @property
    def code(self) -> str:
        """Its credit code (统一社会信用代码)."""
        return self.file.code

    @property
    def name(self) -> str:
        """Its full name."""
        return str(self.row["name"])

    @property
    def chain(self) -> str:
        """The key of its chain."""
        return text_or_empty(self.row["chain"])

    @property
    def reports(self) -> bool:
        """Whether it reports months at all: 宗地 firms report once a year only."""
        return not self.file.monthly.empty


@dataclass(frozen=True, slots=True)
class FirmIdentity:
    """What the register says of an enterprise. Texts are '' and ``member`` is ``None`` where it says nothing; land in 亩.

    ``months``: first and last month reported; ``grade`` of the evaluation of ``year`` ('' = not evaluated).
    """

    code: str
    name: str
    short: str
    chain_key: str
    chain: str
    stage: str
    role: str
    town_key: str
    town: str
    park: str
    industry: str
    kind: str
    land: float
    founded_on: date | None
    member: bool | None
    months: str
    grade: str
    year: int
    standing: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmRowSource:
    """The origin of a row: ``title`` of its sheet, and ``which`` of the enterprise's rows there it is."""

    title: str
    which: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class FirmProvenance:
    """Origins of the rows that the page shows (``shown``) and of all rows, and the record of the evaluation."""

    shown: tuple[FirmRowSource, ...]
    every: tuple[FirmRowSource, ...]
    record: EvaluationRecord | None
    newest: datetime
    caption: Caption


def selected_firm(ctx: ViewContext) -> SelectedFirm | None:
    """Load the enterprise that the selection names; ``None`` when the register doesn't know its code."""
    register = ctx.full.ledgers["enterprise"]
    rows = register[register["credit_code"] == ctx.selection.firm].to_dict("records")
    file = ctx.repository.enterprise(ctx.full, ctx.selection.firm) if rows else None
    return SelectedFirm(rows[0], file) if file else None


def text_or_empty(cell: Any) -> str:
    """Return a cell of the register as text, '' when it is empty."""
    return "" if pd.isna(cell) else str(cell)


def firm_caption(ctx: ViewContext, firm: SelectedFirm, definition: str, *, period: str) -> Caption:
    """Build the sentence under a panel of the page."""
    return Caption(short_firm(ctx.district, firm.name), period, ctx.data_date(), definition)


def firm_identity(ctx: ViewContext) -> FirmIdentity | None:
    """Compute the head of the page: the row of the register, and the newest grade not after the period."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    row, graded, months = firm.row, firm_explanation(ctx), firm.file.monthly["month"]
    town, division = text_or_empty(row["town"]), str(row["industry_code"])[:2]
    explanation = graded.explanation if graded else None
    definition = "名称、归属和用地来自企业名录；等级为不晚于所选期间的最新一次已发布评价。"
    return FirmIdentity(
        firm.code,
        firm.name,
        short_firm(ctx.district, firm.name),
        firm.chain,
        group_name(ctx.district, Grouping.CHAIN, firm.chain)[0],
        text_or_empty(row["stage"]),
        text_or_empty(row["role"]),
        town,
        group_name(ctx.district, Grouping.TOWN, town)[0],
        text_or_empty(row["park"]),
        f"{division} {industry_name(division)}（代码{row['industry_code']}）",
        text_or_empty(row["kind"]),
        float(row["land_mu"]),
        as_date(row["founded_on"]),
        None if pd.isna(row["platform_member"]) else bool(row["platform_member"]),
        months_label(int(months.iloc[0]), int(months.iloc[-1])) if firm.reports else "",
        explanation.grade if explanation else "",
        graded.year if graded else 0,
        f"{explanation.group}第{explanation.rank:,}位，共{explanation.group_size:,}家" if explanation else "",
        firm_caption(ctx, firm, definition, period=_evaluation_label(graded)),
    )


def firm_grade(ctx: ViewContext) -> FirmExplanation | None:
    """Explain the newest grade not after the period; ``None`` before the first published evaluation."""
    firm, graded = selected_firm(ctx), firm_explanation(ctx)
    if firm is None or graded is None:
        return None
    return replace(graded, caption=replace(graded.caption, scope=short_firm(ctx.district, firm.name)))


def _evaluation_label(graded: FirmExplanation | None) -> str:
    return f"{graded.year}年度评价" if graded else "尚未发布年度评价"


def firm_provenance(ctx: ViewContext) -> FirmProvenance | None:
    """List batch, sheet and row of what the page shows."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    file, evaluated = firm.file, evaluation_scope(ctx)
    newest = [file.newest(name) for name in _TABLES[:3]]
    others = [o for name in _TABLES[3:] for o in file.origins if o.table == name]
    shown = tuple(_source(o) for o in (*newest, *others) if o is not None)
    every = sorted(file.origins, key=lambda o: o.key, reverse=True)
    every.sort(key=lambda o: _TABLES.index(o.table))
    definition = (
        "每行数据来自哪个批次、哪个文件的哪张表第几行；月度经营和年度评价列最新一行，展开可看全部。同一键值后来的批次替换先前的。"
    )
    return FirmProvenance(
        shown,
        tuple(_source(o) for o in every),
        evaluated.published.record if evaluated else None,
        max(o.when for o in file.origins),
        firm_caption(ctx, firm, definition, period=f"数据版本{ctx.full.version.number}"),
    )


def _source(origin: Origin) -> FirmRowSource:
    title = SHEET_BY_TABLE[origin.table].title
    match origin.table:
        case "monthly":
            month = int(origin.key)
            return FirmRowSource(title, months_label(month, month), origin)
        case "evaluation_input":
            return FirmRowSource(title, f"{origin.key}年", origin)
        case _:
            return FirmRowSource(title, origin.key, origin)
