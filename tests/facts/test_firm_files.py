"""The column files: they contain the values of the rows, survive whatever may happen to files, and are never confused."""

from __future__ import annotations

import os
import shutil
import threading

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from cockpit.cube.firm_months import COLUMNS
from cockpit.errors import DatabaseError, StaleSnapshotError
from data.database.engine import connect, open_engine
from data.database.tables import monthly
from data.facts import firm_files
from data.facts.firm_files import FirmFiles, firm_files_folder
from data.facts.month_columns import read_month
from data.facts.refresh import loaded_month_versions, refresh
from data.facts.statements import MonthVersion
from data.facts.tables import fact, fact_firm, fact_version
from data.facts.writer import FactsWriter
from data.publishing.publishing import publish
from tests.facts.copying import copy, follow, own_database
from tests.facts.test_equal_results import HOSTILE
from tests.facts.test_refresh import correct, reported
from tests.integration.test_publishing import batch, firm
from tests.workbooks import code


@pytest.fixture
def shown(source, own, target, facts, files):
    """The hostile rows, published and shown, the columns on file."""
    publish(source, batch("a", **HOSTILE), who="李")
    copy(source, target)
    return refresh(own, facts, files)


def versions_of(own):
    with connect(own) as connection:
        return loaded_month_versions(connection)


def blocks(files):
    return {path.name for path in files._folder.glob("*.npy")}


def rows_of(source):
    """(month, code) -> the row as the own database has it."""
    with source.connect() as connection:
        return {(r["month"], r["credit_code"]): r for r in connection.execute(select(monthly)).mappings()}


def columns_of(firms, names, months):
    """month -> [name, enterprise]."""
    scan = firms.scan(names, months)
    return {month: np.array([c[scan.indices] for c in block]) for month, block in scan}


def same_as_rows(repository, own, files, rows):
    """Every number of every firm and month."""
    snapshot, versions = repository.snapshot(), versions_of(own)
    cube = snapshot.cube
    actual = columns_of(files.firm_months(snapshot, versions), COLUMNS, cube.months)
    every = np.arange(len(cube.firm_code))
    for some in (every[::-1], every[1:2], every[:0]):
        for month, block in columns_of(files.firm_months(snapshot, versions).take(some), COLUMNS, cube.months).items():
            np.testing.assert_array_equal(block, actual[month][:, some])
    assert actual.keys() == set(versions) - {0}
    for month, block in actual.items():
        for name, column in zip(COLUMNS, block, strict=True):
            for each, value in zip(cube.firm_code, column, strict=True):
                row = rows.get((month, each))
                expected = row[name] if row is not None else 0 if name == "span" else None
                assert value == expected or (expected is None and np.isnan(value)), (month, each, name)


def test_they_say_what_the_rows_say(shown, repository, own, source, files):
    rows = rows_of(source)
    assert len(rows) == len(HOSTILE["monthly"])
    same_as_rows(repository, own, files, rows)


def test_files_exist_before_the_version_is_visible(shown, own, source, target, facts, files):
    """Only files of changed months are created; those that neither the new nor the previous version needs are deleted."""
    first = blocks(files)
    assert len(first) == len(shown.months)
    at = {name: (files._folder / name).stat().st_ino for name in first}
    correct(source)
    copy(source, target, months=[202302], codes=[code(2), code(4)])
    shown_numbers = []
    real = files.fill
    files.fill = lambda *a, **k: (shown_numbers.append(versions_of(own)[202302].number), real(*a, **k))
    refresh(own, facts, files)
    assert shown_numbers == [1, 1]
    second = blocks(files)
    assert second > first
    assert len(second - first) == 1
    copy(source, target, months=[202302])
    refresh(own, facts, files)
    third = blocks(files)
    assert len(third) == len(second)
    assert len(first - third) == 1
    assert all((files._folder / name).stat().st_ino == at[name] for name in first & third)


def test_firms_that_come_later_and_firms_that_leave(shown, repository, own, source, target, facts, files):
    before = files._list.read().codes.tolist()
    correct(source)
    copy(source, target)
    with target.begin() as connection:
        left = (fact_firm.c.credit_code == code(1), fact_firm.c.version == 2)
        connection.execute(update(fact_firm).where(*left).values(active=0))
    refresh(own, facts, files)
    assert files._list.read().codes.tolist()[: len(before)] == before
    snapshot = repository.snapshot()
    assert code(1) not in snapshot.cube.firm_code
    assert code(4) in snapshot.cube.firm_code
    same_as_rows(repository, own, files, rows_of(source))
    assert code(1) not in repository.firm_totals(snapshot, "output", (202202, 202301), ()).credit_codes()


@pytest.mark.parametrize("harm", ["cut off", "empty", "other bytes", "too many places", "other shape"])
def test_a_file_that_is_no_whole_block_is_made_again(shown, repository, own, source, files, harm):
    path = next(files._folder.glob("202302-*.npy"))
    text, block = path.read_bytes(), np.load(path)
    match harm:
        case "cut off":
            path.write_bytes(text[:-8])
        case "empty":
            path.write_bytes(b"")
        case "other bytes":
            path.write_bytes(os.urandom(len(text)))
        case "too many places":
            np.save(path, np.zeros((len(COLUMNS), 99)))
        case "other shape":
            np.save(path, np.zeros((3, 2)))
    same_as_rows(repository, own, files, rows_of(source))
    np.testing.assert_array_equal(np.load(path)[:, : block.shape[1]], block)


def test_a_list_with_a_code_twice_begins_anew(shown, repository, own, source, files):
    path = files._list._path
    before = path.read_bytes()
    path.write_bytes(before + before.split(b"\n")[1] + b"\n")
    same_as_rows(repository, own, files, rows_of(source))
    assert path.read_bytes()[:16] != before[:16]


def test_a_writer_that_dies_leaves_nothing_that_is_read(shown, repository, own, source, files, monkeypatch):
    shutil.rmtree(files._folder)

    def die(*_):
        raise KeyboardInterrupt

    files._folder.mkdir()
    files._list.create()
    versions = versions_of(own)
    with monkeypatch.context() as patch:
        patch.setattr(firm_files.os, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            files.fill(versions, [202302], long_running=True)
    assert blocks(files) == set()
    assert list(files._folder.glob("*.npx"))
    with files._list._path.open("ab") as file:
        file.write(b"913301")  # a code whose line broke off
    same_as_rows(repository, own, files, rows_of(source))
    assert b"\n913301\n" not in files._list._path.read_bytes()
    files.delete_obsolete(versions_of(own))
    assert not list(files._folder.glob("*.npx"))
    same_as_rows(repository, own, files, rows_of(source))


@pytest.mark.parametrize("lost", ["folder", "list", "garbled list", "blocks"])
def test_lost_files_are_created_again(shown, repository, own, source, files, lost):
    if lost == "folder":
        shutil.rmtree(files._folder)
    elif lost == "blocks":
        for path in files._folder.glob("*.npy"):
            path.unlink()
    elif lost == "list":
        files._list._path.unlink()
    else:
        files._list._path.write_bytes(b"nonsense")
    snapshot = repository.snapshot()
    assert reported(repository.firm_totals(snapshot, "output", (202301, 202302), ())) == [
        0.0,
        6 / 1e6,
        9_000_000_000_000_000 / 1e6,
    ]
    same_as_rows(repository, own, files, rows_of(source))


def test_a_new_list_does_not_reuse_positions_of_the_old(shown, repository, own, source, files, facts):
    """A process that still has the old list in mind goes over to the new one."""
    other = FirmFiles(files._folder, facts)
    snapshot, versions = repository.snapshot(), versions_of(own)
    cube = snapshot.cube
    before = columns_of(other.firm_months(snapshot, versions), ("output_fen",), cube.months)
    old = files._list.read().generation
    files._list._path.unlink()
    files.fill(versions, [202302], long_running=True)
    assert files._list.read().generation != old
    for month, block in columns_of(other.firm_months(snapshot, versions), ("output_fen",), cube.months).items():
        np.testing.assert_array_equal(block, before[month])
    files.delete_obsolete(versions)
    assert all(files._list.read().generation in name for name in blocks(files))


def test_the_prefetch_thread_creates_lost_files_before_a_request(shown, repository, files, own):
    expected = {name.rpartition("-")[0] for name in blocks(files)}
    shutil.rmtree(files._folder)
    repository.prepare()
    assert {name.rpartition("-")[0] for name in blocks(files)} == expected


def test_the_prefetch_thread_replaces_truncated_files(shown, repository, files):
    [first, *_] = sorted(blocks(files))
    file = files._folder / first
    whole = file.read_bytes()
    for left in (whole[:-9], whole[:-80], whole[:100], b""):
        file.write_bytes(left)
        repository._check_at = 0.0
        repository.prepare()
        if left != whole[:-80]:  # a whole enterprise less: seen when a page asks
            assert file.read_bytes() == whole
        else:
            file.write_bytes(whole)


def test_two_that_fill_at_the_same_time(source, own, target, facts, files, repository):
    publish(source, batch("a", **HOSTILE), who="李")
    copy(source, target)
    follow(own, facts)
    versions, faults = versions_of(own), []
    start = threading.Barrier(4)

    def work():
        mine = FirmFiles(files._folder, facts)
        start.wait()
        try:
            mine.fill(versions, versions, long_running=True)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    codes = files._list.read().codes.tolist()
    assert len(codes) == len(set(codes)) == 4
    same_as_rows(repository, own, files, rows_of(source))


def test_waiting_too_long_for_another_writer_is_reported(shown, facts_url, files, repository, own):
    from data.facts.client import open_facts_client

    hasty = open_facts_client(facts_url, 0.1)
    for path in files._folder.glob("*.npy"):
        path.unlink()
    with files._locked(0.0), pytest.raises(DatabaseError, match="另一个进程"):
        FirmFiles(files._folder, hasty).fill(versions_of(own), [202302], long_running=False)
    hasty.dispose()


def test_a_page_waits_no_longer_than_it_may_and_what_is_done_stays(shown, own, facts, files, monkeypatch):
    shutil.rmtree(files._folder)
    monkeypatch.setattr(facts, "limit", lambda long_running=False: 60.0 if long_running else -1.0)
    with pytest.raises(DatabaseError, match=r"正在整理，还差2个月.*过一会儿重试"):
        files.fill(versions_of(own), [202302, 202202], long_running=False)
    files.fill(versions_of(own), [202302], long_running=True)
    with pytest.raises(DatabaseError, match="还差1个月"):
        files.fill(versions_of(own), [202302, 202202], long_running=False)


def test_an_unwritable_folder_is_reported_with_a_remedy(source, own, target, facts, tmp_path):
    publish(source, batch("a", **HOSTILE), who="李")
    copy(source, target)
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match=r"写不进去.*磁盘空间和权限.*COCKPIT_COLUMNS"):
        refresh(own, facts, FirmFiles(tmp_path / "file" / "columns", facts))
    assert versions_of(own) == {}


def rebuild(source, target, **change):
    """The engine emptied and filled again: the same numbers, other figures."""
    with target.begin() as connection:
        for table in (fact, fact_firm, fact_version):
            connection.execute(delete(table))
    publish(source, batch("b", **change), who="李")
    copy(source, target)


CHANGED = {
    "enterprise": [firm(5, name="renamed")],
    "monthly": [{**HOSTILE["monthly"][-1], "output_fen": 7}],
}


def test_an_engine_rebuilt_under_the_same_address_and_numbers(shown, repository, own, source, target, facts, files):
    snapshot = repository.snapshot()
    rebuild(source, target, **CHANGED)
    assert versions_of(own)[202302].number == facts.version_numbers()[202302]
    # The files contain what the page was made from.
    assert reported(repository.firm_totals(snapshot, "output", (202301, 202302), ())) == [
        0.0,
        6 / 1e6,
        9_000_000_000_000_000 / 1e6,
    ]
    done = refresh(own, facts, files)
    assert done.months == shown.months
    new = repository.snapshot()
    assert reported(repository.firm_totals(new, "output", (202301, 202302), ())) == [0.0, 7 / 1e6, 9_000_000_000_000_000 / 1e6]
    assert "renamed" in set(new.ledgers["enterprise"]["name"])
    same_as_rows(repository, own, files, rows_of(source))
    assert refresh(own, facts, files) is None


def test_without_files_a_rebuilt_engine_is_not_taken_for_the_old(shown, repository, source, target, files):
    snapshot = repository.snapshot()
    rebuild(source, target, **CHANGED)
    shutil.rmtree(files._folder)
    with pytest.raises(StaleSnapshotError, match="驾驶舱正在跟上"):
        repository.firm_totals(snapshot, "output", (202301, 202302), ())
    assert blocks(files) == set()


def test_files_of_an_own_database_that_is_gone_are_not_taken_for_the_new(shown, source, target, facts, files, tmp_path, district):
    from data.facts.repository import FactsRepository

    rebuild(source, target, **CHANGED)
    with own_database(tmp_path / "anew.sqlite3") as anew:
        refresh(anew, facts, files)
        repository = FactsRepository(anew, district, facts, files)
        same_as_rows(repository, anew, files, rows_of(source))


def test_a_refresh_may_take_longer_than_a_query(source, own, target, facts, files, monkeypatch):
    """The time limit is each month's own: there may be hundreds."""
    publish(source, batch("a", **HOSTILE), who="李")
    copy(source, target)
    now = [0.0]
    monkeypatch.setattr(
        firm_files.time, "monotonic", lambda: now.__setitem__(0, now[0] + facts.limit(long_running=True)) or now[0]
    )
    files.fill(facts.month_versions(), facts.version_numbers(), long_running=True)
    assert len(blocks(files)) == 5


def test_months_without_any_row_are_blocks_too(own, target, facts, files, repository):
    """Published empty before there is any firm."""
    FactsWriter(target).finish([202301, 202302])
    refresh(own, facts, files)
    assert len(blocks(files)) == 2
    snapshot = repository.snapshot()
    assert snapshot.cube.is_empty
    files.open_months(snapshot, versions_of(own), [202301, 202302])
    at = {name: (files._folder / name).stat().st_mtime_ns for name in blocks(files)}
    repository.prepare()
    assert {name: (files._folder / name).stat().st_mtime_ns for name in blocks(files)} == at


def test_a_register_that_changes_alone_needs_no_file(shown, own, source, target, facts, files):
    before = blocks(files)
    publish(source, batch("b", enterprise=[firm(5, name="renamed")]), who="李")
    copy(source, target, months=(), codes=[code(5)])
    assert refresh(own, facts, files).months == ()
    assert blocks(files) == before


class RowStream:
    """A facts engine that returns these rows."""

    def __init__(self, *rows):
        self.rows = rows

    def stream(self, _statement, _month, _version, on_rows, *, long_running):
        on_rows(self.rows)


def fact_row(each, span=1, town="tangqi"):
    return (each, town, *range(len(COLUMNS) - 1), span)


def test_a_month_with_a_firm_twice_is_refused():
    with pytest.raises(DatabaseError, match=r"2023-02.*两行.*数据中心改正"):
        read_month(RowStream(fact_row("a"), fact_row("b"), fact_row("a", town="donghu")), 202302, MonthVersion(1, ""), True)


@pytest.mark.parametrize("span", [0, 3, -1])
def test_a_row_that_covers_no_month_of_the_year_is_refused(span):
    with pytest.raises(DatabaseError, match=r"2023-02.*不足一个月，或超出了当年"):
        read_month(RowStream(fact_row("a", span)), 202302, MonthVersion(1, ""), True)
    assert read_month(RowStream(fact_row("a", 2)), 202302, MonthVersion(1, ""), True).values.shape == (len(COLUMNS), 1)


def test_new_firms_of_a_town_are_stored_next_to_each_other():
    actual = read_month(
        RowStream(fact_row("d"), fact_row("b", town="donghu"), fact_row("c"), fact_row("a", town="z")),
        202302,
        MonthVersion(1, ""),
        True,
    )
    assert actual.codes_by_town(np.array([True, True, True, True])) == ["b", "c", "d", "a"]
    assert actual.codes_by_town(np.array([True, False, False, True])) == ["d", "a"]


def test_a_code_that_breaks_the_list_is_refused(shown, facts, files, monkeypatch):
    before = files._list.read().codes.tolist()
    monkeypatch.setattr(facts, "stream", RowStream(fact_row("a\nb")).stream)
    with pytest.raises(DatabaseError, match="换行"):
        files.fill({202303: MonthVersion(1, "x")}, [202303], long_running=True)
    assert files._list.read().codes.tolist() == before


def test_each_engine_and_own_database_has_a_folder_of_its_own(tmp_path):
    addresses = ("sqlite:///a.sqlite3", "sqlite:///b.sqlite3", "postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u@h/e")
    engines = [open_engine(a) for a in addresses]
    folders = {firm_files_folder(tmp_path, one, other) for one in engines for other in engines}
    assert len(folders) == len(engines) ** 2
    again = open_engine("postgresql+psycopg://u:changed@h/d")
    assert firm_files_folder(tmp_path, engines[2], engines[0]) == firm_files_folder(tmp_path, again, engines[0])
    assert firm_files_folder(tmp_path, engines[0], engines[1]) == firm_files_folder(
        tmp_path, open_engine("sqlite:///./a.sqlite3"), engines[1]
    )
