"""Where the server's time of a change of filter goes, step by step, in one process. ``python -m bench.breakdown URL``."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import brotli
from dash._utils import to_json

from bench.browser import filters
from bench.report import median
from callbacks.render import respond
from callbacks.request import PageRequest, build_context, resolve_page
from data.database.engine import open_engine
from data.district_pack import load_district, load_map
from data.repository.repository import DatabaseRepository
from layouts.components.client import build_patch
from layouts.components.panel import Panel, panel_props
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import Viewport

_T = TypeVar("_T")
_WARM, _REPEATS = 10, 60
#: As the server compresses responses (``server.compression``).
_BROTLI_LEVEL = 1


def main(url: str, path: str) -> dict[str, float]:
    """Measure each step; returns the medians in milliseconds."""
    district = load_district("linping")
    geometry, repository = load_map(district), DatabaseRepository(open_engine(url), district)
    durations: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, work: Callable[[], _T]) -> _T:
        started = time.perf_counter()
        result = work()
        durations[name].append((time.perf_counter() - started) * 1e3)
        return result

    def measure(search: str) -> None:
        data = timed("query: newest version", repository.snapshot)
        target = resolve_page(repository, data, path, search)
        page = target.page
        if page is None:
            raise SystemExit(f"{path} is no page with values")
        ctx, _ = build_context(repository, target.data, target.selection)
        context = RenderContext(path, target.selection, district, geometry, Viewport())
        views = {id(spec.compute): spec.compute for spec in page.panels}
        values: dict[int, Any] = timed("aggregation: views", lambda: {key: view(ctx) for key, view in views.items()})
        panels = timed(
            "layout: panels", lambda: [Panel(spec, spec.render(values[id(spec.compute)], context)) for spec in page.panels]
        )
        patch = timed("layout: patch", lambda: [build_patch(panel_props(panel)) for panel in panels])
        payload = timed("serialization", lambda: to_json(patch))
        timed("compression", lambda: brotli.compress(payload.encode(), quality=_BROTLI_LEVEL))
        request = PageRequest(path, search, Viewport(), page.key)
        timed("whole response, views cached", lambda: respond(repository, geometry, request))

    for towns, industries in filters(_WARM + _REPEATS, 31):
        measure("?" + "&".join([*(f"town={t}" for t in towns), *(f"industry={i}" for i in industries)]))
    return {name: median(values[_WARM:]) for name, values in durations.items()}


if __name__ == "__main__":
    for name, value in main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "/").items():
        print(f"{name:40} {value:8.2f} ms")
