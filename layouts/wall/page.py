"""The wall's page and its remote as HTML: the frame only, scenes come as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from layouts.shell.frame import outline
from layouts.ui import html, ids
from layouts.ui.markup import to_html
from layouts.ui.theme import WALL_TOKENS, ThemeName

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="/assets/00_tokens.css">
<link rel="stylesheet" href="/assets/05_fonts.css">
<link rel="stylesheet" href="/assets/24_drawn.css">
<link rel="stylesheet" href="/assets/wall.css">
<style>html:root[data-theme] {{ {tokens} }}</style>
</head>
<body class="{kind}">
{body}
{scripts}
</body>
</html>"""


def wall_page(district: District, shape: MapGeometry, told: dict[str, Any], theme: ThemeName, plotly: str) -> str:
    """The wall's page; ``told`` is what `assets/wall.js` needs: scenes, seconds, name, build."""
    mark = f'<div class="w-mark-picture" style="mask-image:url(&quot;{outline(district, shape)}&quot;)"></div>'
    label = '<span class="w-demo">演示数据</span>' if district.demonstration else ""
    body = (
        f'<div class="w-wall" id="wall" data-told="{escape(json.dumps(told, ensure_ascii=False))}">'
        f'<header class="w-top">{mark}<b>{escape(district.title)}</b>'
        f'<span class="w-scene-name" id="scene-name"></span>{label}</header>'
        '<main class="w-stage" id="stage"></main>'
        '<footer class="w-foot"><span class="w-dots" id="dots"></span><span class="w-ring" id="ring"></span>'
        '<span id="countdown"></span><span class="w-next" id="next"></span><span class="w-sign" id="sign" role="status"></span>'
        '<span class="w-stamp" id="stamp"></span></footer>'
        f"{to_html(_bar())}</div>"
    )
    addresses = (plotly, "/assets/hints.js", "/assets/wall.js")
    scripts = "".join(f'<script src="{escape(address)}"></script>' for address in addresses)
    return _page(district.title, outline(district, shape), theme, "wall-body", body, scripts)


def _bar() -> html.Div:
    """The small bar that a touch or a key opens."""
    keys = [("previous", "◀", "上一幕"), ("pause", "❚❚", "暂停"), ("next", "▶", "下一幕"), ("full", "全屏", "全屏")]
    buttons = [
        html.Button(mark, title=words, **{"data-press": key, "aria-label": words, "type": "button"}) for key, mark, words in keys
    ]
    return html.Div(buttons, id=ids.WALL_BAR, className="w-control", hidden=True)


def remote_page(district: District, scenes: Sequence[tuple[str, str]]) -> str:
    """The leader's remote for a phone."""
    keys = [("previous", "上一幕"), ("pause", "暂停"), ("play", "继续"), ("next", "下一幕")]
    body = html.Div(
        [
            html.H1("大屏遥控"),
            html.Div(id=ids.REMOTE_WALLS, className="r-walls"),
            html.P("", id=ids.REMOTE_STATUS, className="r-told"),
            _group("播放", [("action", k, w) for k, w in keys]),
            _group("选择一幕", [("scene", k, w) for k, w in scenes]),
            _group("看镇街", [("town", t.key, t.name) for t in district.towns]),
            _group("看产业链", [("chain", c.key, c.name) for c in district.chains]),
        ],
        className="r-remote",
    )
    return _page(
        f"大屏遥控 · {district.title}",
        "data:,",
        "dark",
        "remote-body",
        to_html(body),
        '<script src="/assets/remote.js"></script>',
    )


def _group(title: str, buttons: Sequence[tuple[str, str, str]]) -> html.Section:
    keys = [html.Button(words, **{f"data-{kind}": key, "type": "button"}) for kind, key, words in buttons]
    return html.Section([html.H2(title), html.Div(keys, className="r-keys")])


def _page(title: str, icon: str, theme: ThemeName, kind: str, body: str, scripts: str) -> str:
    tokens = " ".join(f"--{name}: {value};" for name, value in WALL_TOKENS[theme].items())
    return _PAGE.format(theme=theme, title=escape(title), icon=icon, tokens=tokens, kind=kind, body=body, scripts=scripts)
