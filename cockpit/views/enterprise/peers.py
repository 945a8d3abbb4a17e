"""The firms most like an enterprise, and the projects that it invests in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cockpit.calendar.dates import as_date, format_day, month_end
from cockpit.calendar.periods import months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.views.context import ViewContext
from cockpit.views.enterprise.identity import SelectedFirm, firm_caption, selected_firm, text_or_empty
from cockpit.views.enterprise.metrics import chain_firm_table, similar_firms
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.parts import Caption

_PEERS = 5
#: Steps of a project, the last one first: the column of its date, and its name.
_STEPS = (("in_production_on", "投产"), ("completed_on", "竣工"), ("started_on", "开工"), ("signed_on", "签约"))


@dataclass(frozen=True, slots=True)
class PeerFirm:
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
class PeerFirmList:
    """The enterprise and those most like it, nearest first.

    ``size``: what their size is; ``pool``: how many were compared, of which ``chain_and_stage``; ``reason``: why there are none.
    """

    rows: tuple[PeerFirm, ...]
    size: str
    pool: int
    chain_and_stage: str
    reason: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmProject:
    """A project of the enterprise: money in 万元 (NaN = missing); ``step`` 1-4 from signing to production, named ``stage``."""

    number: str
    name: str
    field: str
    planned: float
    invested: float
    signed_on: date | None
    step: int
    stage: str


@dataclass(frozen=True, slots=True)
class FirmProjectList:
    """Projects signed up to the period's end, the latest first; ``known`` is False without any project ledger."""

    rows: tuple[FirmProject, ...]
    known: bool
    caption: Caption


def peer_firms(ctx: ViewContext) -> PeerFirmList | None:
    """Find the five firms of the same chain, stage and kind that are nearest by land, output and staff (see ``_nearest``)."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    evaluated = evaluation_scope(ctx)
    graded = evaluated.evaluation.firms if evaluated else None
    grades = dict(zip(graded["credit_code"], graded["grade"], strict=True)) if graded is not None else {}
    pool, size, period = _pool(ctx, firm, graded)
    stage = text_or_empty(firm.row["stage"])
    pool = pool[pool["stage"].fillna("") == stage]
    rows = tuple(_peer_firm(ctx, row, grades, firm.code) for row in _nearest(pool, firm.code))
    chain_and_stage = " · ".join(p for p in (group_name(ctx.district, Grouping.CHAIN, firm.chain)[0], stage) if p)
    reason = "" if len(rows) > 1 else "同链条环节没有规模可比的企业" if rows else "没有可供比较的用地、产值和用工数据"
    definition = (
        f"同一产业链、同一环节的{firm.row['kind']}企业，按用地、{size}、用工人数三项的对数差的平方和由小到大取前{_PEERS}家。"
    )
    caption = firm_caption(ctx, firm, definition, period=period)
    return PeerFirmList(rows, size, max(len(pool) - 1, 0), chain_and_stage, reason, caption)


def _pool(ctx: ViewContext, firm: SelectedFirm, graded: pd.DataFrame | None) -> tuple[pd.DataFrame, str, str]:
    """Return the firms to choose from (``land_mu, size, staff, tax``), what size means, and the label of their period."""
    columns = ["credit_code", "name", "town", "stage", "land_mu", "size", "staff", "tax"]
    if not firm.reports:
        if graded is None:
            return pd.DataFrame(columns=columns), "营业收入", "尚未发布年度评价"
        frame = similar_firms(graded, firm).rename(columns={"revenue": "size"})
        return frame[columns], "主营业务收入", f"{evaluation_scope(ctx).year}年度评价"  # type: ignore[union-attr]
    table = chain_firm_table(ctx, firm.chain)
    window = "year" if "year" in table.numbers else "now"
    metrics = {"size": METRICS["output"], "staff": METRICS["staff"], "tax": METRICS["tax"]}
    frame = table.frame.assign(**{name: table.values(metric, window) for name, metric in metrics.items()})
    return frame[columns], "产值", months_label(*table.windows[table.numbers[window]])


def _nearest(pool: pd.DataFrame, code: str) -> Sequence[pd.Series]:
    """Return the enterprise, then the nearest firms: by the sum of squared differences of logarithms.

    What the enterprise has no value of is left out of the distance.
    """
    own = pool[pool["credit_code"] == code]
    others = pool[pool["credit_code"] != code]
    if own.empty:
        return ()
    firm = own.iloc[0]
    compared = [c for c in ("land_mu", "size", "staff") if firm[c] > 0]
    others = others[(others[compared] > 0).all(axis=1)]
    distance = pd.Series(0.0, index=others.index)
    for column in compared:
        distance += (others[column].astype("float64").map(math.log) - math.log(firm[column])) ** 2
    ordered = others.assign(distance=distance).sort_values(["distance", "credit_code"], kind="stable")
    return [firm, *(row for _, row in ordered.head(_PEERS).iterrows())]


def _peer_firm(ctx: ViewContext, row: pd.Series, grades: dict[str, str], own: str) -> PeerFirm:
    code, area = str(row["credit_code"]), float(row["land_mu"])
    return PeerFirm(
        code,
        short_firm(ctx.district, str(row["name"])),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        area,
        float(row["size"]),
        float(row["staff"]),
        float(row["tax"]) / area if area > 0 else math.nan,
        grades.get(code, ""),
        code == own,
    )


def firm_projects(ctx: ViewContext) -> FirmProjectList | None:
    """List the projects whose investor (投资主体) bears exactly the enterprise's name, as they stood at the period's end."""
    firm = selected_firm(ctx)
    if firm is None:
        return None
    ledger, end = ctx.full.ledgers["project"], month_end(ctx.period.last)
    own = ledger[(ledger["investor"] == firm.name) & (ledger["signed_on"] <= end)]
    own = own.sort_values(["signed_on", "project_no"], ascending=[False, True], kind="stable")
    definition = "项目台账中投资主体与企业名称完全一致的项目，按签约日期计。"
    caption = firm_caption(ctx, firm, definition, period=f"截至{format_day(end)}")
    return FirmProjectList(tuple(_project(row, end) for row in own.to_dict("records")), not ledger.empty, caption)


def _project(row: dict[Any, Any], end: pd.Timestamp) -> FirmProject:
    reached = [(i, name) for i, (field, name) in enumerate(_STEPS) if pd.notna(row[field]) and row[field] <= end]
    steps_left, stage = reached[0]
    planned, invested = (math.nan if pd.isna(row[f]) else float(row[f]) / FEN_PER_WAN for f in ("planned_fen", "invested_fen"))
    number, name, field = str(row["project_no"]), str(row["name"]), text_or_empty(row["field"])
    return FirmProject(number, name, field, planned, invested, as_date(row["signed_on"]), len(_STEPS) - steps_left, stage)
