"""Colours, once: the token table of both themes, the chains' colours, and the one Plotly template.

`assets/base/tokens.css` says the same to the browser; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cockpit.district.colors import CHAIN_COLORS
from cockpit.district.district import District

ThemeName = Literal["dark", "light"]

TOKENS: Mapping[ThemeName, Mapping[str, str]] = {
    "dark": {
        "bg": "#0A0F18",
        "s1": "#0F1622",
        "s2": "#151E2D",
        "s3": "#1E2A3C",
        "line": "#1B2535",
        "line2": "#2A394F",
        "t1": "#EAF0F8",
        "t2": "#A9B6C9",
        "t3": "#8797AE",
        "ghost": "#3A4A62",
        "up": "#F86A6B",
        "down": "#54C398",
        "warn": "#F0B648",
        "warnbg": "#2B2210",
        "bad": "#FF8A7A",
        "badbg": "#321A1C",
        "accent": "#7DB2FF",
        "accentbg": "#16263F",
        "now": "#DCE7F7",
        "prev": "#6B7C95",
        "bar": "#4A6285",
        "m1": "#1B2B44",
        "m2": "#1F395E",
        "m3": "#254A7A",
        "m4": "#2C5B97",
        "m5": "#346DB4",
        "chain-rose": "#AF627A",
        "chain-lime": "#C4FEAB",
        "chain-blue": "#6B98D8",
        "chain-violet": "#754DB2",
        "chain-cyan": "#89E0E9",
        "chain-gold": "#D0B271",
        "chain-forest": "#2E8B57",
        "chain-copper": "#B5651D",
        "chain-pink": "#F2A7F0",
        "chain-teal": "#0F8A86",
        "chain-orange": "#FF9A4A",
        "chain-indigo": "#5A5FFF",
        "grade-a": "#90E6D3",
        "grade-a-on": "#06231F",
        "grade-b": "#61B7E8",
        "grade-b-on": "#04202F",
        "grade-c": "#5B6472",
        "grade-c-on": "#FFFFFF",
        "grade-d": "#E06131",
        "grade-d-on": "#1B0A02",
        "grade-d-text": "#F08A5E",
    },
    "light": {
        "bg": "#F3F5F8",
        "s1": "#FFFFFF",
        "s2": "#F5F7FA",
        "s3": "#E9EDF3",
        "line": "#E3E8EF",
        "line2": "#CBD3DF",
        "t1": "#0F1B2D",
        "t2": "#45546A",
        "t3": "#5B6A80",
        "ghost": "#B6C0CE",
        "up": "#C2272A",
        "down": "#117555",
        "warn": "#8F5A00",
        "warnbg": "#FFF4DC",
        "bad": "#B3261E",
        "badbg": "#FDECEA",
        "accent": "#1D5FBF",
        "accentbg": "#E6EFFB",
        "now": "#14253D",
        "prev": "#8593A7",
        "bar": "#9DB2CF",
        "m1": "#E7EEF8",
        "m2": "#D2E0F3",
        "m3": "#B9D0EC",
        "m4": "#9EBEE4",
        "m5": "#82ABDB",
        "chain-rose": "#972647",
        "chain-lime": "#4DA564",
        "chain-blue": "#014891",
        "chain-violet": "#7A3FB5",
        "chain-cyan": "#3A8DA0",
        "chain-gold": "#916208",
        "chain-forest": "#1F5A2E",
        "chain-copper": "#7A2E12",
        "chain-pink": "#D45BB0",
        "chain-teal": "#0A6E6B",
        "chain-orange": "#D9772B",
        "chain-indigo": "#7C83F0",
        "grade-a": "#00695C",
        "grade-a-on": "#FFFFFF",
        "grade-b": "#2470BD",
        "grade-b-on": "#FFFFFF",
        "grade-c": "#A9B2BF",
        "grade-c-on": "#0F1B2D",
        "grade-d": "#E35E1F",
        "grade-d-on": "#0F1B2D",
        "grade-d-text": "#B0410F",
    },
}
#: Tokens that differ on the wall, which is read from five metres (contrast of at least 7).
WALL_TOKENS: Mapping[ThemeName, Mapping[str, str]] = {
    "dark": {
        "t2": "#C3CEDD",
        "t3": "#AEBBCD",
        "up": "#FF8A87",
        "down": "#62D0A6",
        "warn": "#F5C25C",
        "line2": "#34465F",
        "s3": "#22304A",
        "prev": "#93A4BC",
        "ghost": "#55677F",
        "m1": "#1B2B44",
        "m2": "#1D3456",
        "m3": "#203F6B",
        "m4": "#244B7E",
        "m5": "#27568C",
        "grade-c": "#4E5765",
    },
    "light": {
        "t2": "#2E3C51",
        "t3": "#3D4B60",
        "up": "#9E1B20",
        "down": "#0B5A41",
        "warn": "#6B4300",
        "grade-a": "#003F39",
        "grade-b": "#065D89",
    },
}
RAMP = ("m1", "m2", "m3", "m4", "m5")
FONT = (
    '"Inter Num","Noto Sans SC","Source Han Sans SC","Noto Sans CJK SC","PingFang SC",'
    '"HarmonyOS Sans SC","Microsoft YaHei",sans-serif'
)
_NARROW = 700
_DESIGN_PX = 16.0


@dataclass(frozen=True, slots=True)
class Viewport:
    """What figures must know of the screen: theme, root font size over 16 px, whether it is a phone's width or a wall."""

    theme: ThemeName = "dark"
    scale: float = 1.0
    narrow: bool = False
    wall: bool = False

    def token(self, name: str) -> str:
        """Return the colour of a token as #RRGGBB, which stands for itself, too; raises ``KeyError`` for an unknown one."""
        if name.startswith("#"):
            return name
        over = WALL_TOKENS[self.theme] if self.wall else {}
        return over.get(name) or TOKENS[self.theme][name]

    def px(self, size: float) -> float:
        """Scale a size in pixels of the 1920 design to this screen."""
        return round(size * self.scale, 2)

    def faded(self, name: str, opacity: float) -> str:
        """Return a token's colour with an opacity, as rgba()."""
        value = self.token(name).lstrip("#")
        red, green, blue = (int(value[i : i + 2], 16) for i in (0, 2, 4))
        return f"rgba({red},{green},{blue},{opacity})"


#: The cookie in which the browser describes its viewport.
VIEWPORT_COOKIE = "screen"


def parse_viewport(cookie: str | None) -> Viewport:
    """Parse the cookie of `assets/base/viewport.js`: theme, root font size and width in px (``dark.16.1920``); else defaults."""
    parts = (cookie or "").split(".")
    theme: ThemeName = "light" if parts[0] == "light" else "dark"
    try:
        size, width = (int(p) for p in parts[1:3])
    except ValueError:
        return Viewport(theme)
    return Viewport(theme, min(max(size / _DESIGN_PX, 0.5), 8.0), 0 < width < _NARROW)


def chain_token(district: District, chain: str) -> str:
    """Return the name of a chain's colour token, or its colour where the pack gives one of its own; neutral for no chain."""
    color = district.chain_colors.get(chain, "")
    return f"chain-{color}" if color in CHAIN_COLORS else color or "bar"


def grade_token(grade: str) -> str:
    """Return the name of a grade's colour token, grey without a grade."""
    name = f"grade-{grade.lower()}"
    return name if name in TOKENS["dark"] else "ghost"


def css_color(token: str) -> str:
    """Format a token, or a colour as it is, as a CSS value for inline styles."""
    return token if token.startswith("#") else f"var(--{token})"


def layout(viewport: Viewport, **more: Any) -> dict[str, Any]:
    """Build the layout of every chart: transparent, no legend, no zoom, no grid. ``more`` overrides it; axes are merged."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "fixedrange": True,
        "ticklabeloverflow": "allow",
        "tickfont": {"size": viewport.px(12), "color": viewport.token("t3")},
    }
    base: dict[str, Any] = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "autosize": True,
        "font": {"family": FONT, "size": viewport.px(12), "color": viewport.token("t2")},
        "hoverlabel": {
            "bgcolor": viewport.token("s3"),
            "bordercolor": viewport.token("line2"),
            "align": "left",
            "font": {"family": FONT, "size": viewport.px(13), "color": viewport.token("t1")},
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
    }
    merged = base | {k: v for k, v in more.items() if not k.startswith(("xaxis", "yaxis"))}
    for name in [k for k in more if k.startswith(("xaxis", "yaxis"))] or ["xaxis", "yaxis"]:
        merged[name] = axis | more.get(name, {})
    return merged
