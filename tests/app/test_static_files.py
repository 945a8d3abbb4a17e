"""Static files: compressed once, honest 304, long and short caching, nothing but what is exported; compressed responses."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask, Response
from whitenoise.compress import Compressor

import app
from app import create_app
from server.assets import scripts, static_files
from server.assets.bundle import bundle
from server.assets.static_files import add_static_files, files_under
from server.compression import MIN_BYTES, add_compression
from server.headers import NAMES
from tests.app.requests import change
from tests.conftest import ROOT

SCRIPT = b"let cockpit = 1;\n" * 200
NAMED = "/assets/a.0123456789ab.js"
FILES = {NAMED: SCRIPT, "/a.js": SCRIPT, "/assets/f.woff2": b"font", "/favicon.ico": b"<svg/>"}


@pytest.fixture(autouse=True, scope="module")
def quick_compression():
    """As good as it gets takes seconds, and its result is the same file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compressor, "compress_brotli", staticmethod(lambda content: brotli.compress(content, quality=2)))
        yield


class Browser:
    """A client that closes the files that it was sent."""

    def __init__(self, client):
        self._client = client

    def get(self, path, **request):
        with self._client.get(path, **request) as response:
            response.get_data()
            return response

    def head(self, path, **request):
        with self._client.head(path, **request) as response:
            return response


def serving(files, folder, index=f'<script src="{NAMED}"></script>'):
    """A server with an index page and the headers of every response, behind WhiteNoise with these files."""
    server = Flask("t", static_folder=None)
    server.route("/", endpoint="index")(lambda: index)
    server.route("/<path:path>", endpoint="inner", methods=["GET", "POST"])(lambda path: ("inner", 404))
    server.after_request(lambda r: (r.headers.update(dict.fromkeys(NAMES, "x")), r)[1])
    add_static_files(server, [], files, folder)
    return Browser(server.test_client())


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return serving(FILES, tmp_path_factory.mktemp("static"))


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", ""), ("", "")])
def test_the_body_is_the_best_that_the_browser_takes(client, accepted, encoding):
    response = client.get("/a.js", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding", "") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Length"] == str(len(response.data))
    assert all(response.headers[name] == "x" for name in NAMES)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert unpack(response.data) == SCRIPT


def test_only_what_the_index_names_by_its_content_is_cached_for_good(client):
    assert client.get(NAMED).headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert client.get("/a.js").headers["Cache-Control"] == "max-age=0, public"
    assert client.get("/assets/f.woff2").headers["Cache-Control"] == "public, max-age=86400"
    assert client.get(NAMED.replace("ab.", "ac.")).data == b"inner"


def test_not_modified_only_for_what_the_browser_has(client):
    first = client.get("/a.js", headers={"Accept-Encoding": "br"})
    again = client.get("/a.js", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get("/a.js", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_the_etag_is_the_contents(tmp_path):
    """Two hosts, and two starts, name the same file the same."""
    tags = [serving(FILES, tmp_path / name).get("/a.js").headers["ETag"] for name in "ab"]
    other = serving(FILES | {"/a.js": SCRIPT[::-1]}, tmp_path / "a").get("/a.js").headers["ETag"]
    assert tags[0] == tags[1] != other


def test_head_has_the_headers_and_no_body(client):
    response = client.head("/a.js", headers={"Accept-Encoding": "identity"})
    assert response.headers["Content-Length"] == str(len(SCRIPT))
    assert response.data == b""


def test_the_picture_of_the_district_is_a_picture(client):
    assert client.get("/favicon.ico").content_type == "image/svg+xml"


@pytest.mark.parametrize(
    "path", ["/a.js/", "//a.js", "/../a.js", "/assets/../app.py", "/assets/%2e%2e/app.py", "/A.js", "/a.js%00", "/a.js.br"]
)
def test_nothing_but_what_is_exported_is_served(client, path):
    assert client.get(path).data != SCRIPT
    assert client.get(path).status_code in (404, 308)


@pytest.fixture(scope="module")
def cockpit(sample_repository, district, shape, tmp_path_factory):
    app = create_app(sample_repository, object(), district, shape)
    paths = [*scripts.CHUNKS, "/assets/pages/wall.js", *files_under(ROOT / "assets" / "fonts", "/assets/fonts/")]
    plain = app.server.test_client()
    contents = {}
    for path in ("/assets/pages/wall.js", *scripts.CHUNKS):
        with plain.get(path) as response:
            contents[path] = response.data
    add_static_files(app.server, paths, {}, tmp_path_factory.mktemp("static"))
    return Browser(app.server.test_client()), contents


def test_the_cockpits_own_files_are_exported(cockpit):
    client, contents = cockpit
    for path, content in contents.items():
        response = client.get(path, headers={"Accept-Encoding": "br"})
        assert response.headers["Content-Encoding"] == "br", path
        assert brotli.decompress(response.data) == content
        assert all(response.headers[name] for name in NAMES)
    page = client.get("/").get_data(as_text=True)
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert 10 < len(named) < 18
    for path in named:
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in response.headers["Cache-Control"], path
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def exports(folder):
    return [path for path in Path(folder).iterdir() if path.is_dir()]


def test_an_export_is_made_once(tmp_path, monkeypatch):
    serving(FILES, tmp_path)
    monkeypatch.setattr(static_files, "_write", None)
    assert serving(FILES, tmp_path).get("/a.js").data == SCRIPT


def test_a_damaged_export_is_made_anew(tmp_path):
    serving(FILES, tmp_path)
    [export] = exports(tmp_path)
    file = export / "files" / "a.js.br"
    good = file.read_bytes()
    for bad in (None, b"", good[:-9], brotli.compress(b"other")):
        if bad is None:
            file.unlink()
        else:
            file.write_bytes(bad)
        response = serving(FILES, tmp_path).get("/a.js", headers={"Accept-Encoding": "br"})
        assert brotli.decompress(response.data) == SCRIPT
        assert exports(tmp_path) == [export]
    (export / "digests.json").write_text("{")
    assert serving(FILES, tmp_path).get("/a.js").data == SCRIPT


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path, caplog):
    (tmp_path / "file").write_bytes(b"")
    response = serving(FILES, tmp_path / "file").get("/a.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(response.data) == SCRIPT
    assert "can't be stored" in caplog.text


def client_for(body, mimetype="application/json", status=200):
    server = Flask("t")
    server.route("/")(lambda: Response(body, status, mimetype=mimetype))
    add_compression(server)
    return server.test_client()


def test_responses_are_compressed_as_the_browser_accepts():
    body = b'{"a": 1}' * 500
    for accepted, unpack in (("gzip", gzip.decompress), ("gzip, br", brotli.decompress)):
        response = client_for(body).get("/", headers={"Accept-Encoding": accepted})
        assert unpack(response.data) == body
        assert response.headers["Content-Length"] == str(len(response.data))
        assert "Accept-Encoding" in response.headers["Vary"]
    plain = client_for(body).get("/")
    assert plain.data == body
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_small_binary_and_failed_responses_stay_as_they_are():
    for body, mimetype, status in (
        (b"x" * (MIN_BYTES - 1), "application/json", 200),
        (b"x" * 5000, "application/vnd.ms-excel", 200),
        (b"x" * 5000, "text/html", 500),
    ):
        response = client_for(body, mimetype, status).get("/", headers={"Accept-Encoding": "gzip, br"})
        assert response.data == body
        assert "Content-Encoding" not in response.headers


def test_a_change_of_filter_is_small_on_the_wire(sample_repository, district, shape):
    """Bytes are what a slow line feels: at most 20 KB gzipped for the overview."""
    client = create_app(sample_repository, object(), district, shape).server.test_client()
    response = client.post("/_dash-update-component", json=change(), headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) < 20_000


SUITES = "/_dash-component-suites"
TAG = f'<script src="{SUITES}/{{}}"></script>'
DASH = [
    "dash/deps/polyfill@7.v4m1.12.1.min.js",
    "dash/deps/react@18.v4m1.min.js",
    "dash/dash-renderer/build/r.v4m1.js",
    "dash/dcc/dash_core_components.v4m1.js",
    "dash/dcc/dash_core_components-shared.v4m1.js",
    "dash/dash_table/bundle.v4m1.js",
    "dash_ag_grid/g.v1m2.js",
    "dash_bootstrap_components/b.v1m2.js",
]


def rewritten(files=DASH):
    return scripts.rewrite_script_tags("\n".join(map(TAG.format, files)), "/own.js", "/charts.js")


def test_scripts_of_rare_libraries_wait():
    tags = rewritten()
    assert "dash_table" not in tags
    grid = (
        f'<template data-library="dash_ag_grid" data-components="AgGrid" data-src="{SUITES}/dash_ag_grid/g.v1m2.js"></template>'
    )
    assert grid in tags
    assert f'<script src="{SUITES}/dash_ag_grid' not in tags


def test_own_scripts_come_after_what_they_use_and_before_the_renderer():
    order = re.findall(rf'<script src="(?:{SUITES}/)?([^"]+)"', rewritten())
    assert order == [DASH[1], "/own.js", DASH[2], DASH[3], "dash/dcc/async-dropdown.v4m1.js", DASH[4]]


def test_the_plotting_library_comes_with_the_first_chart():
    tags = rewritten()
    chunk = f"{SUITES}/dash/dcc/async-graph.v4m1.js"
    for name, address in (("Plotly", "/charts.js"), ("async-graph", chunk)):
        assert f'<template data-library="{name}" data-src="{address}"></template>' in tags
        assert f'<script src="{address}' not in tags
        assert f'href="{address}"' not in tags


@pytest.mark.parametrize("missing", [2, 3, 6, 7])
def test_a_tag_that_dash_no_longer_writes_is_an_error(missing):
    with pytest.raises(RuntimeError, match="Dash's index page"):
        rewritten(files=[file for i, file in enumerate(DASH) if i != missing])


def test_a_bundle_is_its_files_and_named_by_their_content(tmp_path):
    (tmp_path / "a.js").write_text("(1);")
    (tmp_path / "b.js").write_text("(2);")
    both, one = (bundle("/assets/x.js", "text/javascript", [tmp_path / f"{n}.js" for n in names]) for names in ("ab", "a"))
    assert both.address != one.address
    assert static_files._FINGERPRINT.search(both.address)
    server = Flask("t", static_folder=None)
    both.add(server)
    response = server.test_client().get(both.address)
    assert response.data == b"(1);\n(2);"
    assert response.content_type == "text/javascript"


def test_every_sheet_and_script_has_a_page_that_loads_it():
    """A file of `assets/base` is listed in `app.py`; one of `assets/pages` is picked up by its name."""
    assets = ROOT / "assets"
    bundled = app._STYLES.content + app._SCRIPT.content + app._FIRST_SCRIPT.content
    files = [path for folder in ("base", "pages") for path in (assets / folder).iterdir() if not path.name.startswith("wall")]
    assert len(files) > 30
    assert [path.name for path in files if path.read_bytes() not in bundled] == []


def test_vendored_scripts_are_what_their_licence_files_say():
    for name in ("idiomorph",):
        notice = (ROOT / "assets" / "vendor" / f"{name}.LICENSE.txt").read_text(encoding="utf-8")
        digest = hashlib.sha256((ROOT / "assets" / "vendor" / f"{name}.min.js").read_bytes()).hexdigest()
        assert digest == re.search(r"sha256 ([0-9a-f]{64})", notice)[1]
        assert re.match(rf"{name} \d+\.\d+\.\d+ \(", notice)
