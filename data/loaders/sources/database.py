"""A bureau's own database as a source: a URL and, for each sheet, a table or SELECT with a column mapping."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from sqlalchemy import Connection, Executable, MetaData, Table, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cockpit.contracts.batch import Batch, BatchSource
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import SHEET_BY_TITLE
from cockpit.district.district import District
from cockpit.errors import SourceError
from cockpit.validation import list_faults
from data.loaders.batches import check_sheets, no_progress
from data.loaders.cells.parse_context import ParseContext
from data.loaders.cells.text import truncate
from data.loaders.sources.cell import Cell
from data.loaders.sources.grid import Grid, grid_from_rows
from data.loaders.sources.limits import Limits
from data.loaders.sources.read_only import connect_read_only
from data.loaders.sources.sources import SourceSheets
from data.loaders.sources.temporary_database import TemporaryDatabase, open_temporary_database
from data.yaml_file import YamlFault, parse_yaml, read_text

_MAX_COLUMNS = 1_000
_MAX_FAULTS = 10
_TIMED_OUT = re.compile(r"interrupted|statement timeout|max_statement_time|execution time", re.IGNORECASE)


class SheetMapping(BaseModel):
    """Source of a sheet's rows: ``table`` or ``select``; ``columns``: our header -> their column."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str = ""
    select: str = ""
    columns: dict[str, str]

    @model_validator(mode="after")
    def _one_source(self) -> SheetMapping:
        if bool(self.table) == bool(self.select):
            raise ValueError("table 和 select 必须且只能写一个")
        return self


class DatabaseMapping(BaseModel):
    """Mapping file: the URL of the bureau's database, and our sheets by title."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str
    sheets: dict[str, SheetMapping]


def read_database_batch(
    mapping_file: Path,
    district: District,
    published: PublishedData,
    *,
    today: date,
    limits: Limits | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Batch:
    """Read a bureau's database into a checked batch; rows are numbered as in the query's result, its header being row 1.

    Raises ``SourceError`` for a faulty mapping, an unreachable database or a failing query.
    """
    mapping = _load_mapping(mapping_file)
    database = open_temporary_database()
    reader = _DatabaseReader(mapping_file.name, limits or Limits(), database)
    grids = reader.read(mapping)
    source = BatchSource(mapping_file.name, reader.digest.hexdigest(), mapping_file.stat().st_size)
    return check_sheets(source, SourceSheets(grids), database, ParseContext(district, today), published, progress or no_progress)


def _load_mapping(file: Path) -> DatabaseMapping:
    try:
        content, duplicates = parse_yaml(read_text(file))
        if duplicates:
            raise SourceError(_report(file, duplicates))
        mapping = DatabaseMapping.model_validate(content)
    except OSError as error:
        raise SourceError(f"找不到对应表文件：{file}。") from error
    except YamlFault as fault:
        raise SourceError(f"{file.name} {fault}。") from fault
    except ValidationError as error:
        raise SourceError(_report(file, list_faults(error, DatabaseMapping))) from error
    for title, sheet in mapping.sheets.items():
        if len(sheet.columns) > _MAX_COLUMNS:
            raise SourceError(f"{file.name}：“{truncate(title)}”的 columns 超过{_MAX_COLUMNS}列。请只写需要的列。")
    unknown = [t for t in mapping.sheets if t not in SHEET_BY_TITLE]
    if unknown:
        raise SourceError(f"{file.name} 里的表“{truncate('、'.join(unknown))}”不认识。可用：{'、'.join(SHEET_BY_TITLE)}。")
    return mapping


def _report(file: Path, faults: Sequence[str]) -> str:
    more = f"；另有{len(faults) - _MAX_FAULTS}处" if len(faults) > _MAX_FAULTS else ""
    return f"{file.name} 有误：{'；'.join(faults[:_MAX_FAULTS])}{more}。写法见 docs/bureau-database.md。"


class _DatabaseReader:
    """Reader of the sheets of a bureau's database; ``digest`` covers all cells read."""

    def __init__(self, name: str, limits: Limits, database: TemporaryDatabase) -> None:
        """``name``: of the mapping file, for messages; ``database``: where the cells go."""
        self._name, self._limits, self._database = name, limits, database
        self._characters_left = limits.text_characters
        self.digest = hashlib.sha256()

    def read(self, mapping: DatabaseMapping) -> list[Grid]:
        """Read all sheets of a mapping; raises ``SourceError``."""
        try:
            _check_selects(mapping)
            with connect_read_only(mapping.url, self._name, self._limits.query_seconds) as connection:
                return [self._read_sheet(connection, title, sheet) for title, sheet in mapping.sheets.items()]
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise SourceError(f"{self._name} 里的数据库地址写法不对，或缺少这种数据库的驱动。") from error
        except SQLAlchemyError as error:
            fault = type(error).__name__
            if _TIMED_OUT.search(str(error)):
                seconds = f"{self._limits.query_seconds:.0f}"
                raise SourceError(f"{self._name}：查询超过 {seconds} 秒，已中止。请用 select 限定年份或月份。") from error
            raise SourceError(f"{self._name}：数据库连不上或查询失败（{fault}）。请检查地址、表名和列名。") from error

    def _read_sheet(self, connection: Connection, title: str, sheet: SheetMapping) -> Grid:
        """Read a query's rows into a grid below a header of the specification's labels."""
        columns = list(sheet.columns.values())
        # Where the driver can, the server sends some rows at a time.
        result = connection.execute(_statement(connection, sheet), execution_options={"stream_results": True})
        missing = [c for c in columns if c not in result.keys()]  # noqa: SIM118 - a result, not a mapping
        if missing:
            raise SourceError(f"{self._name}：“{title}”的查询结果里没有列 {'、'.join(missing)}。请核对 columns。")

        def rows() -> Iterator[list[Cell]]:
            yield list(sheet.columns)
            for number, row in enumerate(result.mappings()):
                if number == self._limits.rows:
                    limit = f"{self._limits.rows:,}"
                    raise SourceError(f"{self._name}：“{title}”超过{limit}行。请用 select 限定年份或月份，分几次读取。")
                cells = [_to_cell(row[c]) for c in columns]
                self._characters_left -= sum(len(cell) for cell in cells if isinstance(cell, str))
                if self._characters_left < 0:
                    raise SourceError(f"{self._name}：“{title}”的文字过多，超出限制。请用 select 限定年份或月份，分几次读取。")
                self.digest.update(repr(cells).encode())
                yield cells

        self.digest.update(repr((title, list(sheet.columns))).encode())
        return grid_from_rows(self._database, title, rows())


def _check_selects(mapping: DatabaseMapping) -> None:
    queries = {title: sheet.select for title, sheet in mapping.sheets.items() if sheet.select}
    if not queries:
        return
    from data.loaders.sources.one_select import check_select

    backend = make_url(mapping.url).get_backend_name()
    for title, query in queries.items():
        check_select(query, backend, title)


def _statement(connection: Connection, sheet: SheetMapping) -> Executable:
    if sheet.select:
        return text(sheet.select)
    schema, _, table = sheet.table.rpartition(".")
    return select(Table(table, MetaData(), schema=schema or None, autoload_with=connection))


def _to_cell(value: Any) -> Cell:
    """Convert a driver's value to a cell; types that no sheet has become text."""
    if value is None or isinstance(value, bool | int | float | str | Decimal | date):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
