"""Many people who change filters as fast as they are answered, without a browser: what the server bears."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlparse

from bench.browser import Filters, filters
from bench.servers import Side

_TIMEOUT = 120
#: Of 28,512 that there are.
_NEW = 14_000


@dataclass
class Counted:
    """Seconds of each answer, and how many failed."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0


def crowd(side: Side, people: int, duration: float, selections: int = _NEW) -> dict[str, float]:
    """Answers a second, their median and p95 in ms, and errors; what was begun in time is waited for.

    People share so many different selections and begin them anew when they are through: by default more than they get
    through, so nobody asks what somebody asked before; a few hundred come again and again.
    """
    counts = [Counted() for _ in range(people)]
    bodies = [json.dumps(body(side, chosen)).encode() for chosen in filters(selections, 7)]
    until = time.perf_counter() + duration
    threads = [threading.Thread(target=_person, args=(side, bodies[i::people], until, c)) for i, c in enumerate(counts)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    seconds = sorted(s for c in counts for s in c.seconds)
    errors = sum(c.errors for c in counts)
    if not seconds:
        return {"rate": 0.0, "p50": float("nan"), "p95": float("nan"), "errors": errors}
    at = (len(seconds) // 2, int(len(seconds) * 0.95))
    return {"rate": len(seconds) / took, "p50": seconds[at[0]] * 1e3, "p95": seconds[at[1]] * 1e3, "errors": errors}


def _person(side: Side, bodies: list[bytes], until: float, count: Counted) -> None:
    place = urlparse(side.address)
    line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=_TIMEOUT)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    at = 0
    while time.perf_counter() < until:
        begun = time.perf_counter()
        try:
            line.request("POST", "/_dash-update-component", bodies[at % len(bodies)], headers)
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                count.seconds.append(time.perf_counter() - begun)
            else:
                count.errors += 1
        except (OSError, http.client.HTTPException):
            count.errors += 1
            line.close()
        at += 1
    line.close()


def body(side: Side, chosen: Filters) -> dict[str, Any]:
    """What the browser posts for a change of the filters."""
    if side.name == "cockpit":
        towns, industries = chosen
        pairs = [*(f"town={quote(t)}" for t in towns), *(f"industry={i}" for i in industries)]
        values = (("url", "pathname", "/"), ("url", "search", "?" + "&".join(pairs)), ("viewport", "data", None))
        return _callback(
            ("page.children", "current-page.data", "patcher.painting"),
            values,
            (("current-page", "data", "overview"),),
            "url.search",
        )
    figures = ("trend.figure", "per-mu.figure", "chains.figure", "grades.figure", "firms.figure")
    values = (("filter-town", "value", chosen[0]), ("filter-industry", "value", chosen[1]))
    return _callback(("kpis.children", *figures, "table.rowData"), values, (), "filter-town.value")


def _callback(outputs: tuple[str, ...], inputs: Any, state: Any, changed: str) -> dict[str, Any]:
    pairs = [name.rsplit(".", 1) for name in outputs]
    return {
        "output": f"..{'...'.join(outputs)}..",
        "outputs": [{"id": i, "property": p} for i, p in pairs],
        "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
        "state": [{"id": i, "property": p, "value": v} for i, p, v in state],
        "changedPropIds": [changed],
    }
