"""Colours of a field's layout over the district (一主两翼): areas in the chain's colour, by their role."""

from __future__ import annotations

from layouts.ui.theme import Viewport

#: Strength of the chain's colour over the neutral one, by theme and role.
STRENGTH = {"dark": {"主": 0.72, "翼": 0.28}, "light": {"主": 0.85, "翼": 0.40}}
_TEXT_TOKENS = ("t1", "bg")

Rgb = tuple[int, ...]


def area_fill(token: str, role: str, viewport: Viewport) -> Rgb:
    """Mix the colour of an area in ``role`` (主 or 翼; else ``KeyError``); ``token``: the chain's colour."""
    strength = STRENGTH[viewport.theme][role]
    over, under = _parts(viewport.token(token)), _parts(viewport.token("s3"))
    return tuple(round(strength * a + (1 - strength) * b) for a, b in zip(over, under, strict=True))


def legible(fill: Rgb, viewport: Viewport) -> str:
    """Return the text token that stands out more on ``fill``."""
    return max(_TEXT_TOKENS, key=lambda t: _contrast(_luminance(_parts(viewport.token(t))), _luminance(fill)))


def css_rgb(fill: Rgb) -> str:
    """Format the colour for CSS."""
    return f"rgb({','.join(map(str, fill))})"


def _parts(colour: str) -> Rgb:
    value = colour.lstrip("#")
    return tuple(int(value[i : i + 2], 16) for i in (0, 2, 4))


def _luminance(colour: Rgb) -> float:
    """Relative luminance of WCAG 2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: float, b: float) -> float:
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
