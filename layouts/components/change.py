"""A change: arrow, sign and colour together, never colour alone."""

from __future__ import annotations

import math

from cockpit import formatting
from layouts.ui import html


def change(fraction: float, *, is_percent: bool, reason: str = "", arrow: bool = True) -> html.Span:
    """A growth (or difference of a metric in %) as ``▲ +7.4%``; ``—`` with the reason when it isn't defined."""
    text = formatting.change(fraction, is_percent=is_percent)
    if math.isnan(fraction):
        return html.Span(formatting.MISSING, className="change flat", title=reason or "没有可比的基数")
    sign = 0 if text[0] not in f"+{formatting.MINUS}" else (1 if text[0] == "+" else -1)
    mark = {1: "▲ ", -1: "▼ ", 0: ""}[sign] if arrow else ""
    tone = {1: "up", -1: "down", 0: "flat"}[sign]
    return html.Span(f"{mark}{text}", className=f"change {tone}")


def counted(difference: float, unit: str) -> html.Span:
    """A change of a count as ``▼ −4 家``; ``—`` when there is nothing to compare with."""
    if math.isnan(difference):
        return html.Span(formatting.MISSING, className="change flat", title="没有可比的基数")
    if not difference:
        return html.Span("持平", className="change flat")
    mark, tone = {1: ("▲ ", "up"), -1: ("▼ ", "down")}[1 if difference > 0 else -1]
    return html.Span(f"{mark}{formatting.signed(difference, 0)} {unit}", className=f"change {tone}")
