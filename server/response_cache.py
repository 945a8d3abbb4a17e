"""A cache of compressed responses: an equal request gets the stored bytes, and Dash isn't called."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any

from cachetools import LRUCache
from flask import Flask, Response, request

from cockpit.snapshot import Snapshot
from layouts.ui.theme import VIEWPORT_COOKIE
from server.headers import ADDRESS, VARY

log = logging.getLogger(__name__)

#: What an entry takes besides its body: a digest as the key, two short texts, and the places of each in the cache.
BYTES_PER_ENTRY = 600
#: Keys of the WSGI environment: the snapshot and key of the look-up, and whether the response may be stored. Not in
#: ``flask.g``: Dash builds a layout in a context of its own.
_SNAPSHOT, _KEY, _IS_CACHEABLE = "cockpit.snapshot", "cockpit.key", "cockpit.cacheable"


class ResponseCache:
    """The last used responses of ``server``, ``max_bytes`` in all; ``latest`` gives the latest snapshot of the request's reader,
    ``fingerprint`` that of its rights: who has others never gets this response.

    Create it before ``add_compression``: Flask runs these hooks in reverse order, and this one must see the compressed bytes.
    """

    def __init__(self, server: Flask, latest: Callable[[], Snapshot], fingerprint: Callable[[], str], max_bytes: int) -> None:
        self._latest, self._fingerprint = latest, fingerprint
        self._responses: LRUCache[Hashable, tuple[bytes, str, str]] = LRUCache(max_bytes, getsizeof=_size)
        self._lock = threading.Lock()
        server.after_request(self._store)

    def wrap(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a view of Flask, so that it is called only for responses that are not in the cache."""

        @wraps(view)
        def serve(*args: Any, **kwargs: Any) -> Any:
            snapshot = request.environ[_SNAPSHOT] = self._latest_or_none()
            key = request.environ[_KEY] = _key(snapshot, self._fingerprint)
            return self._response(key) or view(*args, **kwargs)

        return serve

    def snapshot(self) -> Snapshot | None:
        """See ``callbacks.cache_control.CacheControl``."""
        return request.environ.get(_SNAPSHOT)

    def mark_cacheable(self) -> None:
        """See ``callbacks.cache_control.CacheControl``."""
        request.environ[_IS_CACHEABLE] = True

    def _latest_or_none(self) -> Snapshot | None:
        """Return the latest snapshot; ``None`` when the data can't be read: the view then reports the fault."""
        try:
            return self._latest()
        except Exception:
            log.warning("no response from the cache: the data can't be read", exc_info=True)
            return None

    def _response(self, key: Hashable) -> Response | None:
        with self._lock:
            entry = self._responses.get(key)
        if entry is None:
            return None
        body, mimetype, encoding = entry
        response = Response(body, mimetype=mimetype)
        response.vary.update((*VARY, "Accept-Encoding"))
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response

    def _store(self, response: Response) -> Response:
        key = request.environ.get(_KEY)
        if key is not None and request.environ.get(_IS_CACHEABLE) and response.status_code == 200:
            entry = (response.get_data(), response.mimetype or "", response.headers.get("Content-Encoding", ""))
            if _size(entry) <= self._responses.maxsize:
                with self._lock:
                    self._responses[key] = entry
        return response


def _size(entry: tuple[bytes, str, str]) -> int:
    """Return the bytes that a stored response takes, its key and place in the cache included."""
    return len(entry[0]) + BYTES_PER_ENTRY


def _key(snapshot: Snapshot | None, fingerprint: Callable[[], str]) -> Hashable:
    """Digest all that a response depends on: a key is small however long the request is.

    ``None`` without a snapshot: nothing is looked up or stored then.
    """
    if snapshot is None:
        return None
    headers = (
        request.headers.get(ADDRESS, ""),
        request.headers.get("Accept-Encoding", ""),
        request.cookies.get(VIEWPORT_COOKIE, ""),
    )
    since = str(snapshot.unreachable_since or "")
    parts = (
        fingerprint(),
        str(snapshot.version.number),
        since,
        snapshot.district.today().isoformat(),
        request.full_path,
        *headers,
    )
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.get_data()).digest()
