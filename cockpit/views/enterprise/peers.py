"""The firms most like an enterprise, and the projects that it invests in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cockpit.calendar.dates import as_date, month_end
from cockpit.calendar.periods import months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.views.context import ViewContext
from cockpit.views.enterprise.identity import Subject, caption, subject, word
from cockpit.views.enterprise.metrics import alike, chain_table
from cockpit.views.land import evaluation as land
from cockpit.views.parts import Caption

_PEERS = 5
_STAGES = (("in_production_on", "投产"), ("completed_on", "竣工"), ("started_on", "开工"), ("signed_on", "签约"))


@dataclass(frozen=True, slots=True)
class Peer:
    """A firm beside the enterprise (``own``: the enterprise itself). Land in 亩, size in 万元, tax in 万元/亩; NaN = unknown."""

    code: str
    name: str
    town: str
    land: float
    size: float
    staff: float
    tax_per_mu: float
    grade: str
    own: bool


@dataclass(frozen=True, slots=True)
class Peers:
    """The enterprise and those most like it, nearest first; ``size`` what their size is, ``pool`` how many were compared."""

    rows: tuple[Peer, ...]
    size: str
    pool: int
    place: str
    reason: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmProject:
    """A project of the enterprise: money in 万元 (NaN = not told); ``step`` 1-4 from signing to production, ``stage`` says it."""

    number: str
    name: str
    field: str
    planned: float
    invested: float
    signed_on: date | None
    step: int
    stage: str


@dataclass(frozen=True, slots=True)
class FirmProjects:
    """Projects signed up to the period's end, the latest first; ``known`` is False without any project ledger."""

    rows: tuple[FirmProject, ...]
    known: bool
    caption: Caption


def peers(ctx: ViewContext) -> Peers | None:
    """Five firms of the same chain, stage and kind, nearest by land, output and staff on a logarithmic scale."""
    firm = subject(ctx)
    if firm is None:
        return None
    found = land.evaluation_scope(ctx)
    graded = found.evaluation.firms if found else None
    grades = dict(zip(graded["credit_code"], graded["grade"], strict=True)) if graded is not None else {}
    frame, size, period = _pool(ctx, firm, graded)
    stage = word(firm.row["stage"])
    frame = frame[frame["stage"].fillna("") == stage]
    near = _nearest(frame, firm.code)
    rows = tuple(_peer(ctx, row, grades, firm.code) for row in near)
    place = " · ".join(p for p in (group_name(ctx.district, Grouping.CHAIN, firm.chain)[0], stage) if p)
    reason = "" if len(rows) > 1 else "同链条环节没有规模可比的企业" if rows else "没有可供比较的用地、产值和用工数据"
    told = f"同一产业链、同一环节的{firm.row['kind']}企业，按用地、{size}、用工人数三项的对数差的平方和由小到大取前{_PEERS}家。"
    return Peers(rows, size, max(len(frame) - 1, 0), place, reason, caption(ctx, firm, told, period=period))


def _pool(ctx: ViewContext, firm: Subject, graded: pd.DataFrame | None) -> tuple[pd.DataFrame, str, str]:
    """The firms to choose from with ``land_mu, size, staff, tax``, what size means, and of which period they are."""
    columns = ["credit_code", "name", "town", "stage", "land_mu", "size", "staff", "tax"]
    if not firm.reports:
        if graded is None:
            return pd.DataFrame(columns=columns), "营业收入", "尚未发布年度评价"
        frame = alike(graded, firm).rename(columns={"revenue": "size"})
        return frame[columns], "主营业务收入", f"{land.evaluation_scope(ctx).year}年度评价"  # type: ignore[union-attr]
    table = chain_table(ctx, firm.chain)
    window = "year" if "year" in table.at else "now"
    found = {"size": METRICS["output"], "staff": METRICS["staff"], "tax": METRICS["tax"]}
    frame = table.frame.assign(**{name: table.values(metric, window) for name, metric in found.items()})
    return frame[columns], "产值", months_label(*table.runs[table.at[window]])


def _nearest(frame: pd.DataFrame, code: str) -> Sequence[pd.Series]:
    """The enterprise, then the nearest firms; what the enterprise has no figure of is left out of the distance."""
    own = frame[frame["credit_code"] == code]
    others = frame[frame["credit_code"] != code]
    if own.empty:
        return ()
    mine = own.iloc[0]
    used = [c for c in ("land_mu", "size", "staff") if mine[c] > 0]
    others = others[(others[used] > 0).all(axis=1)]
    gaps = np.log(others[used].astype("float64")) - np.log(mine[used].astype("float64"))
    ordered = others.assign(distance=(gaps**2).sum(axis=1)).sort_values(["distance", "credit_code"], kind="stable")
    return [mine, *(row for _, row in ordered.head(_PEERS).iterrows())]


def _peer(ctx: ViewContext, row: pd.Series, grades: dict[str, str], own: str) -> Peer:
    code, area = str(row["credit_code"]), float(row["land_mu"])
    return Peer(
        code,
        short_firm(str(row["name"])),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        area,
        float(row["size"]),
        float(row["staff"]),
        float(row["tax"]) / area if area > 0 else np.nan,
        grades.get(code, ""),
        code == own,
    )


def projects(ctx: ViewContext) -> FirmProjects | None:
    """Projects whose investor (投资主体) bears exactly the enterprise's name, as they stood at the period's end."""
    firm = subject(ctx)
    if firm is None:
        return None
    ledger, end = ctx.full.ledgers["project"], month_end(ctx.period.last)
    own = ledger[(ledger["investor"] == firm.name) & (ledger["signed_on"] <= end)]
    own = own.sort_values(["signed_on", "project_no"], ascending=[False, True], kind="stable")
    said = caption(ctx, firm, "项目台账中投资主体与企业名称完全一致的项目，按签约日期计。", period=f"截至{end:%Y年%-m月%-d日}")
    return FirmProjects(tuple(_project(row, end) for row in own.to_dict("records")), not ledger.empty, said)


def _project(row: dict[Any, Any], end: pd.Timestamp) -> FirmProject:
    reached = [(at, said) for at, (field, said) in enumerate(_STAGES) if pd.notna(row[field]) and row[field] <= end]
    at, stage = reached[0]
    planned, invested = (np.nan if pd.isna(row[f]) else float(row[f]) / FEN_PER_WAN for f in ("planned_fen", "invested_fen"))
    number, name, field = str(row["project_no"]), str(row["name"]), word(row["field"])
    return FirmProject(number, name, field, planned, invested, as_date(row["signed_on"]), len(_STAGES) - at, stage)
