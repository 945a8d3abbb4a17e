"""The benchmarks run small: what they post is what the apps take, and the report names every result."""

from __future__ import annotations

import json

import pytest

from app import create_app
from bench import breakdown, plain, report
from bench.browser import filters
from bench.crowd import body
from bench.servers import sides
from data.database.engine import open_engine, upgrade_schema
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import district_policies
from data.synthetic.district import fill_database
from layouts.ui import ids
from tests.app.test_pages import NoCommands


@pytest.fixture(scope="module")
def url(tmp_path_factory, district):
    address = f"sqlite:///{tmp_path_factory.mktemp('bench')}/b.sqlite3"
    engine = open_engine(address)
    upgrade_schema(engine)
    fill_database(engine, district, firms=120, months=25, seed=1, progress=lambda *_: None)
    publish_evaluation(engine, district_policies("linping")[0], year=2022, who="演示")
    engine.dispose()
    return address


def test_the_plain_app_takes_what_the_crowd_posts(url):
    side, _ = sides(url, (1, 2), 2)
    client = plain.make_app(plain.load(url)).server.test_client()
    for selection in ([], []), (["tangqi", "donghu"], []):
        response = client.post("/_dash-update-component", json=body(side, selection))
        assert response.status_code == 200
        props = response.get_json()["response"]
        assert len(props["kpis"]["children"]) == 4
        assert props["firms"]["figure"]["data"]
        assert props["table"]["rowData"]


def test_the_cockpit_takes_what_the_crowd_posts(url, sample_repository, district, shape):
    _, side = sides(url, (1, 2), 2)
    client = create_app(sample_repository, NoCommands(), district, shape).server.test_client()
    for selection in ([], []), (["tangqi", "donghu"], ["34"]):
        response = client.post("/_dash-update-component", json=body(side, selection))
        assert response.status_code == 200
        assert response.get_json()["response"][ids.PATCHER]["patch"]


def test_the_steps_of_a_change_are_measured(url, monkeypatch):
    monkeypatch.setattr(breakdown, "_WARM", 1)
    monkeypatch.setattr(breakdown, "_REPEATS", 1)
    assert min(breakdown.main(url, "/").values()) > 0


def test_selections_are_different_and_the_same_for_everybody():
    assert filters(50, 3) == filters(50, 3)
    assert len({json.dumps(f) for f in filters(50, 3)}) == 50


def test_the_report_has_a_row_for_each_figure(tmp_path):
    side = {key: 2.0 for _, key, *_ in report.ROWS}
    results = {"machine": report.machine("1"), "data": "d", "plain": side, "cockpit": dict.fromkeys(side, 1.0)}
    report.write(results, tmp_path)
    lines = (tmp_path / "results.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in lines) == len(report.ROWS) + 1
    assert "2.0 ×" in lines[2]
    assert "0.5 ×" in next(line for line in lines if "changes a second" in line)
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["machine"]["cores"]
