"""What the facts engines can do: load, refresh, sum, list. Writes Markdown and JSON; no part of the tests.

python -m bench.engines --on sqlite --firms 10000 --months 60
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from data.facts.statements import Versions, seen
from data.facts.tables import fact


def firm_page(
    chosen: Versions, stored: str, month: int, *, towns: Sequence[str], divisions: Sequence[str], limit: int, offset: int = 0
) -> Select[Any]:
    """A page of the firms of a month, the largest first: sorted, filtered and cut by the engine."""
    wanted = [c.in_(list(keys)) for c, keys in ((fact.c.town, towns), (fact.c.division, divisions)) if keys]
    return (
        select(fact.c.credit_code, fact.c.town, fact.c.division, fact.c[stored])
        .where(seen(chosen, [month]), *wanted)
        .order_by(fact.c[stored].desc(), fact.c.credit_code)
        .limit(limit)
        .offset(offset)
    )
