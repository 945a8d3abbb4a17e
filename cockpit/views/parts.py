"""The building blocks of page views: values in stored units with what is needed to show them honestly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Target
from cockpit.catalogue.formulas import Metric


@dataclass(frozen=True, slots=True)
class Caption:
    """The sentence under a chart: what is selected, the period, the data date; and the definition.

    ``scope`` 全区 · 全部行业; ``period`` 2022年1—12月, 同比上年同期; ``data_month`` 数据截至2022年12月;
    ``definition`` 口径; ``notes`` what restricts the values (e.g. 项目不分行业，未按行业筛选).
    """

    scope: str
    period: str
    data_month: str
    definition: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The caption without the definition, as one line."""
        return " · ".join(p for p in (self.scope, self.period, self.data_month, *self.notes) if p)


@dataclass(frozen=True, slots=True)
class Kpi:
    """One key metric. Spark values are months in the stored unit, NaN = none; ``spark_base`` the year before."""

    metric: Metric
    label: str
    compared: Compared
    last_month: Compared | None
    last_month_label: str
    spark: tuple[float, ...]
    spark_base: tuple[float, ...]
    target: Target | None
    note: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A named value of a list or chart: key for links, name, short name, value, change as a fraction, share.

    ``share_shown``: the share in % as it is shown wherever; with those of the rest of the list it adds up to 100.0.
    """

    key: str
    name: str
    short: str
    value: float
    base: float
    change: float
    share: float
    share_shown: Decimal = formatting.NO_SHARE


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month of a trend: ``base`` a year before, ``before`` two years before; NaN = none, of all of them: a gap.

    ``covered``: months that the value covers; 2 = January and February reported together, shown as one wide month.
    """

    month: int
    covered: int
    value: float
    base: float
    before: float
    change: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A metric by month, in its stored unit: the months that ``growth.trend`` chooses, each with one and two years before."""

    metric: Metric
    points: tuple[TrendPoint, ...]
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ContributionStep:
    """A part of the whole's change. ``points`` sum exactly to the whole's; ``shown`` sum to it as rounded.

    For a ratio ``points`` is ``own`` (its own ratio moved) plus ``structure`` (weight moved between parts).
    """

    key: str
    name: str
    points: float
    shown: float
    own: float = math.nan
    structure: float = math.nan

    @property
    def shown_parts(self) -> tuple[float, float]:
        """``own`` and ``structure`` rounded so that they add up to ``shown``."""
        own, structure = formatting.round_to_sum([self.own, self.structure], self.shown, 2)
        return own, structure


@dataclass(frozen=True, slots=True)
class Contributions:
    """What drove growth: parts of the whole's growth in percentage points, largest first.

    ``whole_name``: what all parts make up. ``leaders``, ``laggards``: the enterprises that pulled and dragged most;
    ``reason``: why there are no ``steps``.
    """

    metric: Metric
    label: str
    steps: tuple[ContributionStep, ...]
    total: float
    total_shown: float
    whole_name: str
    leaders: tuple[ContributionStep, ...]
    laggards: tuple[ContributionStep, ...]
    insight: str
    reason: str
    caption: Caption
