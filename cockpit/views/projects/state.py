"""The projects as of the period's last day: what every panel of the page 项目 starts from."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import pandas as pd

from cockpit import cache
from cockpit.aggregations.ledger_sums import invested
from cockpit.calendar import months as m
from cockpit.calendar.dates import format_day, month_end
from cockpit.calendar.periods import months_label
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.ledgers.projects import delay_rules, projects_as_of
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption

#: The catalogue's entries: planned investment, and the rates of start and of investment done.
PLANNED, STARTED, DONE = (METRICS[k] for k in ("signed_investment", "start_rate", "investment_completion"))

#: Of which day completed investment is, said under every panel that shows it.
INVESTED_AS_OF = "累计完成投资是台账填报当时的数：期末在月度数据最新月份及以后的用最新一批，更早的用当月的批次，没有的不显示。"
_STATE = f"状态按各步日期推定：期末以后的日期视为尚未发生，缺中间日期的按已到的最后一步计。{INVESTED_AS_OF}"


@dataclass(frozen=True)
class ProjectState:
    """The projects as of ``projects_on`` a day.

    ``signed``: signed within the period; ``stock``: signed at any time up to its last day ``day``; ``known``:
    whether the district keeps a ledger of projects at all. ``caption`` and ``stock_caption``: the sentence for either.
    """

    day: pd.Timestamp
    signed: TableView
    stock: TableView
    known: bool
    caption: Caption
    stock_caption: Caption

    @property
    def is_stock(self) -> bool:
        """Whether nothing was signed within the period, as in many a January: what was signed before is shown instead."""
        return not len(self.signed) and bool(len(self.stock))

    @property
    def shown(self) -> TableView:
        """The projects that panels break down: those signed within the period, without any of them the stock."""
        return self.stock if self.is_stock else self.signed

    @property
    def shown_caption(self) -> Caption:
        """The sentence for ``shown``."""
        return self.stock_caption if self.is_stock else self.caption

    def lead(self, insight: str) -> str:
        """Begin a sentence about ``shown`` with what it is of, where that isn't the period's projects."""
        return f"期内没有签约，看在库项目：{insight}" if self.is_stock and insight else insight


class ProjectRates:
    """The two rates of anything that counts projects and sums their money: ratios of sums, NaN over nothing."""

    __slots__ = ()
    count: int
    started: int
    planned: float
    invested: float

    @property
    def start_rate(self) -> float:
        """Started ÷ signed."""
        return self.started / self.count if self.count else math.nan

    @property
    def completion(self) -> float:
        """Invested ÷ planned."""
        return self.invested / self.planned if self.planned else math.nan


def project_state(ctx: ViewContext, *, every_town: bool = False, every_chain: bool = False) -> ProjectState:
    """Select the projects of the selected areas and chains; with ``every_…`` whichever are selected."""
    selection = ctx.selection.replace(comparable=False)
    selection = selection.replace(**({"towns": ()} if every_town else {}), **({"chains": ()} if every_chain else {}))
    ctx = dataclasses.replace(ctx, selection=selection)
    day = month_end(ctx.period.last)
    stock = projects_on(ctx, day).filter({"town": selection.towns, "chain": selection.chains})
    within_period = stock.take(stock.month("signed_on") >= ctx.period.first)
    until = f"截至{format_day(day)}"
    within = f"{months_label(ctx.period.first, ctx.period.last)}签约，{until}"
    signed = _caption(ctx, within, f"统计签约日期在期内的项目。{_STATE}")
    every = _caption(ctx, f"{until}签约的全部项目", f"统计期末前签约的全部项目，不论哪年签约。{_STATE}")
    return ProjectState(day, within_period, stock, not ctx.full.ledgers["project"].empty, signed, every)


def projects_on(ctx: ViewContext, day: pd.Timestamp) -> TableView:
    """Return all projects as of a day, with ``planned`` and ``invested`` in 万元 and the days ``over`` their limit."""

    def build() -> ColumnStore:
        rows = ctx.full.ledgers["project"]
        known = invested(ctx.full, m.month(day.year, day.month))
        stock = projects_as_of(rows.assign(invested_fen=math.nan if known is None else known), day, ctx.district.thresholds)
        money = {n: stock[f"{n}_fen"].astype("float64") / FEN_PER_WAN for n in ("planned", "invested")}
        return ColumnStore(stock.assign(**money, over=(day - stock["limit"]).dt.days.astype("float64")))

    return ctx.full.cache.get_or_compute(cache.PROJECTS, day, build).rows


def count_started(projects: TableView) -> int:
    """Count the projects that have started at least."""
    return int((projects.number("step") >= 1).sum())


def count_late(projects: TableView) -> int:
    """Count the projects that are behind by rule already."""
    return int((~projects.isin("concern", ("",)) & ~projects.boolean("soon")).sum())


def _caption(ctx: ViewContext, period: str, definition: str) -> Caption:
    caption = ctx.caption(period=period)
    return Caption(
        caption.scope, caption.period, ctx.data_date("project"), definition, restriction_notes(PLANNED, ctx.where, ctx.terms)
    )


def delay_rules_text(ctx: ViewContext) -> str:
    """Write the rules by which a project is behind as one sentence of a 口径."""
    rules = "；".join(f"{r.concern.value}：{r.text}" for r in delay_rules(ctx.district.thresholds))
    return f"{rules}。到下月底将超过的提前提醒；一个项目只计一种情形；未填完成投资的不判断停滞。"
