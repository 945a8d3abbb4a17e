"""`/health`: ready once the published data can be read."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from cockpit.errors import CockpitError
from cockpit.snapshot import Repository


def add_health(server: Flask, repository: Repository) -> None:
    """Route ``/health``: 200 with the data version when ready, 503 with the reason when not."""

    def health() -> tuple[Response, int]:
        try:
            snapshot = repository.snapshot()
        except CockpitError as error:
            return jsonify(status="unavailable", reason=str(error)), 503
        return jsonify(status="ok", data_version=snapshot.version.number), 200

    server.add_url_rule("/health", "health", health)
