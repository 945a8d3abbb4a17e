"""What a command works with: settings, database, district, and the file that it reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from commands.terminal import progress_bar

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.contracts.batch import Batch
    from cockpit.district.district import District
    from cockpit.settings import Settings


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
