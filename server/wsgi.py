"""The production server: gunicorn over the app factory, several workers."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

from cockpit.settings import Settings


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with its options from the settings; each worker makes its own app after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Options of gunicorn."""
        for name, value in {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "timeout": 120,
            "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application."""
        from app import create_server

        return create_server(self._settings)


def run(settings: Settings) -> None:
    """Serve until stopped."""
    _Server(settings).run()
