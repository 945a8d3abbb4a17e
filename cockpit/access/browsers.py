"""What a browser is called in a list of logins."""

from __future__ import annotations

import re

#: Name -> its mark in the header ``User-Agent``; the first that matches, as most also name those that they descend from.
_BROWSERS = (
    ("微信", r"MicroMessenger"),
    ("钉钉", r"DingTalk"),
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPad", r"iPad"),
    ("iPhone", r"iPhone"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def browser_name(user_agent: str) -> str:
    """Return browser, version and system of a header ``User-Agent``: Chrome 130 · Windows; 未知浏览器 where neither is known."""
    names = []
    for name, pattern in _BROWSERS:
        if match := re.search(pattern, user_agent):
            names.append(f"{name} {match[1]}" if match.groups() else name)
            break
    names += [name for name, pattern in _SYSTEMS if re.search(pattern, user_agent)][:1]
    return " · ".join(names) or "未知浏览器"
