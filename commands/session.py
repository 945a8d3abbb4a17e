"""What a command works with: settings, database, district, and the file that it reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from commands.terminal import progress_bar

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.access.audit import Actor
    from cockpit.contracts.batch import Batch
    from cockpit.district.district import District
    from cockpit.settings import Settings
    from cockpit.snapshot import Repository
    from data.access.store import AccessStore


#: Who runs the command, for the records of what is published.
USER = os.environ.get("USER") or os.environ.get("USERNAME") or "命令行"


def open_session(**options: object) -> tuple[Settings, Engine, District]:
    """Load the settings and the district, and open the database with its schema migrated.

    ``options``: settings that the command line sets, by field.

    Raises ``SettingsError``, ``DistrictError`` or ``DatabaseError``, as ``load_settings``, ``load_district``, ``open_database``.
    """
    from cockpit.settings import load_settings
    from data.database.district import open_database
    from data.district_pack import load_district

    settings = load_settings(**options)
    district = load_district(settings.district)
    return settings, open_database(settings.database_url, district.key), district


def open_access() -> tuple[Settings, AccessStore]:
    """Load the settings and open the store of accounts. Raises as ``open_session`` and ``open_store``."""
    from data.access.store import open_store

    settings, engine, district = open_session()
    return settings, open_store(settings, engine, district)


def open_repository_as(account: str) -> Repository:
    """Open the database as an account may see it; '' = all of it. ``UsageError`` for an unknown account, ``AccessError`` for one
    that is disabled or may see nothing, else as ``open_session`` and ``open_store``.
    """
    from cockpit.access.access import UNRESTRICTED
    from data.access.accounts import access_by_name
    from data.access.store import open_store
    from data.database.transactions import utc_now
    from data.facts.repository import open_repository
    from data.repository.restricted import RestrictedRepository

    settings, engine, district = open_session()
    access = access_by_name(open_store(settings, engine, district), account, utc_now()) if account else UNRESTRICTED
    return RestrictedRepository(open_repository(settings, engine, district), lambda: access)


def command_actor() -> Actor:
    """Return whom the audit names for what is done on the command line."""
    from cockpit.access.audit import Actor

    return Actor(f"命令行:{USER}", "本机")


def link_to(settings: Settings, path: str) -> str:
    """Return the address of a path of the cockpit, for the name or number that it listens on."""
    return f"http://{settings.host}:{settings.port}{path}"


def save_file(file: Path, content: bytes, what: str) -> None:
    """Write a file that a command was asked for. ``UsageError`` when it can't be written."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{what}存不到 {file}：{error.strerror}。请检查路径、权限，以及文件是否正在别处打开。") from error


def read_file(file: Path, engine: Engine, district: District) -> Batch:
    """Read and check a batch from a workbook, CSV file or database mapping; ``UsageError`` when there is no such file."""
    from data.loaders import read_batch, read_database_batch
    from data.publishing.published_rows import PublishedRows

    if not file.exists():
        raise UsageError(f"找不到文件：{file}。请检查路径和文件名。")
    published = PublishedRows(engine)
    with progress_bar("正在读取") as report:
        if file.suffix.lower() in (".yaml", ".yml"):
            return read_database_batch(file, district, published, today=district.today(), progress=report)
        return read_batch(file, district, published, today=district.today(), progress=report)
