"""A bureau's own database as a source: a URL and, for each sheet, a table or SELECT with a column mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from sqlalchemy import MetaData, Table, create_engine, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cockpit.batch import Batch, Source
from cockpit.contracts import SHEET_BY_TITLE
from cockpit.district import District
from cockpit.errors import SourceError
from cockpit.published import Published
from data.loaders.batches import check_grids
from data.loaders.grid import Grid, grid_of_rows


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
    published: Published,
    *,
    today: date,
    url: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Batch:
    """The rows of a bureau's database as a checked batch; row numbers are the query's, its header being row 1.

    Raises ``SourceError`` for a faulty mapping, an unreachable database or a failing query.
    """
    mapping = _mapping(mapping_file)
    grids = _grids(mapping, url or mapping.url, mapping_file.name)
    digest = hashlib.sha256(repr([(g.title, [list(c) for c in g.columns]) for g in grids]).encode()).hexdigest()
    source = Source(mapping_file.name, digest, mapping_file.stat().st_size)
    return check_grids(source, grids, [], district, published, today, progress or (lambda what, done, of: None))


def _mapping(file: Path) -> Mapping:
    try:
        mapping = Mapping.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise SourceError(f"找不到对应表文件：{file}。") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{file.name} 不是有效的 YAML：{error}") from error
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(map(str, e['loc']))}：{e['msg']}" for e in error.errors())
        raise SourceError(f"{file.name} 有误：{faults}") from error
    unknown = [t for t in mapping.sheets if t not in SHEET_BY_TITLE]
    if unknown:
        raise SourceError(f"{file.name} 里的表“{'、'.join(unknown)}”不认识。可用：{'、'.join(SHEET_BY_TITLE)}。")
    return mapping


def _grids(mapping: Mapping, url: str, name: str) -> list[Grid]:
    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            grids = []
            for title, sheet in mapping.sheets.items():
                wanted = list(sheet.columns.values())
                if sheet.table:
                    table = Table(sheet.table, MetaData(), autoload_with=connection)
                    result = connection.execute(select(*(table.c[c] for c in wanted)))
                else:
                    result = connection.execute(text(sheet.select))
                rows = [[row[c] for c in wanted] for row in result.mappings()]
                grids.append(grid_of_rows(title, [list(sheet.columns), *(_plain(r) for r in rows)]))
        return grids
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SourceError(f"{name} 里的数据库地址写法不对。") from error
    except KeyError as error:
        raise SourceError(f"{name}：查询结果里没有列 {error}。请核对 columns。") from error
    except SQLAlchemyError as error:
        raise SourceError(f"{name}：数据库连不上或查询失败（{type(error).__name__}）。请检查地址、表名和列名。") from error


def _plain(row: list[Any]) -> list[Any]:
    return [float(v) if type(v).__name__ == "Decimal" else v for v in row]
