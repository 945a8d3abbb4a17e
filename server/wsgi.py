"""The production server: gunicorn over the app factory, several workers."""

from __future__ import annotations

import errno
import gc
from collections.abc import Callable
from pathlib import Path
from socket import AF_INET, AF_INET6, create_server, socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from cockpit.errors import AddressError
from cockpit.settings import Settings
from data.repository.repository import DatabaseRepository
from server.access.current import own_client
from server.background import limit_arenas, release_free_memory, repeat_in_background
from server.headers import ADDRESS
from server.worker import BufferingWorker

#: Creates the WSGI application, the repository behind it, and what records the walls that are online.
ApplicationFactory = Callable[[Settings], tuple[Flask, DatabaseRepository, Callable[[], None]]]
#: Seconds between two records of the walls, and between two releases of memory: a version is loaded in less.
_RECORD_SECONDS, _RELEASE_SECONDS = 30.0, 60.0
#: A folder in memory, where there is one: workers report there that they are alive, and a slow disk must not kill them.
_MEMORY = Path("/dev/shm")
#: Connections that may wait while the data are loaded.
_BACKLOG = 2048


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with its options from the settings.

    The app is created and its data are loaded before the workers fork, so that they share the memory; each worker then
    opens its own connections and watches for new data versions. Workers are not recycled: their caches are bounded.
    """

    def __init__(
        self, settings: Settings, create_application: ApplicationFactory, listener: socket, on_ready: Callable[[], None]
    ) -> None:
        """Take over ``listener``, which listens already; ``on_ready`` is called once requests will be answered."""
        self._settings = settings
        self._create_application = create_application
        self._listener, self._on_ready = listener, on_ready
        self._repository: DatabaseRepository | None = None
        self._record_walls: Callable[[], None] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options from the settings."""
        for name, value in {
            "bind": f"fd://{self._listener.fileno()}",
            "when_ready": lambda _arbiter: self._on_ready(),
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
        own_client(server).get("/_dash-layout", headers={ADDRESS: "/"})
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
        repeat_in_background(release_free_memory, "free memory can't be given back", _RELEASE_SECONDS)


def listen(settings: Settings) -> socket:
    """Listen as the settings say, so that nobody else can take the port while the data are loaded.

    Raises ``AddressError`` when that isn't possible.
    """
    host, port = settings.host, settings.port
    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET, backlog=_BACKLOG)
    except OSError as error:
        raise AddressError(_reason(error, host, port)) from error


def run(settings: Settings, create_application: ApplicationFactory, listener: socket, on_ready: Callable[[], None]) -> None:
    """Serve on ``listener`` with gunicorn until the process is stopped; ``on_ready`` is called once requests are answered."""
    limit_arenas()
    server = _Server(settings, create_application, listener, on_ready)
    listener.detach()  # gunicorn goes on with the descriptor
    server.run()


def browser_address(settings: Settings) -> str:
    """Return the address of the cockpit for a browser on this machine."""
    host = settings.host
    shown = "127.0.0.1" if host in ("", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}"


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"端口 {port} 已被别的程序占用，驾驶舱没有启动。请先停掉那个程序（也许是已在运行的驾驶舱），或用 --port 换一个端口。"
        )
    if error.errno == errno.EACCES:
        return f"没有权限监听端口 {port}，驾驶舱没有启动。请用 --port 换一个 1024 以上的端口。"
    return f"不能在地址“{host}”上监听，驾驶舱没有启动。请检查 --host 或 COCKPIT_HOST：只能是本机的地址。"
