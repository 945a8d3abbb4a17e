"""What a command works on: settings, database and district; and the files that it is given."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from commands.terminal import progress

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.contracts.batch import Batch
    from cockpit.district.district import District
    from cockpit.settings import Settings


def open_workplace() -> tuple[Settings, Engine, District]:
    """Settings, engine with an up-to-date schema, and district."""
    from cockpit.settings import load_settings
    from data.database.engine import open_engine, upgrade
    from data.district_pack import load_district

    settings = load_settings()
    district = load_district(settings.district)
    engine = open_engine(settings.database_url)
    upgrade(engine)
    return settings, engine, district


def read_file(file: Path, engine: Engine, district: District) -> Batch:
    """A checked batch from a workbook, CSV or database mapping; ``UsageError`` when there is no such file."""
    from data.loaders import read_batch, read_database_batch
    from data.publishing.published_rows import PublishedRows

    if not file.exists():
        raise UsageError(f"找不到文件：{file}。请检查路径和文件名。")
    published = PublishedRows(engine)
    with progress("正在读取") as tell:
        if file.suffix.lower() in (".yaml", ".yml"):
            return read_database_batch(file, district, published, today=date.today())
        return read_batch(file, district, published, today=date.today(), progress=tell)
