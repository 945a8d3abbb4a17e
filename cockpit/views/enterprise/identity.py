"""One enterprise as values: who it is, and where what is known of it comes from."""

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
from cockpit.views.land import evaluation as land
from cockpit.views.land.firms import FirmExplanation, firm_explanation
from cockpit.views.parts import Caption

#: Tables in the order in which origins are told; of the first three the newest row stands for all.
_TABLES = ("enterprise", "monthly", "evaluation_input", "remediation", "project")


@dataclass(frozen=True)
class Subject:
    """The enterprise that the page is about: its row of the register, and what is on file."""

    row: Mapping[Any, Any]
    file: EnterpriseFile

    @property
    def code(self) -> str:
        """The credit code."""
        return self.file.code

    @property
    def name(self) -> str:
        """The full name."""
        return str(self.row["name"])

    @property
    def chain(self) -> str:
        """The chain's key."""
        return word(self.row["chain"])

    @property
    def reports(self) -> bool:
        """Whether there are monthly figures at all: 宗地 firms report once a year only."""
        return not self.file.monthly.empty


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the enterprise is. Words are '' and ``member`` is ``None`` where the register says nothing; land in 亩.

    ``months``: first and last month with figures; ``grade`` of the evaluation of ``year`` ('' = not evaluated).
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
class Source:
    """A row's origin in words: ``title`` of its sheet, ``which`` row of the enterprise it is."""

    title: str
    which: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Provenance:
    """Origins of the rows that the page shows newest, of all rows, and the evaluation's record."""

    shown: tuple[Source, ...]
    every: tuple[Source, ...]
    record: EvaluationRecord | None
    newest: datetime
    caption: Caption


def subject(ctx: ViewContext) -> Subject | None:
    """The enterprise that the selection names; ``None`` when the register doesn't know it."""
    rows = ctx.full.ledgers["enterprise"]
    found = rows[rows["credit_code"] == ctx.selection.firm].to_dict("records")
    file = ctx.repository.enterprise(ctx.full, ctx.selection.firm) if found else None
    return Subject(found[0], file) if file else None


def word(cell: Any) -> str:
    """A cell of the register as text, '' when it is empty."""
    return "" if pd.isna(cell) else str(cell)


def caption(ctx: ViewContext, firm: Subject, definition: str, *, period: str) -> Caption:
    """The sentence under a panel of the page."""
    return Caption(short_firm(firm.name), period, ctx.caption().data_month, definition)


def identity(ctx: ViewContext) -> Identity | None:
    """The register's row in words, and the newest grade not after the period."""
    firm = subject(ctx)
    if firm is None:
        return None
    row, graded, months = firm.row, firm_explanation(ctx), firm.file.monthly["month"]
    town, division = word(row["town"]), str(row["industry_code"])[:2]
    told = graded.explanation if graded else None
    return Identity(
        firm.code,
        firm.name,
        short_firm(firm.name),
        firm.chain,
        group_name(ctx.district, Grouping.CHAIN, firm.chain)[0],
        word(row["stage"]),
        word(row["role"]),
        town,
        group_name(ctx.district, Grouping.TOWN, town)[0],
        word(row["park"]),
        f"{row['industry_code']} {industry_name(division)}",
        word(row["kind"]),
        float(row["land_mu"]),
        as_date(row["founded_on"]),
        None if pd.isna(row["platform_member"]) else bool(row["platform_member"]),
        months_label(int(months.iloc[0]), int(months.iloc[-1])) if firm.reports else "",
        told.grade if told else "",
        graded.year if graded else 0,
        f"{told.group}第{told.rank:,}位，共{told.group_size:,}家" if told else "",
        caption(ctx, firm, "名称、归属和用地来自企业名录；等级为不晚于所选期间的最新一次已发布评价。", period=_published(graded)),
    )


def story(ctx: ViewContext) -> FirmExplanation | None:
    """The newest grade not after the period explained; ``None`` before the first published evaluation."""
    firm, told = subject(ctx), firm_explanation(ctx)
    if firm is None or told is None:
        return None
    said = replace(told.caption, scope=short_firm(firm.name))
    return replace(told, caption=said)


def _published(told: FirmExplanation | None) -> str:
    return f"{told.year}年度评价" if told else "尚未发布年度评价"


def provenance(ctx: ViewContext) -> Provenance | None:
    """Batch, sheet and row behind the figures of the page."""
    firm = subject(ctx)
    if firm is None:
        return None
    file, found = firm.file, land.evaluation_scope(ctx)
    single = [file.newest(name) for name in _TABLES[:3]]
    several = [o for name in _TABLES[3:] for o in file.origins if o.table == name]
    shown = tuple(_source(o) for o in (*single, *several) if o is not None)
    every = sorted(file.origins, key=lambda o: o.key, reverse=True)
    every.sort(key=lambda o: _TABLES.index(o.table))
    told = (
        "每行数据来自哪个批次、哪个文件的哪张表第几行；月度经营和年度评价列最新一行，展开可看全部。同一键值后来的批次替换先前的。"
    )
    return Provenance(
        shown,
        tuple(_source(o) for o in every),
        found.published.record if found else None,
        max(o.when for o in file.origins),
        caption(ctx, firm, told, period=f"数据版本{ctx.full.version.number}"),
    )


def _source(origin: Origin) -> Source:
    title = SHEET_BY_TABLE[origin.table].title
    match origin.table:
        case "monthly":
            month = int(origin.key)
            return Source(title, months_label(month, month), origin)
        case "evaluation_input":
            return Source(title, f"{origin.key}年", origin)
        case _:
            return Source(title, origin.key, origin)
