"""The production server: gunicorn over the app factory, several workers."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from cockpit.settings import Settings
from data.repository.repository import DatabaseRepository
from server.background import repeat_in_background
from server.headers import ADDRESS
from server.worker import BufferingWorker

#: Creates the WSGI application, the repository behind it, and what records the walls that are online.
ApplicationFactory = Callable[[Settings], tuple[Flask, DatabaseRepository, Callable[[], None]]]
#: Seconds between two records.
_RECORD_SECONDS = 30.0
#: A folder in memory, where there is one: workers report there that they are alive, and a slow disk must not kill them.
_MEMORY = Path("/dev/shm")


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with its options from the settings.

    The app is created and its data are loaded before the workers fork, so that they share the memory; each worker then
    opens its own connections and watches for new data versions. Workers are not recycled: their caches are bounded.
    """

    def __init__(self, settings: Settings, create_application: ApplicationFactory) -> None:
        self._settings = settings
        self._create_application = create_application
        self._repository: DatabaseRepository | None = None
        self._record_walls: Callable[[], None] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options from the settings."""
        for name, value in {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": BufferingWorker,
            "preload_app": True,
            "post_fork": self._begin,
            "timeout": 120,
            "graceful_timeout": 30,
            "worker_tmp_dir": str(_MEMORY) if _MEMORY.is_dir() else None,
            "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application, its data loaded and no connection open."""
        server, self._repository, self._record_walls = self._create_application(self._settings)
        self._repository.snapshot()
        # A first page imports, compiles and caches what all workers then share.
        server.test_client().get("/_dash-layout", headers={ADDRESS: "/"})
        self._repository.dispose()
        # What is here now stays: the collector need not touch it, so its pages stay shared.
        gc.collect()
        gc.freeze()
        return server

    def _begin(self, _arbiter: Any, _worker: Any) -> None:
        assert self._repository is not None
        assert self._record_walls is not None
        repeat_in_background(self._repository.prepare, "the newest data version can't be prepared")
        repeat_in_background(self._record_walls, "online walls can't be recorded", _RECORD_SECONDS)


def run(settings: Settings, create_application: ApplicationFactory) -> None:
    """Serve with gunicorn, as the settings say, until the process is stopped."""
    _Server(settings, create_application).run()
