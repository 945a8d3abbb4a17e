"""`/health`: ready once the published data can be read."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from cockpit.errors import CockpitError
from cockpit.snapshot import Repository


def add_health(server: Flask, repository: Repository) -> None:
    """Route ``/health``: 200 with the data version when pages can be served, 503 with the reason when not.

    ``status`` is ``ok``, or ``degraded`` while the database doesn't answer and pages show the version in memory.
    """

    def health() -> tuple[Response, int]:
        try:
            snapshot = repository.snapshot()
        except CockpitError as error:
            return jsonify(status="unavailable", reason=str(error)), 503
        since = snapshot.unreachable_since
        if since is not None:
            return jsonify(status="degraded", data_version=snapshot.version.number, database_silent_since=since.isoformat()), 200
        return jsonify(status="ok", data_version=snapshot.version.number), 200

    server.add_url_rule("/health", "health", health)
