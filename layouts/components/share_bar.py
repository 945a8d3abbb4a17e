"""Parts of a whole as one bar in one colour, distinguished by opacity, with their labels below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from layouts.ui.templates import render
from layouts.ui.theme import css_color


@dataclass(frozen=True, slots=True)
class Share:
    """One part. ``size``: its width as CSS (``width:30%``, ``flex:3``), '' where it has only a label; ``strength``: opacity."""

    label: str
    size: str
    strength: float


def share_bar(shares: Sequence[Share], token: str) -> Markup:
    """Render the bar and its labels in a token's colour."""
    return render("components/share_bar.html", shares=shares, color=css_color(token))
