"""Headers on every response: pages load from their own origin only, and only their browser may keep what was built for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response

#: Request header with the path and query of the page that a layout is for (set by `assets/base/viewport.js`).
ADDRESS = "X-Cockpit-Address"
#: Request headers that responses depend on.
VARY = ("Cookie", ADDRESS)
#: The headers that ``add_headers`` sets.
NAMES = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")


def add_headers(server: Flask, script_hashes: Callable[[], Sequence[str]]) -> None:
    """Add the headers to ``server``; ``script_hashes`` gives the CSP hashes of Dash's inline scripts.

    Plotly and Dash set element styles, so styles may be inline; scripts may not, and nothing may eval.
    """
    policy: list[str] = []

    def secure(response: Response) -> Response:
        if not policy:
            scripts = " ".join(f"'{h}'" if not h.startswith("'") else h for h in script_hashes())
            policy.append(
                "default-src 'self'; "
                f"script-src 'self' {scripts}; "
                "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
                "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
            )
        response.headers.setdefault("Content-Security-Policy", policy[0])
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        # What is built for a request depends on its cookies (viewport, a wall's token), and a layout on the address it is for.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.update(VARY)
        return response

    server.after_request(secure)
