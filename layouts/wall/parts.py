"""What every wall scene is made of: headline, hero figure, second figures, titled blocks with a chart."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cockpit import formatting
from cockpit.analysis.targets import Pace, Target
from cockpit.catalogue.metrics import METRICS
from cockpit.district.district import District
from cockpit.district.geo import MapShape
from cockpit.views.parts import Kpi
from cockpit.views.wall.headlines import Headline
from layouts.components.change import change
from layouts.ui import html
from layouts.ui.theme import Screen

Shape = Literal["wide", "ultra", "tall"]


@dataclass(frozen=True, slots=True)
class WallEnv:
    """What drawing a scene needs: the map, the screen (its scale makes chart text 2.04 u), and the screen's shape."""

    district: District
    map: MapShape
    on: Screen
    shape: Shape


@dataclass(frozen=True, slots=True)
class Drawn:
    """A scene's markup and its charts by slot."""

    body: Any
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)


def headline(said: Headline) -> html.Div:
    """One sentence with one coloured phrase, and the facts below it."""
    words = [html.Span(text, className=tone) if tone else text for text, tone in said.words]
    return html.Div([html.H2(words, className="w-headline"), html.P(said.below, className="w-below")], className="w-head")


def hero(kpi: Kpi, name: str, *, beside: str = "", extra: Any = None) -> html.Div:
    """The one large figure."""
    return html.Div(
        [
            html.Div(name, className="w-hero-name"),
            _figure(kpi, "w-hero"),
            html.Div([_change(kpi), html.Span(beside, className="w-note")], className="w-hero-change"),
            target_bar(kpi) if kpi.target else extra,
        ],
        className="w-hero-block",
    )


def _figure(kpi: Kpi, className: str) -> html.Div:
    shown = formatting.figure(kpi.metric, kpi.compared.value)
    return number(shown.text, shown.unit, className)


def number(text: str, unit: str, className: str) -> html.Div:
    """A figure with its unit; `assets/wall.js` counts it up when it changes."""
    return html.Div([html.B(text, **{"data-count": ""}), html.Span(unit, className="w-unit")], className=className)


def _change(kpi: Kpi) -> html.Span:
    told = change(kpi.compared.change, is_percent=kpi.compared.is_percent, reason=kpi.compared.reason)
    word = "" if math.isnan(kpi.compared.change) else " 同比"
    return html.Span([told, html.Span(word, className="w-note")], className="w-change")


def target_bar(kpi: Kpi) -> html.Div:
    """Completion of the figure's annual target, with amount and share in words."""
    target = kpi.target
    assert target is not None
    amount = formatting.number(target.amount, formatting.scale_for(kpi.metric, kpi.compared.value))
    done = html.Span(f"完成 {formatting.percent(target.completion)}", className=tone(target))
    words = html.Div([html.Span(f"年度目标 {amount}"), done], className="w-track-words")
    return html.Div([track(target), words], className="w-target")


def track(target: Target) -> html.Div:
    """Completion on a track to 120 %, with the share of the time gone as a tick."""
    done = f"{min(max(target.completion, 0.0) / 1.2, 1.0) * 100:.2f}%"
    tick = f"{min(target.time_gone, 1.2) / 1.2 * 100:.2f}%"
    return html.Div([html.I(style={"width": done}, className=tone(target)), html.U(style={"left": tick})], className="w-track")


def tone(target: Target) -> str:
    """warn or bad where the target is behind."""
    return {Pace.AMBER: "warn", Pace.RED: "bad"}.get(target.pace, "")


def second(kpis: Sequence[Kpi], most: int, within: str = "", choices: Container[str] = METRICS) -> html.Div:
    """The second figures under hairlines; a touch shows the scene by that metric, where it is one of ``choices``.

    ``within``: the town or chain that the scene is about, as a touch names it (`cockpit.district.playlist.Command`).
    """
    return html.Div([_second(k, within, k.metric.key in choices) for k in kpis[:most]], className="w-second")


def _second(kpi: Kpi, within: str, leads_on: bool) -> html.Div:
    behind: list[Any] = []
    if kpi.target and kpi.target.pace is not Pace.ON:
        mark = "■" if kpi.target.pace is Pace.RED else "◆"
        words = f"{mark} 落后{formatting.rounded(kpi.target.points_behind, 1)}点"
        behind = [html.Span(words, className=tone(kpi.target))]
    told = change(kpi.compared.change, is_percent=kpi.compared.is_percent, reason=kpi.compared.reason)
    # The scene names its period once, at the hero; a figure over other months says so itself.
    name = [kpi.metric.name, html.Span(" 近12个月", className="w-note")] if kpi.metric.is_trailing else kpi.metric.name
    deep = f"{within}/{kpi.metric.key}" if within else f"metric:{kpi.metric.key}"
    return fact(name, _figure(kpi, "w-value"), [told, *behind], deep=deep if leads_on else "")


def fact(name: Any, figure: Any, below: Any, deep: str = "") -> html.Div:
    """A second figure: name, value, one line below; ``deep``: where a touch leads."""
    more = {"data-deep": deep} if deep else {}
    parts = [html.Div(name, className="w-name"), figure, html.Div(below, className="w-change")]
    return html.Div(parts, className="w-fact", **more)


def block(title: str, note: str, content: Any, className: str = "") -> html.Div:
    """A titled block of a scene; no box, only space."""
    head = html.Div([html.B(title), html.Span(note)], className="w-title")
    return html.Div([head, content], className=f"w-block {className}")


def chart(slot: str) -> html.Div:
    """Where a chart goes."""
    return html.Div(className="w-chart", **{"data-figure": slot})
