"""What a browser posts for a change of the address, and a memory of questions without the answers."""

from __future__ import annotations

from layouts import ids


class Questions:
    """As ``callbacks.kept.Kept``, for tests that look at what is asked and not at what is sent."""

    def __init__(self):
        self.questions = set()

    def has(self, question):
        return question in self.questions

    def keep(self, question):
        if question is not None:
            self.questions.add(question)


def change(path, search, shown="overview"):
    """The body of the request."""
    outputs = [(ids.PAGE, "children"), (ids.SHOWN, "data"), (ids.PAINTER, "painting")]
    inputs = [(ids.URL, "pathname", path), (ids.URL, "search", search), (ids.VIEWPORT, "data", None)]
    return {
        "output": f"..{'...'.join(f'{i}.{p}' for i, p in outputs)}..",
        "outputs": [{"id": i, "property": p} for i, p in outputs],
        "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
        "state": [{"id": ids.SHOWN, "property": "data", "value": shown}],
        "changedPropIds": [f"{ids.URL}.search"],
    }
