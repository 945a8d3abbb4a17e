"""The command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.fixture
def run(tmp_path):
    """Run a command on a database of its own; gives (exit code, standard output, standard error)."""

    def runs(*arguments, **settings):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COCKPIT_")}
        environment |= {"COCKPIT_DATABASE_URL": f"sqlite:///{tmp_path}/c.sqlite3", "LANG": "C.UTF-8"} | settings
        command = [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    return runs
