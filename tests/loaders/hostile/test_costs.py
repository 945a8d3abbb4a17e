"""What reading a hostile file may cost: counted in memory of both processes; seconds only in `make soak`."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.loaders.hostile import files

_MOST_MEGABYTES = 700
_MOST_SECONDS = 10  # of CPU of both processes, beyond the start of the program
# Reads a file in a process of its own; says what was found and what it took, of itself and of its child.
_READ = """
import json, resource, sys
from datetime import date
from pathlib import Path
from data.district_pack import load_district
from data.loaders import read_batch
from tests.no_published_data import NoPublishedData
batch = read_batch(Path(sys.argv[1]), load_district("linping"), NoPublishedData(), today=date(2026, 11, 24))
use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
# ru_maxrss of the process itself would begin with what the one that started it had.
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({
    "megabytes": max(own, use[1].ru_maxrss) // 1024,
    "seconds": sum(u.ru_utime + u.ru_stime for u in use),
    "findings": len(batch.findings),
    "codes": sorted({f.code for f in batch.findings}),
    "messages": [f.message for f in batch.findings[:3]],
}))
"""


def cost(path):
    done = subprocess.run([sys.executable, "-c", _READ, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.hostile
@pytest.mark.parametrize("make", files.FILES, ids=lambda f: f.__name__)
def test_a_hostile_file_is_findings_in_chinese_and_little_memory(make, tmp_path):
    taken = cost(make(tmp_path))
    assert taken["megabytes"] <= _MOST_MEGABYTES
    assert 0 < taken["findings"] <= 250_000
    assert any(code[0] == "E" for code in taken["codes"])
    assert all(any("\u4e00" <= c <= "\u9fff" for c in message) for message in taken["messages"])


@pytest.mark.soak
@pytest.mark.parametrize("make", files.FILES, ids=lambda f: f.__name__)
def test_a_hostile_file_takes_seconds(make, tmp_path):
    assert cost(make(tmp_path))["seconds"] <= _MOST_SECONDS


@pytest.mark.slow
def test_a_sheet_formatted_to_its_end_is_read(tmp_path):
    """Nothing is wrong with it: Excel writes a row for each that was formatted."""
    assert "E101" not in cost(files.rows_without_content_to_the_end_of_a_sheet(tmp_path))["codes"]


def command(*arguments, folder, **more):
    environment = {**os.environ, "COCKPIT_DATABASE_URL": f"sqlite:///{folder}/own.sqlite3", "TMPDIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, **more
    )


@pytest.mark.slow
def test_a_full_temporary_folder_is_one_sentence(tmp_path):
    """A file may not grow beyond 4 MB here, as if its folder were full."""
    path = files.bad_rows_within_the_limit(tmp_path)
    command("migrate", folder=tmp_path).communicate()
    limit = 4 * 2**20
    done = command(
        "check", str(path), folder=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    _, errors = done.communicate()
    assert done.returncode == 1
    assert "TMPDIR" in errors
    assert "Traceback" not in errors


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as listed:
        return [int(child) for child in listed.read().split()]


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_reader_ends_with_its_parent(tmp_path, how):
    path = files.rows_without_content_to_the_end_of_a_sheet(tmp_path)
    parent = command("check", str(path), folder=tmp_path)
    while not (readers := children_of(parent.pid)):
        assert parent.poll() is None, parent.stderr.read()
        time.sleep(0.01)
    os.kill(parent.pid, how)
    parent.communicate()
    for _ in range(300):
        if all(map(gone, readers)):
            return
        time.sleep(0.01)
    raise AssertionError("the reader goes on")


@pytest.mark.parametrize("number", ["9999999999999999999999999", "2147483648", "0"])
def test_a_batch_number_beyond_measure_is_an_unknown_batch(tmp_path, number):
    done = command("withdraw", number, folder=tmp_path)
    _, errors = done.communicate()
    assert (done.returncode, "没有批次" in errors) == (1, True)
