"""What the browser's scripts need to read and write the address; they define no key, default or period form themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache

from cockpit.calendar.periods import PERIOD_LINKS
from cockpit.selection import URL_DEFAULTS, URL_KEYS
from layouts.ui import ids

#: Widget of the filter row -> the key of the address that it sets; the last two set it together.
_FILTER_KEYS = {
    ids.FILTER_TOWN: "town",
    ids.FILTER_INDUSTRY: "industry",
    ids.FILTER_COMPARE: "compare",
    ids.FILTER_COMPARABLE: "comparable",
    ids.FILTER_PERIOD: "period",
    ids.FILTER_MONTH: "period",
}


@cache
def url_contract() -> str:
    """Return the contract as JSON, safe inside a script element (`assets/base/navigation.js`, `assets/base/filters.js`)."""
    period = {
        "kind": ids.FILTER_PERIOD,
        "month": ids.FILTER_MONTH,
        "forms": {str(kind): asdict(link) for kind, link in PERIOD_LINKS.items()},
    }
    contract = {"keys": URL_KEYS, "defaults": dict(URL_DEFAULTS), "filters": _FILTER_KEYS, "period": period}
    return json.dumps(contract).replace("<", "\\u003c")
