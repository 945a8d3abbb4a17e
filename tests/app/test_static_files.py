"""Static files: ready bodies, honest 304, long and short keeping, nothing but what is known; compressed answers."""

from __future__ import annotations

import gzip
import hashlib
import re

import brotli
import pytest
from flask import Flask, Response
from werkzeug.test import Client

from app import create_app
from server import scripts, static_files
from server.bundle import bundle
from server.compression import LEAST, add_compression
from server.headers import NAMES
from server.static_files import File, StaticFiles, add_static_files, files_under
from tests.app.asked import change
from tests.conftest import ROOT

SCRIPT = b"let cockpit = 1;\n" * 200


def inner(_environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"inner"]


@pytest.fixture
def layer():
    script = File("text/javascript", {"": SCRIPT, "gzip": gzip.compress(SCRIPT), "br": brotli.compress(SCRIPT)}, "tag")
    font = File("font/woff2", {"": b"font"}, "font")
    forever, known = {"/a.js?m=1": script}, {"/a.js": script, "/assets/f.woff2": font}
    return Client(StaticFiles(inner, forever, known, {"X-Content-Type-Options": "nosniff"}))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("", ""),
        ("br;q=0, gzip;q=0", ""),
    ],
)
def test_the_body_is_the_best_that_the_browser_takes(layer, accepted, encoding):
    answer = layer.get("/a.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert unpack(answer.data) == SCRIPT


def test_only_a_known_fingerprint_is_kept_for_good(layer):
    assert layer.get("/a.js?m=1").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert layer.get("/a.js").headers["Cache-Control"] == "no-cache"
    assert layer.get("/assets/f.woff2").headers["Cache-Control"] == "public, max-age=86400"
    assert layer.get("/a.js?m=2").data == b"inner"


def test_not_modified_is_said_only_of_what_the_browser_has(layer):
    first = layer.get("/a.js", headers={"Accept-Encoding": "br"})
    tag = first.headers["ETag"]
    for header in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = layer.get("/a.js", headers={"Accept-Encoding": "br", "If-None-Match": header})
        assert again.status_code == 304, header
        assert again.data == b""
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == "no-cache"
        assert "Content-Encoding" not in again.headers
    for header in ('"other"', tag.replace("br", "gzip")):
        assert layer.get("/a.js", headers={"Accept-Encoding": "br", "If-None-Match": header}).status_code == 200


def test_head_has_the_headers_and_no_body(layer):
    answer = layer.head("/a.js")
    assert answer.headers["Content-Length"] == str(len(SCRIPT))
    assert answer.data == b""


@pytest.mark.parametrize(
    "path", ["/", "/a.js/", "//a.js", "/../a.js", "/assets/../app.py", "/assets/%2e%2e/app.py", "/A.js", "/a.js%00"]
)
def test_nothing_but_what_is_known_is_answered(layer, path):
    assert layer.get(path).data == b"inner"


def test_other_methods_are_handed_on(layer):
    assert layer.post("/a.js").data == b"inner"


@pytest.fixture(scope="module")
def prepared(sample_repository, district, shape, tmp_path_factory):
    kept = tmp_path_factory.mktemp("prepared") / "kept"
    app = create_app(sample_repository, object(), district, shape)
    paths = [*scripts.CHUNKS, "/assets/wall.js", "/none.js?", *files_under(ROOT / "assets" / "fonts", "/assets/fonts/")]
    plain = app.server.test_client()
    same = {}
    for path in ("/assets/wall.js", scripts.CHUNKS[0]):
        with plain.get(path) as answer:
            same[path] = answer.data
    with pytest.MonkeyPatch.context() as patch:
        # As good as it gets takes seconds, and its result is the same file.
        patch.setitem(static_files._CODECS, "br", (lambda c: brotli.compress(c, quality=2), brotli.decompress))
        add_static_files(app.server, paths, {"/favicon.ico": ("image/svg+xml", b"<svg/>")}, kept)
    return app.server.test_client(), same, kept


def test_the_cockpits_own_files_are_prepared_and_kept_by_content(prepared):
    client, same, kept = prepared
    for path, content in same.items():
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        assert brotli.decompress(answer.data) == content
        assert (kept / f"{hashlib.sha256(content).hexdigest()}.br").read_bytes() == answer.data
        assert all(answer.headers[name] for name in NAMES)
    assert client.get("/favicon.ico").data == b"<svg/>"
    page = client.get("/").get_data(as_text=True)
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert 10 < len(named) < 15
    for path in named:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def serving(content):
    """A server with one script and the headers of every answer."""
    server = Flask("t")
    server.route("/f.js")(lambda: Response(content, mimetype="text/javascript"))
    server.after_request(lambda r: (r.headers.update(dict.fromkeys(NAMES, "x")), r)[1])
    return server


def test_damaged_files_in_the_folder_are_made_anew(tmp_path):
    place = tmp_path / f"{hashlib.sha256(SCRIPT).hexdigest()}.br"
    good = brotli.compress(SCRIPT, quality=11)
    for bad in (None, b"", good[:-9], b"x" * 50, brotli.compress(b"other")):
        if bad is not None:
            place.write_bytes(bad)
        server = serving(SCRIPT)
        add_static_files(server, ["/f.js"], {}, tmp_path)
        assert place.read_bytes() == good
        assert server.test_client().get("/f.js", headers={"Accept-Encoding": "br"}).data == good


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path, caplog):
    server = serving(SCRIPT)
    (tmp_path / "file").write_bytes(b"")
    add_static_files(server, ["/f.js"], {}, tmp_path / "file")
    answer = server.test_client().get("/f.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == SCRIPT
    assert "can't be kept" in caplog.text


def answering(body, mimetype="application/json", status=200):
    server = Flask("t")
    server.route("/")(lambda: Response(body, status, mimetype=mimetype))
    add_compression(server)
    return server.test_client()


def test_answers_are_compressed_as_the_browser_takes_them():
    body = b'{"a": 1}' * 500
    for accepted, unpack in (("gzip", gzip.decompress), ("gzip, br", brotli.decompress)):
        answer = answering(body).get("/", headers={"Accept-Encoding": accepted})
        assert unpack(answer.data) == body
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert "Accept-Encoding" in answer.headers["Vary"]
    plain = answering(body).get("/")
    assert plain.data == body
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_small_foreign_and_failed_answers_stay_as_they_are():
    for body, mimetype, status in (
        (b"x" * (LEAST - 1), "application/json", 200),
        (b"x" * 5000, "application/vnd.ms-excel", 200),
        (b"x" * 5000, "text/html", 500),
    ):
        answer = answering(body, mimetype, status).get("/", headers={"Accept-Encoding": "gzip, br"})
        assert answer.data == body
        assert "Content-Encoding" not in answer.headers


def test_a_change_of_filter_is_small_on_the_wire(sample_repository, district, shape):
    """Bytes are what a slow line feels: at most 20 KB gzipped for the overview."""
    client = create_app(sample_repository, object(), district, shape).server.test_client()
    answer = client.post("/_dash-update-component", json=change(), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 20_000


def test_scripts_of_rare_libraries_wait():
    tag = '<script src="{}"></script>\n'
    suites = "/_dash-component-suites"
    head = tag.format(f"{suites}/dash/x.js")
    grid, table = f"{suites}/dash_ag_grid/g.v1m2.js", f"{suites}/dash/dash_table/bundle.js"
    tags = head + tag.format(grid) + tag.format(table)
    told = scripts.rewrite_script_tags(tags, "/own.js", "/charts.js?m=1", with_charts=False)
    assert head in told
    assert "dash_table" not in told
    assert f'<template data-late="dash_ag_grid" data-components="AgGrid" data-src="{grid}"></template>' in told


def test_own_scripts_come_after_what_they_use_and_before_the_renderer():
    tag = '<script src="/_dash-component-suites/dash/{}"></script>'
    files = ["deps/polyfill@7.v4m1.12.1.min.js", "deps/react@18.v4m1.min.js", "dash-renderer/build/r.v4m1.js"]
    files += ["dcc/dash_core_components.v4m1.js", "dcc/dash_core_components-shared.v4m1.js"]
    told = scripts.rewrite_script_tags("\n".join(map(tag.format, files)), "/own.js?m=1", "/charts.js?m=1", with_charts=True)
    order = re.findall(r'<script src="(?:/_dash-component-suites/dash/)?([^"]+)"', told)
    dropdown = "dcc/async-dropdown.v4m1.js"
    assert order == [files[1], "/own.js?m=1", files[2], files[3], dropdown, files[4]]


def test_the_plotting_library_comes_with_the_first_chart():
    early = '<link rel="preload" as="script" href="/charts.js?m=1">'
    renderer = '<script src="/_dash-component-suites/dash/dash-renderer/build/r.v4m1.js"></script>'
    for with_charts in (True, False):
        told = scripts.rewrite_script_tags(renderer, "/own.js", "/charts.js?m=1", with_charts=with_charts)
        assert '<template data-late="Plotly" data-src="/charts.js?m=1"></template>' in told
        assert '<script src="/charts.js' not in told
        assert (early in told) == with_charts


def test_joined_files_are_whole_and_named_by_their_content(tmp_path):
    (tmp_path / "a.js").write_text("(1);")
    (tmp_path / "b.js").write_text("(2);")
    both, one = (bundle("/assets/x.js", "text/javascript", [tmp_path / f"{n}.js" for n in names]) for names in ("ab", "a"))
    assert both.address != one.address
    assert static_files._has_fingerprint(both.address)
    server = Flask("t", static_folder=None)
    both.add(server)
    answer = server.test_client().get(both.address)
    assert answer.data == b"(1);\n(2);"
    assert answer.content_type == "text/javascript"
