"""Every page renders, with and without a query, on the sample, on a hostile district and on no data at all."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from dash import dcc, no_update
from markupsafe import Markup
from plotly.utils import PlotlyJSONEncoder

from app import create_app
from callbacks.render import respond
from callbacks.request import PageRequest
from cockpit.errors import DatabaseError
from cockpit.selection import Selection
from data.database.engine import open_engine, upgrade_schema
from data.loaders import read_batch
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from layouts.ui.theme import Viewport
from tests import workbooks
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.unit.pages.markup import parse, walk
from tests.workbooks import firm, month

CHAINS = ("fashion", "green-energy", "high-end-equipment", "biomedicine", "smart-iot", "new-materials")
PATHS = ("/", "/glossary", "/land", "/projects", "/space", "/innovation", *(f"/chain/{c}" for c in CHAINS))
VIEWS = (
    ("/land", "what-if"),
    ("/land", "remediation"),
    ("/chain/fashion", "platform"),
    ("/chain/green-energy", "green"),
    ("/chain/fashion", "lists"),
)
QUERIES = (
    "",
    "?town=tangqi&town=donghu&industry=34",
    "?period=2022-03&compare=mom",
    "?period=ttm&comparable=1&by=chain",
    "?period=2020-01&metric=tax_per_mu&shade=value",
    "?compare=none&by=industry",
    "?town=nanyuan&industry=46",
    "?town=yunhe&period=2022-01",
)
GARBAGE = (
    "?town=%3Cscript%3E",
    "?period=99&x=1",
    "?compare=';--",
    "?period=2099",
    "?by=stage&metric=none&comparable=7",
    "?" + "a" * 3000,
)
_STYLE = re.compile(r'style=\\"(.*?)\\"')
_FORBIDDEN = re.compile(r"\b(nan|inf|-inf|None|undefined|NaN|Infinity|null%)\b")


def texts(component):
    """Yield all texts that a component tree, HTML or a figure shows."""
    if isinstance(component, Markup):
        component = parse(component)
    if isinstance(component, str):
        yield component
    elif isinstance(component, int | float) and not isinstance(component, bool):
        yield str(component)
    elif isinstance(component, list | tuple):
        for child in component:
            yield from texts(child)
    elif hasattr(component, "to_plotly_json"):
        for name in ("children", "html", "title", "alt"):
            yield from texts(getattr(component, name, None))
    elif isinstance(component, dict):
        for name in ("text", "ticktext", "annotations", "data", "layout", "hovertext"):
            yield from texts(component.get(name))


def shown(response):
    result = list(texts(response.body)) if response.body is not no_update else []
    for value in response.props.values():
        result += texts(value)
    return result


def assert_sound(response):
    document = json.dumps([response.body, list(response.props.values())], cls=PlotlyJSONEncoder)
    # A length that is no number has the browser ignore the rule: a bar of an unknown amount would be as long as the longest.
    for style in _STYLE.findall(document):
        assert not _FORBIDDEN.search(style.replace("%", " ")), style
    for text in shown(response):
        assert not _FORBIDDEN.search(text), text
        assert "没能显示" not in text
        assert "暂时无法" not in text


class NoCommands:
    """Evaluation commands of which none may be called."""


def ask(repository, shape, path, query="", current=""):
    return respond(repository, shape, PageRequest(path, query, Viewport(), current))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", [*QUERIES, *GARBAGE])
def test_page_is_sound(sample_repository, shape, path, query):
    assert_sound(ask(sample_repository, shape, path, query))


@pytest.mark.parametrize(("path", "view"), VIEWS)
@pytest.mark.parametrize("query", QUERIES)
def test_view_is_sound(sample_repository, shape, path, view, query):
    assert_sound(ask(sample_repository, shape, path, f"{query or '?'}&view={view}"))


@pytest.mark.parametrize("path", ["/", "/chain/fashion"])
def test_a_change_of_filter_sends_only_parts(sample_repository, shape, path):
    first = ask(sample_repository, shape, path)
    again = ask(sample_repository, shape, path, "?town=tangqi", current=first.page)
    assert again.body is no_update
    assert ("trend", "html") in again.props
    assert_sound(again)


def test_garbage_is_reported_and_ignored(sample_repository, shape):
    page_text = " ".join(shown(ask(sample_repository, shape, "/", "?town=火星&period=2099")))
    assert "火星" in page_text
    assert "2099" in page_text
    assert "1,899.3" in page_text


@pytest.mark.parametrize("path", ["/none", "/chain/none", "/chain/", "/%3Cscript%3E"])
def test_unknown_pages_say_so(sample_repository, shape, path):
    assert "没有这个页面" in shown(ask(sample_repository, shape, path))


class Broken:
    """A repository that fails as a database does."""

    def snapshot(self):
        raise RuntimeError("secret detail")


def test_a_failure_is_a_page_with_a_number_and_no_traceback(shape):
    page_text = " ".join(shown(ask(Broken(), shape, "/")))
    assert "编号" in page_text
    assert "secret" not in page_text


def test_one_broken_panel_leaves_the_others(sample_repository, shape, monkeypatch):
    from layouts.overview import page as overview

    def fail(_values, _context):
        raise ValueError("secret detail")

    panels = tuple(replace(s, render=fail) if s.key == "trend" else s for s in overview.PAGE.panels)
    monkeypatch.setattr("callbacks.request.page_of", lambda *_: replace(overview.PAGE, panels=panels))
    page_text = " ".join(shown(ask(sample_repository, shape, "/")))
    assert "没能显示" in page_text
    assert "1,899.3" in page_text
    assert "secret" not in page_text


def test_a_panel_says_what_is_known_of_its_fault(sample_repository, shape, monkeypatch):
    def fail(*_):
        raise DatabaseError("事实库没有应答。")

    monkeypatch.setattr(sample_repository, "firm_totals", fail)
    page_text = " ".join(shown(ask(sample_repository, shape, "/")))
    assert "事实库没有应答。" in page_text
    assert "1,899.3" in page_text


HOSTILE = {
    "no firm": {},
    "one firm": {"企业名录": [firm(1)], "月度经营": [month(1, "2023-05")]},
    "zeros and nothing": {
        "企业名录": [firm(1, land=0.01), firm(2)],
        "月度经营": [
            month(1, f"2023-{n:02d}", output=0, tax=0, **{"平均用工人数（人）": 0, "研发费用（万元）": None}) for n in (1, 4, 9)
        ],
    },
    "negative tax": {
        "企业名录": [firm(1), firm(2)],
        "月度经营": [month(1, f"{y}-{n:02d}", tax=-5, **{"工业增加值（万元）": -3}) for y in (2022, 2023) for n in range(1, 13)],
    },
    "missing months": {
        "企业名录": [firm(n) for n in (1, 2, 3)],
        "月度经营": [month(n, f"{2020 + n}-{n * 3:02d}", output=None) for n in (1, 2, 3)],
    },
    "names with script": {
        "企业名录": [
            firm(1) | {"企业名称": "<script>alert(1)</script>", "链条环节": "<img src=x onerror=alert(2)>", "企业角色": "链主"}
        ],
        "月度经营": [month(1, f"2023-{n:02d}") for n in range(1, 13)],
        "产业链图谱": [{"产业链": "时尚产业", "环节": "<b>环节</b>", "位置": "上游", "下一环节": "<script>"}],
    },
    "no figures at all": {"企业名录": [firm(1)]},
    "joint months only": {"企业名录": [firm(1)], "月度经营": [month(1, f"{y}-02", basis="累计") for y in (2021, 2022, 2023)]},
}


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request, district, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    engine = open_engine(f"sqlite:///{folder}/h.sqlite3")
    upgrade_schema(engine)
    if HOSTILE[request.param]:
        file = workbooks.write(folder / "h.xlsx", HOSTILE[request.param])
        batch = read_batch(file, district, NoPublishedData(), today=TODAY)
        assert not [f for f in batch.findings if f.code[0] == "E"], batch.findings
        publish(engine, batch, who="t", accept_warnings=True)
    yield DatabaseRepository(engine, district)
    engine.dispose()


@pytest.mark.parametrize("path", PATHS[:4])
@pytest.mark.parametrize(
    "query",
    ["", "?metric=tax_per_mu&by=chain", "?metric=energy_intensity&comparable=1", "?period=month&compare=mom", "?town=tangqi"],
)
def test_hostile_districts_break_no_page(hostile, shape, path, query):
    assert_sound(ask(hostile, shape, path, query))


def test_two_apps_in_one_process_have_the_same_callbacks(sample_repository, district, shape):
    first, second = (create_app(sample_repository, NoCommands(), district, shape) for _ in range(2))
    names = [sorted(c["output"] for c in app._callback_list) for app in (first, second)]
    assert names[0] == names[1]
    assert len(names[0]) == 16


@pytest.fixture(scope="module")
def client(sample_repository, district, shape):
    return create_app(sample_repository, NoCommands(), district, shape).server.test_client()


def test_index_is_chinese_and_sends_nothing_out(client):
    response = client.get("/?town=tangqi")
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'lang="zh-CN"' in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy


def test_health_and_unavailable_health(client, district, shape):
    assert client.get("/health").get_json() == {"status": "ok", "data_version": 1}


def test_the_mcp_endpoint_is_off(client):
    assert "mcp" not in " ".join(str(rule) for rule in client.application.url_map.iter_rules()).lower()


def test_selection_survives_a_round_trip_through_links(sample_repository, shape):
    response = ask(sample_repository, shape, "/", "?town=tangqi&period=2022-03")
    links = [c.href for c in walk(response.props[("navigation", "html")]) if getattr(c, "href", None)]
    assert links
    assert all("town=tangqi" in h and "period=2022-03" in h for h in links)
    assert Selection().to_query() == ""


def test_every_graph_is_the_one_wrapper(sample_repository, shape):
    paths = (*PATHS, "/projects", "/space", "/innovation")
    graphs = [c for path in paths for c in walk(ask(sample_repository, shape, path).body) if isinstance(c, dcc.Graph)]
    assert len(graphs) >= 6
    assert all(g.config["showSendToCloud"] is False and g.config["displayModeBar"] is False for g in graphs)


def test_figures_of_the_sample_by_hand(sample_repository, shape):
    """Sums a person gets from the workbook (18,992,864.24 and 17,676,901.17 万元; 1,238,324.37 ÷ 22,877 亩 …)."""
    page_text = " ".join(shown(ask(sample_repository, shape, "/")))
    for text in (
        "1,899.3",
        "+7.4%",
        "435.8",
        "123.8",
        "54.13",
        "7.57",
        "105",
        "101.4%",
        "落后8.8点",
        "+2.95",
        "+7.44",
        "12月产值同比增长9.2%",
    ):
        assert text in page_text, text


def test_demonstration_figures_are_labelled(sample_repository, shape):
    for path in PATHS:
        assert "演示数据" in shown(ask(sample_repository, shape, path))


def test_the_server_connects_to_no_other_host(sample_repository, shape, monkeypatch):
    """Every connection that leaves the host is refused and noted: there is none."""
    import socket

    tried = []
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            tried.append(address)
            raise OSError("blocked")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: tried.append(a) or [])
    for path in PATHS:
        for query in QUERIES:
            assert_sound(ask(sample_repository, shape, path, query))
    assert tried == []


def test_a_month_reported_by_few_says_so_and_comparable_firms_help(district, shape, tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/p.sqlite3")
    upgrade_schema(engine)
    firms = [firm(n) for n in range(1, 11)]
    full = [month(n, f"{y}-{k:02d}") for n in range(1, 11) for y in (2021, 2022) for k in range(1, 13)]
    few = [month(n, "2023-01", output=110) for n in (1, 2)]
    batch = read_batch(
        workbooks.write(tmp_path / "p.xlsx", {"企业名录": firms, "月度经营": full + few}),
        district,
        NoPublishedData(),
        today=TODAY,
    )
    publish(engine, batch, who="t", accept_warnings=True)
    repository = DatabaseRepository(engine, district)
    page_text = " ".join(shown(ask(repository, shape, "/")))
    assert "2023年1月只有2家规上企业有数据（上月10家）" in page_text
    assert "−78.0%" in page_text  # 220 against 1,000
    page_text = " ".join(shown(ask(repository, shape, "/", "?comparable=1")))
    assert "只有2家" not in page_text
    assert "+10.0%" in page_text  # 220 against 200
    engine.dispose()
