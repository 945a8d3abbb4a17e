"""A bureau's own database as a source: a URL and, for each sheet, a table or SELECT with a column mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from sqlalchemy import URL, Connection, Executable, MetaData, Table, create_engine, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cockpit.contracts.batch import Batch, Source
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import SHEET_BY_TITLE
from cockpit.district.district import District
from cockpit.errors import SourceError
from data.loaders.batches import check_grids
from data.loaders.sources.grid import Cell, Grid, grid_of_rows
from data.loaders.sources.limits import Limits

Note = Callable[[bytes], None]


class SheetMapping(BaseModel):
    """Where a sheet's rows come from: ``table`` or ``select``; ``columns``: our header -> their column."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str = ""
    select: str = ""
    columns: dict[str, str]

    @model_validator(mode="after")
    def _one_source(self) -> SheetMapping:
        if bool(self.table) == bool(self.select):
            raise ValueError("table 和 select 必须且只能写一个")
        return self


class Mapping(BaseModel):
    """A mapping file. The URL may also be given apart, so that no password stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = ""
    sheets: dict[str, SheetMapping]


def read_database_batch(
    mapping_file: Path,
    district: District,
    published: PublishedData,
    *,
    today: date,
    url: str | None = None,
    limits: Limits | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Batch:
    """The rows of a bureau's database as a checked batch; row numbers are the query's, its header being row 1.

    Raises ``SourceError`` for a faulty mapping, an unreachable database or a failing query.
    """
    mapping = _mapping(mapping_file)
    digest = hashlib.sha256()
    grids = _grids(mapping, url or mapping.url, mapping_file.name, limits or Limits(), digest.update)
    source = Source(mapping_file.name, digest.hexdigest(), mapping_file.stat().st_size)
    return check_grids(source, grids, [], district, published, today, progress or (lambda what, done, of: None))


def _mapping(file: Path) -> Mapping:
    try:
        mapping = Mapping.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise SourceError(f"找不到对应表文件：{file}。") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.name} 不是 UTF-8 文本。请另存为 UTF-8。") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{file.name} 不是有效的 YAML：{error}") from error
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(map(str, e['loc']))}：{e['msg']}" for e in error.errors())
        raise SourceError(f"{file.name} 有误：{faults}") from error
    unknown = [t for t in mapping.sheets if t not in SHEET_BY_TITLE]
    if unknown:
        raise SourceError(f"{file.name} 里的表“{'、'.join(unknown)}”不认识。可用：{'、'.join(SHEET_BY_TITLE)}。")
    return mapping


def _grids(mapping: Mapping, url: str, name: str, limits: Limits, note: Note) -> list[Grid]:
    try:
        engine = create_engine(_existing(url, name))
        try:
            with engine.connect() as connection:  # never committed: the bureau's database is only read
                return [_grid(connection, title, sheet, name, limits, note) for title, sheet in mapping.sheets.items()]
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SourceError(f"{name} 里的数据库地址写法不对，或缺少这种数据库的驱动。") from error
    except SQLAlchemyError as error:
        raise SourceError(f"{name}：数据库连不上或查询失败（{type(error).__name__}）。请检查地址、表名和列名。") from error


def _existing(url: str, name: str) -> URL:
    """The address; SQLite would make a new file of a name that is misspelt."""
    address = make_url(url)
    file = address.database
    if address.get_backend_name() == "sqlite" and file and file != ":memory:" and not Path(file).exists():
        raise SourceError(f"{name} 里的数据库文件不存在：{file}。")
    return address


def _grid(connection: Connection, title: str, sheet: SheetMapping, name: str, limits: Limits, note: Note) -> Grid:
    """The query's rows below a header of our own labels, so that both pass as a sheet; ``note`` is told all of it."""
    wanted = list(sheet.columns.values())
    # Rows come from the server some at a time, where the driver can.
    result = connection.execute(_statement(connection, sheet), execution_options={"stream_results": True})
    missing = [c for c in wanted if c not in result.keys()]  # noqa: SIM118 - a result, not a mapping
    if missing:
        raise SourceError(f"{name}：“{title}”的查询结果里没有列 {'、'.join(missing)}。请核对 columns。")

    def rows() -> Iterator[list[Cell]]:
        yield list(sheet.columns)
        for number, row in enumerate(result.mappings()):
            if number == limits.rows:
                raise SourceError(f"{name}：“{title}”超过 {limits.rows:,} 行。请用 select 限定年份或月份，分几次读取。")
            cells = [_cell(row[c]) for c in wanted]
            note(repr(cells).encode())
            yield cells

    note(repr((title, list(sheet.columns))).encode())
    return grid_of_rows(title, rows())


def _statement(connection: Connection, sheet: SheetMapping) -> Executable:
    if sheet.select:
        return text(sheet.select)
    schema, _, table = sheet.table.rpartition(".")
    return select(Table(table, MetaData(), schema=schema or None, autoload_with=connection))


def _cell(value: Any) -> Cell:
    """A driver's value as a cell; what no sheet could hold becomes text."""
    if value is None or isinstance(value, bool | int | float | str | Decimal | date):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
