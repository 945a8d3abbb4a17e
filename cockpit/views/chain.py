"""A chain's page as values. One view for every chain: a chain is data."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.district import Chain
from cockpit.metrics import Metric
from cockpit.views.parts import Caption, Item, Kpi, Trend


@dataclass(frozen=True, slots=True)
class Stage:
    """A node of the chain's map (产业链图谱).

    ``item``: output, change and share of the chain's output; NaN value = no figures. ``gap``: no enterprise
    of the district (缺链); ``weak``: why it is weak (弱链), empty when it isn't; ``leader``: the short name
    of the chain leader when it stands here. Stages without a place in the map have position ''.
    """

    item: Item
    position: str
    next_stages: tuple[str, ...]
    firms: float
    gap: bool
    weak: str
    leader: str


@dataclass(frozen=True, slots=True)
class StagePanel:
    """The chain's stages, by position and then output."""

    stages: tuple[Stage, ...]
    metric: Metric
    rule: str
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Role:
    """Leader, suppliers or others (链主/配套/一般): output, change, contribution in points, number of firms."""

    item: Item
    points: float
    firms: float


@dataclass(frozen=True, slots=True)
class LeaderPanel:
    """链主带动: the leader's share, and how its suppliers grow against the others."""

    leader_name: str
    leader_place: str
    leader_share: float
    roles: tuple[Role, ...]
    metric: Metric
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FirmRow:
    """One enterprise of the list; money in 万元, ``tax_per_mu`` over twelve months in 万元/亩."""

    credit_code: str
    name: str
    town: str
    industry: str
    stage: str
    role: str
    output: float
    change: float
    share: float
    tax_per_mu: float


@dataclass(frozen=True, slots=True)
class FirmPanel:
    """The largest enterprises, and how concentrated the chain is: CR4 (fraction) and HHI (0-10,000)."""

    rows: tuple[FirmRow, ...]
    firms: int
    cr4: float
    hhi: float
    metric: Metric
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The chain's output by town or by industry, largest first; towns with their share of the district in ``share``."""

    title: str
    items: tuple[Item, ...]
    metric: Metric
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ChainPage:
    """The whole page."""

    chain: Chain
    chains: tuple[Chain, ...]
    kpis: tuple[Kpi, ...]
    stages: StagePanel
    leader: LeaderPanel
    trend: Trend
    towns: Breakdown
    industries: Breakdown
    firms: FirmPanel
    caption: Caption
