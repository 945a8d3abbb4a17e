"""Every component id."""

from __future__ import annotations

from typing import Any

URL = "url"
PAGE = "page"
CURRENT_PAGE = "current-page"
PATCHER = "patcher"
VIEWPORT = "viewport"
NAVIGATION = "navigation"
TABBAR = "tabbar"
FRESHNESS = "freshness"
NOTICES = "notices"
RESET = "reset"
CONNECTION_TOAST = "connection-toast"
ACTION_TOAST = "action-toast"

#: Links to the areas above and below the one that is shown.
BREADCRUMB = "breadcrumb"
FILTER_TOWN = "filter-town"
FILTER_ROW = "filter-row"
TOWN_FILTER_LABEL = "town-filter-label"
FILTER_INDUSTRY = "filter-industry"
FILTER_PERIOD = "filter-period"
FILTER_MONTH = "filter-month"
FILTER_COMPARE = "filter-compare"
FILTER_COMPARABLE = "filter-comparable"
#: Drop-downs whose options the server searches.
SEARCHED_FILTERS = (FILTER_TOWN, FILTER_INDUSTRY)
FILTERS = (FILTER_TOWN, FILTER_INDUSTRY, FILTER_PERIOD, FILTER_MONTH, FILTER_COMPARE, FILTER_COMPARABLE)
#: Values of the filters in the last response: whatever differs from them, the reader has changed.
SERVER_FILTERS = "server-filters"

#: The search for an enterprise in the head, and what it found.
SEARCH = "search"
SEARCH_RESULTS = "search-results"

#: The list of evaluated firms, and the search in it.
FIRM_GRID = "firm-grid"
FIRM_SEARCH = "firm-search"
FIRM_SEARCH_STATUS = "firm-search-status"
#: The what-if: values of the unchanged scenario, the requested changes, those evaluated last (the form is below).
SCENARIO_BASE = "scenario-base"
SCENARIO_CHANGES = "scenario-changes"
SCENARIO_EVALUATED = "scenario-evaluated"
#: The data version that the what-if was drawn from.
DATA_VERSION = "data-version"
SCENARIO_NAME = "scenario-name"
SCENARIO_AUTHOR = "scenario-author"
SCENARIO_STATUS = "scenario-status"
SAVE_SCENARIO = "scenario-save"
PUBLISH_OPENER, PUBLISH_PREVIEW = "publish-opener", "publish-preview"
PUBLISH_SCENARIO = "scenario-publish"
#: The saved scenario whose deletion was confirmed: its ``name``, and when (`assets/pages/land_scenario.js`).
SCENARIO_TO_DELETE = "scenario-to-delete"
#: The wall's bar, and the remote's list of walls and its answers (`assets/pages/wall.js`, `assets/pages/wall_remote.js`).
WALL_BAR = "bar"
REMOTE_WALLS = "walls"
REMOTE_STATUS = "remote-status"


def slider(key: Any) -> dict[str, Any]:
    """Build the id of a slider; ``key``: that of its ``PolicySlider``, or a wildcard of Dash."""
    return {"type": "slider", "key": key}


def baseline(key: Any) -> dict[str, Any]:
    """Build the id of the choice of a group's baselines; ``key``: its ``baseline_key``, or a wildcard of Dash."""
    return {"type": "baseline", "key": key}


def search_result(number: int) -> str:
    """Build the id of a search result; ``number`` counts from 0."""
    return f"search-result-{number}"


def head(panel: str) -> str:
    """Build the id of a panel's title and insight."""
    return f"{panel}-head"


def graph(panel: str) -> str:
    """Build the id of a panel's chart."""
    return f"{panel}-graph"


def box(panel: str) -> str:
    """Build the id of the frame around a panel's chart."""
    return f"{panel}-box"


def body(panel: str) -> str:
    """Build the id of what a panel shows beside or instead of a chart."""
    return f"{panel}-body"


def foot(panel: str) -> str:
    """Build the id of the caption under a panel."""
    return f"{panel}-foot"
