"""Parts of every wall scene: hero value, second values, target tracks. `layouts/wall/templates/parts.html` renders them."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from cockpit import formatting
from cockpit.analysis.targets import Target
from cockpit.catalogue.metrics import METRICS
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from cockpit.formatting import FormattedValue
from cockpit.views.parts import Kpi
from layouts.components.change import change
from layouts.components.kpi_strip import track_position
from layouts.ui.templates import NOTHING
from layouts.ui.theme import Viewport

Orientation = Literal["wide", "ultra", "tall"]


@dataclass(frozen=True, slots=True)
class WallContext:
    """What rendering a scene needs: district, map, viewport (its scale makes chart text 2.04 u), and the screen's orientation."""

    district: District
    map_geometry: MapGeometry
    viewport: Viewport
    orientation: Orientation

    @property
    def most_facts(self) -> int:
        """Number of second values that the screen has room for."""
        return 2 if self.orientation == "tall" else 4


@dataclass(frozen=True, slots=True)
class RenderedScene:
    """A scene as HTML, and its charts by the name of their slot."""

    html: Markup
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Track:
    """Completion of a target on a track to 120 %: width and tick in percent, the tone where it is behind, and labels."""

    width: str
    tick: str
    tone: str
    amount: str = ""
    completion: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A second value: name with a note, the value, HTML below it; ``target``: what a touch opens."""

    name: str
    value: FormattedValue
    below: Markup | str = NOTHING
    note: str = ""
    alert: str = ""
    tone: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Hero:
    """The one large value: its change with what it is compared with, a note beside it, and its target."""

    name: str
    value: FormattedValue
    change: Markup = NOTHING
    versus: str = ""
    note: str = ""
    track: Track | None = None


def hero(kpi: Kpi, name: str, note: str = "") -> Hero:
    """Build the hero of a scene."""
    versus = "" if math.isnan(kpi.compared.change) else " 同比"
    track = target_track(kpi.target, kpi) if kpi.target else None
    return Hero(name, _value(kpi), _change(kpi), versus, note, track)


def facts(kpis: Sequence[Kpi], most: int, scope: str = "", linked: Container[str] = METRICS) -> list[Fact]:
    """Build the second values; a touch shows the scene by that metric, where it is one of ``linked``.

    ``scope``: the town or chain of the scene as a command (`cockpit.district.playlist.Command`) names it.
    """
    return [_fact(kpi, scope, is_linked=kpi.metric.key in linked) for kpi in kpis[:most]]


def _fact(kpi: Kpi, scope: str, *, is_linked: bool) -> Fact:
    alert, tone = (kpi.target.behind_text, kpi.target.pace.tone) if kpi.target else ("", "")
    # The scene names its period once, at the hero; a value over other months adds its own.
    note = " 近12个月" if kpi.metric.is_trailing else ""
    target = f"{scope}/{kpi.metric.key}" if scope else f"metric:{kpi.metric.key}"
    return Fact(kpi.metric.name, _value(kpi), _change(kpi), note, alert, tone, target if is_linked else "")


def target_track(target: Target, kpi: Kpi | None = None) -> Track:
    """Build the track of a target; with ``kpi``, whose target it is, labels of amount and completion."""
    width, tick = track_position(target.completion), track_position(target.time_gone)
    if kpi is None:
        return Track(width, tick, target.pace.tone)
    amount = formatting.format_number(target.amount, formatting.scale_for(kpi.metric, kpi.compared.value))
    return Track(width, tick, target.pace.tone, amount, formatting.format_percent(target.completion))


def _value(kpi: Kpi) -> FormattedValue:
    return formatting.format_value(kpi.metric, kpi.compared.value)


def _change(kpi: Kpi) -> Markup:
    return change(kpi.compared.change, is_percent=kpi.compared.is_percent, reason=kpi.compared.reason)
