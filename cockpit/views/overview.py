"""The overview (总览) as values."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.metrics import Metric
from cockpit.selection import Shade
from cockpit.views.parts import Caption, Contributions, Item, Kpi, Trend


@dataclass(frozen=True, slots=True)
class TownPanel:
    """Towns by the chosen metric: what the map and the table beside it show.

    ``rows``: every town of the district, in district order; a town without data has NaN. ``tax_per_mu`` and
    ``completion`` (of the town's own annual output target, fraction) run parallel to ``rows``. ``shade``
    tells what colours the map; ``choices`` the metrics that may be chosen.
    """

    metric: Metric
    shade: Shade
    choices: tuple[Metric, ...]
    rows: tuple[Item, ...]
    tax_per_mu: tuple[float, ...]
    completion: tuple[float, ...]
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ChainCard:
    """One chain beside the others. ``months``/``monthly_change``: growth of each month (fractions, NaN = none).

    ``item.share``: share of the district's output; ``points``: its contribution to the growth in percentage
    points; ``leader_share``: the leader's share of the chain's output.
    """

    item: Item
    last_month_change: float
    months: tuple[int, ...]
    monthly_change: tuple[float, ...]
    points: float
    leader_share: float
    firms: float


@dataclass(frozen=True, slots=True)
class ChainsPanel:
    """The chains side by side, largest first."""

    metric: Metric
    cards: tuple[ChainCard, ...]
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Remark:
    """A line under the month's reading: ``level`` ok | amber | red, a sentence, and the page that shows why."""

    level: str
    text: str
    link_label: str
    link: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """The month in one paragraph, made from the figures. ``paragraph``: (text, emphasised) in order."""

    headline: str
    paragraph: tuple[tuple[str, bool], ...]
    remarks: tuple[Remark, ...]
    caption: Caption


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    kpis: tuple[Kpi, ...]
    towns: TownPanel
    chains: ChainsPanel
    trend: Trend
    contributions: Contributions
    briefing: Briefing
    caption: Caption
