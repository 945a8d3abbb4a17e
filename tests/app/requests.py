"""What a browser posts for a change of the address, and a cache that only notes which responses are cacheable."""

from __future__ import annotations


class NoCache:
    """As ``callbacks.cache_control.CacheControl``, for tests that look at responses and not at what is sent."""

    def __init__(self, snapshot=None):
        self._snapshot = snapshot
        self.cacheable = 0

    def snapshot(self):
        return self._snapshot

    def mark_cacheable(self):
        self.cacheable += 1


def change(search="?town=tangqi", page="overview", path="/"):
    """What the browser posts when an address is chosen, by default that of a town on the overview."""
    return {
        "output": "..page.children...current-page.data...patcher.patch..",
        "outputs": [
            {"id": "page", "property": "children"},
            {"id": "current-page", "property": "data"},
            {"id": "patcher", "property": "patch"},
        ],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "viewport", "property": "data", "value": None},
        ],
        "state": [{"id": "current-page", "property": "data", "value": page}],
        "changedPropIds": ["url.search"],
    }
