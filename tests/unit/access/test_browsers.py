"""What a browser is called in a list of logins."""

from __future__ import annotations

import pytest

from cockpit.access.browsers import browser_name

WINDOWS, MAC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36", "Chrome 130 · Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge 131 · Windows"),
        (f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "Safari 17 · macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
        (f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/130.0 Mobile Safari/537.36", "Chrome 130 · Android"),
        (f"{PHONE} Version/17.1 Mobile/15E148 Safari/604.1", "Safari 17 · iPhone"),
        (f"{PHONE} Mobile/15E148 MicroMessenger/8.0.43", "微信 · iPhone"),
        ("", "未知浏览器"),
        ("<script>", "未知浏览器"),
    ],
)
def test_a_browser_by_its_name_and_system(agent, name):
    assert browser_name(agent) == name
