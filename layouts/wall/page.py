"""The wall's page and its remote as HTML: the frame only, scenes come as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from layouts.shell.outline import outline
from layouts.ui import ids
from layouts.ui.templates import render
from layouts.ui.theme import WALL_TOKENS, ThemeName


def wall_page(district: District, geometry: MapGeometry, config: dict[str, Any], theme: ThemeName, plotly: str) -> str:
    """Render the wall's page; ``config`` goes to `assets/pages/wall.js` as JSON; ``plotly`` is the address of the library."""
    return render(
        "wall/wall.html",
        district=district,
        outline=outline(district, geometry),
        theme=theme,
        tokens=WALL_TOKENS[theme],
        config=json.dumps(config, ensure_ascii=False),
        scripts=(plotly, "/assets/base/tooltips.js", "/assets/pages/wall.js"),
        bar_id=ids.WALL_BAR,
    )


def remote_page(district: District, scenes: Sequence[tuple[str, str]]) -> str:
    """Render the remote for a phone; ``scenes`` are (key, name). Chains that are scenes of their own aren't offered again."""
    played = {key for key, _ in scenes}
    others = [(f"chain:{chain.key}", chain.name) for chain in district.chains if f"chain:{chain.key}" not in played]
    actions = [("previous", "上一幕"), ("pause", "暂停"), ("play", "继续"), ("next", "下一幕"), ("show", "返回轮播")]
    groups = [
        ("播放", "action", actions),
        ("选择一幕", "scene", scenes),
        (f"看{district.terms.part}", "deep", [(f"town:{town.key}", town.name) for town in district.towns]),
        *([("看产业链", "deep", others)] if others else []),
    ]
    return render(
        "wall/remote.html",
        district=district,
        tokens=WALL_TOKENS["dark"],
        groups=groups,
        walls_id=ids.REMOTE_WALLS,
        status_id=ids.REMOTE_STATUS,
    )
