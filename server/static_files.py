"""Scripts, styles and fonts made ready once (as they are, gzip, brotli) and answered before Dash is asked."""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags

from server.headers import NAMES

log = logging.getLogger(__name__)

#: What a page's own files are asked for by: their addresses hold a fingerprint.
_OWN_FILE = re.compile(r'(?:src|href)="(/(?:_dash-component-suites|assets)/[^"]+)"')
_COMPRESSIBLE = re.compile(r"^(text/|application/(javascript|json)|image/svg)")
#: The best first.
_ENCODINGS = ("br", "gzip")
_FOREVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"
_ASK_AGAIN = "no-cache"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class File:
    """An answer made ready. ``bodies``: encoding -> body, '' = as it is; ``tag`` names the content."""

    content_type: str
    bodies: Mapping[str, bytes]
    tag: str

    def chosen(self, accepted: Accept) -> str:
        """The best encoding that the browser takes."""
        return next((e for e in _ENCODINGS if e in self.bodies and accepted.quality(e) > 0), "")


class StaticFiles:
    """A WSGI layer: answers the addresses that it knows, hands on all others.

    ``forever``: addresses (path and query string) that hold a fingerprint of this very content; a browser keeps those for
    good. ``known``: paths without one; a browser asks whether they are still the same. An address with an unknown
    fingerprint is Dash's to answer: it may be a file that was replaced since the start.
    """

    def __init__(
        self, inner: Application, forever: Mapping[str, File], known: Mapping[str, File], headers: Mapping[str, str]
    ) -> None:
        self._inner = inner
        self._forever = forever
        self._known = known
        self._headers = list(headers.items())

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        address = f"{path}?{query}" if query else path
        file = self._forever.get(address)
        keep = _FOREVER
        if file is None:
            file = self._known.get(address)
            keep = _FOR_A_DAY if file and file.content_type.startswith("font/") else _ASK_AGAIN
        if file is None or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return self._inner(environ, start)
        encoding = file.chosen(parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept))
        tag = f"{file.tag}-{encoding}" if encoding else file.tag
        headers = [("ETag", f'"{tag}"'), ("Cache-Control", keep), ("Vary", "Accept-Encoding"), *self._headers]
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(tag):
            start("304 NOT MODIFIED", headers)
            return []
        body = file.bodies[encoding]
        headers += [("Content-Type", file.content_type), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        start("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def add_static_files(server: Flask, paths: Iterable[str], drawn: Mapping[str, tuple[str, bytes]], folder: Path) -> None:
    """Put the layer before ``server``.

    It answers what the index page names, and ``paths`` (addresses without fingerprint), all as ``server`` itself would
    answer them now; and ``drawn``: path -> (content type, body). ``folder`` keeps the compressed bodies, by content.
    """
    client = server.test_client()
    index = client.get("/")
    fetched: dict[str, tuple[str, bytes]] = {}
    named = set(_OWN_FILE.findall(index.get_data(as_text=True)))
    for address in sorted({*named, *paths}):
        with client.get(address) as answer:
            if answer.status_code == 200:
                fetched[address] = (answer.headers["Content-Type"], answer.get_data())
    fetched |= drawn
    different = list(set(fetched.values()))
    # Most of the work is brotli's, outside the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = dict(zip(different, pool.map(lambda f: _file(f[0], f[1], folder), different), strict=True))
    files = {address: made[answer] for address, answer in fetched.items()}
    forever = {address: file for address, file in files.items() if address in named and _has_fingerprint(address)}
    known = {address: file for address, file in files.items() if address not in forever}
    headers = {name: index.headers[name] for name in NAMES}
    server.wsgi_app = StaticFiles(server.wsgi_app, forever, known, headers)  # type: ignore[assignment]


def files_under(folder: Path, prefix: str) -> Iterator[str]:
    """Addresses of the files in a folder."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield prefix + file.relative_to(folder).as_posix()


def _has_fingerprint(address: str) -> bool:
    """Dash writes the time of an asset as ``?m=…``, version and time of a component's script as ``.v…m….``."""
    return re.search(r"\?m=[\d.]+$|\.v[\w-]+m[0-9a-fA-F]+\.", address) is not None


def _file(content_type: str, content: bytes, folder: Path) -> File:
    digest = hashlib.sha256(content).hexdigest()
    bodies = {"": content}
    if _COMPRESSIBLE.match(content_type):
        for encoding in _ENCODINGS:
            packed = _packed(content, digest, encoding, folder)
            if len(packed) < len(content):
                bodies[encoding] = packed
    return File(content_type, bodies, digest[:24])


def _packed(content: bytes, digest: str, encoding: str, folder: Path) -> bytes:
    """``content`` as compressed as can be, kept under its digest: brotli takes seconds."""
    place = folder / f"{digest}.{encoding}"
    pack, unpack = _CODECS[encoding]
    try:
        kept = place.read_bytes()
        if unpack(kept) == content:
            return kept
    except (OSError, EOFError, brotli.error) as error:
        log.debug("not kept yet: %s", error)
    packed = pack(content)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as new:
            new.write(packed)
        os.replace(new.name, place)
    except OSError as error:
        log.warning("compressed files can't be kept in %s: %s", folder, error)
    return packed


_CODECS: Mapping[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "br": (lambda content: brotli.compress(content, quality=11), brotli.decompress),
    "gzip": (lambda content: gzip.compress(content, 9, mtime=0), gzip.decompress),
}
