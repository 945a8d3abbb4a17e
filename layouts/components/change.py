"""A change: arrow, sign and colour together, never colour alone."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.selection import CHANGE_LABELS, Selection
from layouts.ui.templates import macro

_change = macro("components/change.html", "change")


def change(fraction: float, *, is_percent: bool, reason: str = "", arrow: bool = True) -> Markup:
    """Render growth (or the difference of a metric in %) as ``▲ +7.4%``; ``—`` with the reason where it isn't defined."""
    text = formatting.format_change(fraction, is_percent=is_percent)
    if math.isnan(fraction):
        return Markup(_change(formatting.MISSING, "flat", reason or "没有可比的基数"))
    sign = 0 if text[0] not in f"+{formatting.MINUS}" else (1 if text[0] == "+" else -1)
    mark = {1: "▲ ", -1: "▼ ", 0: ""}[sign] if arrow else ""
    return Markup(_change(f"{mark}{text}", {1: "up", -1: "down", 0: "flat"}[sign], ""))


def compare_note(selection: Selection) -> str:
    """Return what a subtitle says of changes: · 同比; '' where nothing is compared."""
    label = CHANGE_LABELS[selection.compare]
    return f" · {label}" if label else ""


def count_change(difference: float, unit: str) -> Markup:
    """Render the change of a count as ``▼ −4家``; ``—`` when there is nothing to compare with."""
    if math.isnan(difference):
        return Markup(_change(formatting.MISSING, "flat", "没有可比的基数"))
    if not difference:
        return Markup(_change("持平", "flat", ""))
    mark, tone = ("▲ ", "up") if difference > 0 else ("▼ ", "down")
    return Markup(_change(f"{mark}{formatting.format_signed(difference, 0)}{unit}", tone, ""))
