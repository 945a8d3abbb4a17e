"""Private PostgreSQL servers on loopback, and shards of one facts table among them by postgres_fdw."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.schema import CreateColumn

from data.database.engine import open_engine
from data.facts.tables import fact

_START_SECONDS = 20.0
#: Options of a node's foreign server; docs/facts.md says why.
_SERVER: dict[str, object] = {
    "host": "127.0.0.1",
    "dbname": "postgres",
    "async_capable": "true",
    "use_remote_estimate": "true",
    "fdw_tuple_cost": 1,
    "fetch_size": 50_000,
    "batch_size": 1_000,
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


class Cluster:
    """One server, created in ``home`` unless there is one, and started; it can be stopped and started again."""

    def __init__(self, home: Path, *settings: str, port: int = 0) -> None:
        """``port`` 0: any that is free."""
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        assert folders, "没有找到 PostgreSQL 服务器；运行 tests/system_packages.sh 安装"
        self._programs, self._home, self._settings = folders[-1].parent, home, settings
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            # The server runs as another user, who must be able to reach its folder.
            shutil.chown(home, self._user)
            for folder in home.parents:
                if folder.stat().st_uid == 0 and folder != Path("/"):
                    folder.chmod(folder.stat().st_mode | 0o011)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            self.port: int = probe.getsockname()[1]
        if not (home / "d" / "PG_VERSION").exists():
            self._run("initdb", "-D", home / "d", "-U", "cockpit", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Return its URL for SQLAlchemy."""
        return f"postgresql+psycopg://cockpit@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        arguments = [w for s in (f"port={self.port}", f"unix_socket_directories={self._home}", "listen_addresses=127.0.0.1",
                             "fsync=off", *self._settings) for w in ("-c", s)]  # fmt: skip
        as_user = self._as_user()
        command = [*as_user, str(self._programs / "postgres"), "-D", str(self._home / "d"), *arguments]
        self.process = subprocess.Popen(command, cwd=self._home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + _START_SECONDS
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while time.monotonic() < end:
            if subprocess.run(ready, check=False).returncode == 0:
                return
            assert self.process.poll() is None, "PostgreSQL 没有启动"
            time.sleep(0.05)
        raise AssertionError("PostgreSQL 没有就绪")

    def stop(self) -> None:
        """Shut down fast, whoever is still connected."""
        if self.process is not None:
            os.kill(self._main(), signal.SIGINT)
            self.process.wait(60)
            self.process = None

    def kill(self) -> None:
        """Kill every process of the server, as a power cut would."""
        assert self.process is not None
        main = self._main()
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=False)
        for pid in (main, *map(int, children.stdout.split())):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(20)
        self.process = None

    def _main(self) -> int:
        return int((self._home / "d" / "postmaster.pid").read_text().split()[0])

    def _as_user(self) -> list[str]:
        return ["runuser", "-u", self._user, "--"] if os.geteuid() == 0 else []

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._as_user(), str(self._programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd=self._home)


def join_shards(coordinator: Engine, nodes: Mapping[str, Cluster], areas: Mapping[str, Sequence[str]]) -> None:
    """Create ``fact`` on the coordinator as a table partitioned by area among the nodes; docs/facts.md has the same in SQL."""
    columns = ", ".join(str(CreateColumn(c).compile(dialect=coordinator.dialect)) for c in fact.columns)
    with coordinator.begin() as connection:
        connection.exec_driver_sql("create extension if not exists postgres_fdw")
        connection.exec_driver_sql(f"create table fact ({columns}) partition by list (area)")
        for name, node in nodes.items():
            options = ", ".join(f"{k} '{v}'" for k, v in (_SERVER | {"port": node.port}).items())
            connection.exec_driver_sql(f"create server {name} foreign data wrapper postgres_fdw options ({options})")
            connection.exec_driver_sql(f"create user mapping for cockpit server {name} options (user 'cockpit')")
            keys = ", ".join(f"'{area}'" for area in areas[name])
            connection.exec_driver_sql(
                f"create foreign table fact_{name} partition of fact for values in ({keys}) "
                f"server {name} options (table_name 'fact')"
            )


def shards_of(nodes: Mapping[str, Cluster], areas: Mapping[str, Sequence[str]]) -> dict[str, Engine]:
    """Map each area to the engine of its node, for ``data.facts.writer.FactsWriter``, which creates the tables."""
    engines = {name: open_engine(node.url) for name, node in nodes.items()}
    return {area: engines[name] for name, some in areas.items() for area in some}
