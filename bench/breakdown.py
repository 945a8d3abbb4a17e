"""Where the server's time of a change of filter goes, step by step, in one process. ``python -m bench.breakdown URL``."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from dash._utils import to_json

from bench.browser import filters
from bench.report import median
from callbacks.render import PageRequest, respond
from callbacks.request import build_context, parse_selection
from data.database.engine import open_engine
from data.district_pack import load_district, load_map
from data.repository.repository import DatabaseRepository
from layouts.components.panel import parts
from layouts.components.part import painting
from layouts.pages import page_of
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import Viewport
from server.compression import CODECS

_T = TypeVar("_T")
_WARM, _TIMES = 10, 60


def main(url: str, path: str) -> dict[str, float]:
    """Median milliseconds of each step."""
    district = load_district("linping")
    shape, repository = load_map(district), DatabaseRepository(open_engine(url), district)
    taken: dict[str, list[float]] = defaultdict(list)

    def step(name: str, work: Callable[[], _T]) -> _T:
        begun = time.perf_counter()
        found = work()
        taken[name].append((time.perf_counter() - begun) * 1e3)
        return found

    for towns, industries in filters(_WARM + _TIMES, 31):
        search = "?" + "&".join([*(f"town={t}" for t in towns), *(f"industry={i}" for i in industries)])
        data = step("query: newest version", repository.snapshot)
        selection, _ = parse_selection(search, district)
        page = page_of(path, selection, district)
        if page is None or isinstance(page, str):
            raise SystemExit(f"{path} is no page with figures")
        ctx, _ = build_context(repository, data, selection)
        env = RenderContext(path, selection, district, shape, Viewport())
        views = {id(s.view): s.view for s in page.panels}
        values: dict[int, Any] = step("aggregation: views", lambda made=views, on=ctx: {k: v(on) for k, v in made.items()})
        drawn = step(
            "layout: panels",
            lambda on=page, of=values, at=env: [parts(s.draw(of[id(s.view)], at)) for s in on.panels],
        )
        paint = step("layout: elements as text", lambda of=drawn: [painting(d) for d in of])
        told = step("serialisation", lambda of=paint: to_json(of))
        step("compression", lambda of=told: CODECS["br"](of.encode()))
        step(
            "the whole answer, views remembered",
            lambda at=search, key=page.key: respond(repository, shape, PageRequest(path, at, Viewport(), key)),
        )
    return {name: median(values[_WARM:]) for name, values in taken.items()}


if __name__ == "__main__":
    for name, value in main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "/").items():
        print(f"{name:40} {value:8.2f} ms")
