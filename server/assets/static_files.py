"""Scripts, styles and fonts: exported once with their compressed forms, and served by WhiteNoise before Dash is asked."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from server.access.current import own_client
from server.headers import NAMES

log = logging.getLogger(__name__)

#: Addresses of this origin's files in the index page.
_OWN_FILE = re.compile(r'(?:src|href)="(/(?:_dash-component-suites|assets)/[^"]+)"')
#: Dash writes version and time of a component's script as ``.v…m….``; our bundles have a digest of their content.
_FINGERPRINT = re.compile(r"\.v[\w-]+m[0-9a-fA-F]+\.|\.[0-9a-f]{12}\.")
_ONE_DAY = "public, max-age=86400"

_Files = Mapping[str, bytes]


def add_static_files(server: Flask, paths: Iterable[str], extra_files: _Files, folder: Path) -> None:
    """Put WhiteNoise before ``server``: it serves the files exported now, and passes on every other request.

    The export has the files that the index page names, and ``paths`` (addresses without fingerprint), all as ``server`` itself
    would serve them; and ``extra_files``: path -> content. ``folder`` stores the exports, one a set of contents.

    Browsers cache a file that the index page names with a fingerprint for good, fonts for a day, and revalidate all others
    (ETag). An address with an unknown fingerprint is left to Dash: its file may have been replaced since the start.
    """
    with own_client(server) as client:
        index = client.get("/")
        named = set(_OWN_FILE.findall(index.get_data(as_text=True)))
        files = {**_fetch(client, sorted({*named, *paths})), **extra_files}
    security_headers = {name: index.headers[name] for name in NAMES}
    etags = {path: f'W/"{hashlib.sha256(content).hexdigest()[:24]}"' for path, content in files.items()}

    def add_headers(headers: Any, _file: str, url: str) -> None:
        for name, value in security_headers.items():
            headers[name] = value
        # WhiteNoise's own would hold the time of the export.
        headers["ETag"] = etags[url]
        if url.endswith(".woff2"):
            headers["Cache-Control"] = _ONE_DAY

    server.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        server.wsgi_app,
        root=str(_export(files, folder)),
        max_age=0,
        allow_all_origins=False,
        mimetypes={".ico": "image/svg+xml"},
        add_headers_function=add_headers,
        immutable_file_test=lambda _file, url: url in named and _FINGERPRINT.search(url) is not None,
    )


def files_under(folder: Path, prefix: str) -> Iterator[str]:
    """Yield the addresses of all files below a folder, sorted: ``prefix`` and the relative path."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield prefix + file.relative_to(folder).as_posix()


def _fetch(client: Any, paths: Iterable[str]) -> dict[str, bytes]:
    contents = {}
    for path in paths:
        with client.get(path) as response:
            if response.status_code == 200:
                contents[path] = response.get_data()
    return contents


def _export(files: _Files, folder: Path) -> Path:
    """Return a folder with the files and their compressed forms, written once a set of contents: brotli takes seconds."""
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:24]
    export = folder / digest
    if not _is_intact(export):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            made = _write(files, Path(tempfile.mkdtemp(dir=folder)))
            shutil.rmtree(export, ignore_errors=True)
            os.replace(made, export)
        except OSError as error:
            log.warning("static files can't be stored in %s, so they are compressed at each start: %s", folder, error)
            export = _write(files, Path(tempfile.mkdtemp()))
    return export / "files"


def _write(files: _Files, export: Path) -> Path:
    compressor = Compressor(quiet=True)

    def write(path: str, content: bytes) -> None:
        file = export / "files" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if compressor.should_compress(str(file)):
            list(compressor.compress(str(file)))

    # Most of the work is brotli's, outside the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(write, *zip(*files.items(), strict=True)))
    (export / "digests.json").write_text(json.dumps(_digests(export)), encoding="utf-8")
    return export


def _is_intact(export: Path) -> bool:
    try:
        return bool(json.loads((export / "digests.json").read_text(encoding="utf-8")) == _digests(export))
    except (OSError, ValueError):
        return False


def _digests(export: Path) -> dict[str, str]:
    root = export / "files"
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file()
    }
