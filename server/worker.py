"""The workers of the server: gunicorn starts, watches and replaces them; in each, waitress reads requests and sends responses.

A thread of the application gets a request only when all of it has arrived, and gives the response to a buffer. So a client that
sends or reads slowly, or never, holds a connection but no thread (docs/decisions/0025).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from server.checks.limits import MAX_BODY_BYTES, MAX_HEADER_BYTES

#: Seconds within which a request must have arrived whole, counted from its first byte, or from the connection if none came.
REQUEST_SECONDS = 20
#: Seconds for which a connection may stay open between two requests, or without progress of its response.
_IDLE_SECONDS = 30
#: Connections a worker; below the usual limit of open files. At the limit the one that has been still for longest is closed.
_MAX_CONNECTIONS = 900
#: Bytes of a body that stay in memory while it arrives; the rest waits in a temporary file.
_BODY_IN_MEMORY = 64 * 1024
#: Bytes of responses that a client hasn't read yet and that stay in memory, the rest in a temporary file; with more of them the
#: next request that it has sent already isn't answered.
_UNREAD_BYTES = 256 * 1024

_OPTIONS: dict[str, Any] = {
    "max_request_body_size": MAX_BODY_BYTES + 1,
    "max_request_header_size": MAX_HEADER_BYTES,
    "inbuf_overflow": _BODY_IN_MEMORY,
    "outbuf_overflow": _UNREAD_BYTES,
    "channel_timeout": _IDLE_SECONDS,
    "cleanup_interval": 2,
    "connection_limit": _MAX_CONNECTIONS + 100,
    "ident": None,
}
logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it would report each request that waits for a thread

_REASONS = {
    400: "请求的格式不对，服务器读不懂。",
    413: f"请求太大，至多 {MAX_BODY_BYTES // 2**20} MB。",
    431: f"请求头太长，至多 {MAX_HEADER_BYTES // 1024} KB。",
    500: "程序出现意外，请稍后再试。",
    501: "服务器不支持这种传输方式。",
}


class _Refusal(ErrorTask):  # type: ignore[misc]
    """Tells a client in a sentence why its request was refused before the application saw it."""

    def execute(self) -> None:
        """Write the response and close the connection."""
        error = self.request.error
        body = _REASONS.get(error.code, error.reason).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "text/plain; charset=utf-8"))
        self.response_headers.append(("Cache-Control", "no-store"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Response(WSGITask):  # type: ignore[misc]
    """A response whose header goes out together with the first part of its body: one packet less, and one lock."""

    wrote_header: bool

    def write(self, data: bytes) -> None:
        """Send data, before the first the header."""
        is_whole = self.complete and self.has_body and self.content_length is not None
        if self.wrote_header or not data or not is_whole:
            super().write(data)
            return
        body = data[: self.content_length]
        header = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written += len(body)
        self.channel.write_soon(header + body)

    def finish(self) -> None:
        """End the response; a client that has sent further requests but doesn't read what it gets loses the connection."""
        super().finish()
        if len(self.channel.requests) > 1 and self.channel.total_outbufs_len > _UNREAD_BYTES:
            self.close_on_finish = True


class _Connection(HTTPChannel):  # type: ignore[misc]
    """A client's connection, which knows until when the request that it is sending must have arrived."""

    task_class = _Response
    error_task_class = _Refusal

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arrives_until: float | None = time.monotonic() + REQUEST_SECONDS

    def received(self, data: bytes) -> Any:
        """Take what has arrived; the time of a request runs from its first byte."""
        result = super().received(data)
        if self.request is None:
            self.arrives_until = None
        elif self.arrives_until is None:
            self.arrives_until = time.monotonic() + REQUEST_SECONDS
        return result

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Do nothing: waitress has the thread wait here until the client has read, for as long as it likes."""


class _HttpServer(TcpWSGIServer):  # type: ignore[misc]
    """Accepts connections on a socket and closes those that take too long."""

    channel_class = _Connection

    def maintenance(self, now: float) -> None:
        """Close idle connections, and those whose request hasn't arrived in time."""
        super().maintenance(now)
        late = time.monotonic()
        for connection in self.active_channels.values():
            if connection.arrives_until is not None and connection.arrives_until < late:
                connection.will_close = True

    def handle_accept(self) -> None:
        """Accept a connection; at the limit the one that has been still for longest makes room."""
        if len(self.active_channels) >= _MAX_CONNECTIONS:
            waiting = [c for c in self.active_channels.values() if not c.requests]
            if waiting:
                min(waiting, key=lambda c: c.last_activity).handle_close()
        super().handle_accept()


class BufferingWorker(Worker):  # type: ignore[misc]
    """A worker of gunicorn's around a server of waitress's; ``threads`` of gunicorn's settings run the application."""

    def run(self) -> None:
        """Serve until the arbiter stops the worker; requests that have begun are finished first."""
        connections: dict[int, Any] = {}
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(self.cfg.threads)
        servers = [self._server(listener.sock, connections, threads) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=1.0, use_poll=True, map=connections, count=1)
        self._finish(servers, connections, threads)

    def _server(self, sock: Any, connections: dict[int, Any], threads: ThreadedTaskDispatcher) -> _HttpServer:
        sock.setblocking(False)
        address = (sock.family, sock.type, sock.proto, sock.getsockname())
        options = Adjustments(threads=self.cfg.threads, sockets=[sock], **_OPTIONS)
        return _HttpServer(
            self.wsgi, connections, True, sock, dispatcher=threads, adj=options, bind_socket=False, sockinfo=address
        )

    def _finish(self, servers: Iterable[_HttpServer], connections: dict[int, Any], threads: ThreadedTaskDispatcher) -> None:
        """Accept nothing more, and send what is being computed, for as long as the arbiter grants."""
        for server in servers:
            server.accepting = False
        until = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < until and any(_is_busy(c) for s in servers for c in s.active_channels.values()):
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=connections, count=1)
        threads.shutdown(cancel_pending=True, timeout=1)


def _is_busy(connection: _Connection) -> bool:
    return bool(connection.requests or connection.total_outbufs_len)
