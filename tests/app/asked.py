"""What a browser posts for a change of the address, and a memory of questions without the answers."""

from __future__ import annotations


class Questions:
    """As ``callbacks.response_cache.Kept``, for tests that look at what is asked and not at what is sent."""

    def __init__(self):
        self.questions = set()

    def has(self, question):
        return question in self.questions

    def keep(self, question):
        if question is not None:
            self.questions.add(question)


def change():
    """What the browser posts when a town is chosen on the overview."""
    return {
        "output": "..page.children...current-page.data...patcher.painting..",
        "outputs": [
            {"id": "page", "property": "children"},
            {"id": "current-page", "property": "data"},
            {"id": "patcher", "property": "painting"},
        ],
        "inputs": [
            {"id": "url", "property": "pathname", "value": "/"},
            {"id": "url", "property": "search", "value": "?town=tangqi"},
            {"id": "viewport", "property": "data", "value": None},
        ],
        "state": [{"id": "current-page", "property": "data", "value": "overview"}],
        "changedPropIds": ["url.search"],
    }
