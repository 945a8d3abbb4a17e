"""Many clients that change filters as fast as the server responds, without a browser: the server's capacity."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlparse

from bench.browser import Filters, filters
from bench.servers import ServerSide
from layouts.ui import ids

_TIMEOUT = 120
#: Of the 28,512 possible selections.
_NEW = 14_000


@dataclass
class CrowdCounts:
    """Seconds of each response, and how many requests failed."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0


def crowd(side: ServerSide, people: int, duration: float, selections: int = _NEW) -> dict[str, float]:
    """Measure responses a second, their median and p95 in ms, and errors; requests sent in time are awaited.

    The clients share so many different selections and start again when all were requested. By default these are more than
    they can request, so none is repeated; a few hundred are repeated many times.
    """
    counts = [CrowdCounts() for _ in range(people)]
    bodies = [json.dumps(body(side, selection)).encode() for selection in filters(selections, 7)]
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
    index = (len(seconds) // 2, int(len(seconds) * 0.95))
    return {"rate": len(seconds) / took, "p50": seconds[index[0]] * 1e3, "p95": seconds[index[1]] * 1e3, "errors": errors}


def _person(side: ServerSide, bodies: list[bytes], until: float, count: CrowdCounts) -> None:
    address = urlparse(side.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_TIMEOUT)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    index = 0
    while time.perf_counter() < until:
        started = time.perf_counter()
        try:
            connection.request("POST", "/_dash-update-component", bodies[index % len(bodies)], headers)
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                count.seconds.append(time.perf_counter() - started)
            else:
                count.errors += 1
        except (OSError, http.client.HTTPException):
            count.errors += 1
            connection.close()
        index += 1
    connection.close()


def body(side: ServerSide, selection: Filters) -> dict[str, Any]:
    """Build what the browser posts for a change of the filters."""
    if side.name == "cockpit":
        towns, industries = selection
        pairs = [*(f"town={quote(t)}" for t in towns), *(f"industry={i}" for i in industries)]
        address = ((ids.URL, "pathname", "/"), (ids.URL, "search", "?" + "&".join(pairs)), (ids.VIEWPORT, "data", None))
        outputs = (f"{ids.PAGE}.children", f"{ids.CURRENT_PAGE}.data", f"{ids.PATCHER}.patch")
        return _callback(outputs, address, ((ids.CURRENT_PAGE, "data", "overview"),), f"{ids.URL}.search")
    charts = ("trend.figure", "per-mu.figure", "chains.figure", "grades.figure", "firms.figure")
    values = (("filter-town", "value", selection[0]), ("filter-industry", "value", selection[1]))
    return _callback(("kpis.children", *charts, "table.rowData"), values, (), "filter-town.value")


def _callback(outputs: tuple[str, ...], inputs: Any, state: Any, changed: str) -> dict[str, Any]:
    pairs = [name.rsplit(".", 1) for name in outputs]
    return {
        "output": f"..{'...'.join(outputs)}..",
        "outputs": [{"id": i, "property": p} for i, p in pairs],
        "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
        "state": [{"id": i, "property": p, "value": v} for i, p, v in state],
        "changedPropIds": [changed],
    }
