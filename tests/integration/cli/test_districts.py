"""A database holds the data of one district; each has its own by default."""

from __future__ import annotations

from pathlib import Path

from cockpit.settings import Settings
from tests import workbooks
from tests.workbooks import firm, month


def test_another_district_never_shows_these_data(run, tmp_path):
    book = workbooks.write(tmp_path / "book.xlsx", {"企业名录": [firm(1)], "月度经营": [month(1, "2023-01")]})
    # Whoever only checks a file leaves the database to any district.
    assert run("check", book, COCKPIT_DISTRICT="linping")[0] == 0
    assert run("batches", COCKPIT_DISTRICT="zhejiang")[0] == 0
    assert run("load", book, COCKPIT_DISTRICT="linping")[0] == 0
    sentence = "数据库里是区县“linping”的数据，不能用区县配置“zhejiang”打开。"
    for command in (["figures", "工业总产值"], ["demo", "--firms", "10"], ["serve"], ["withdraw", "1"]):
        code, out, err = run(*command, COCKPIT_DISTRICT="zhejiang")
        assert (code, out) == (1, "")
        assert err.startswith(sentence)
    assert run("figures", "工业总产值", "--period", "2023", COCKPIT_DISTRICT="linping")[0] == 0


def test_each_district_has_a_database_of_its_own_wherever_it_is_started(monkeypatch, tmp_path):
    at_first = Settings(district="xihu")
    monkeypatch.chdir(tmp_path)
    assert Settings(district="xihu") == at_first
    file = Path(at_first.database_url.removeprefix("sqlite:///"))
    assert file.is_absolute()
    assert (file.name, file.parent) == ("xihu.sqlite3", at_first.columns.parent)
    assert Settings(district="/elsewhere/xihu").database_url == at_first.database_url
    assert Settings(district="linping").database_url != at_first.database_url
