"""Synthetic data with the months in a facts engine: the same values as ``data.synthetic.district`` writes for the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine

from cockpit.calendar import months as m
from cockpit.contracts.sheets import ENTERPRISES
from cockpit.cube.cube import DIMENSIONS
from cockpit.district.district import District
from cockpit.errors import PublishingError
from data.database.bulk import RowValues
from data.database.tables import evaluation_input
from data.database.transactions import checkpoint, next_batch_id, transaction
from data.facts.client import FactsClient
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.tables import UNKNOWN
from data.facts.writer import FactsWriter, is_empty
from data.progress import Progress
from data.synthetic.district import (
    SyntheticRun,
    check_unpublished,
    firm_chunks,
    monthly_rows,
    record_batch,
    start_run,
    write_evaluation_inputs,
)


def fill_facts(
    own: Engine,
    facts: FactsClient,
    writer: Engine,
    files: FirmFiles,
    district: District,
    *,
    firms: int,
    months: int,
    seed: int,
    progress: Progress,
) -> int:
    """Fill an empty facts engine through ``writer``, and load it into the empty database ``own``; returns the monthly rows.

    Raises ``PublishingError`` when either isn't empty.
    """
    check_unpublished(own)
    if not is_empty(writer):
        raise PublishingError("事实库里已有数据，不能写入合成的演示数据。要显示已有的数据，请运行 cli.py facts refresh。")
    run = start_run(district, firms, months, seed)
    written = write_facts(FactsWriter(writer), run, progress)
    refresh(own, facts, files, progress)
    with transaction(own) as connection:
        number = next_batch_id(connection)
        record_batch(connection, run, number, {evaluation_input: write_evaluation_inputs(connection, run, number)})
    checkpoint(own)
    return written


def write_facts(writer: FactsWriter, run: SyntheticRun, progress: Progress) -> int:
    """Write all months and firms of ``run`` as one version; returns the number of monthly rows."""
    dimensions = [_dimensions(row, run.district) for row in _register(run)]
    written = 0
    for index, month in enumerate(run.months):
        progress(f"写入 {m.iso(month)}", index, len(run.months))
        written += writer.month(month, _month_chunks(run, index, writer.number, dimensions))
    progress("写入名录", len(run.months), len(run.months))
    writer.firms(_firm(row, writer.number) for row in _register(run))
    writer.finish(run.months)
    return written


def _month_chunks(run: SyntheticRun, index: int, version: int, dimensions: list[tuple[Any, ...]]) -> Iterator[list[RowValues]]:
    month, codes = run.months[index], run.firms.codes
    for chunk in monthly_rows(run, index):
        yield [(month, codes[i], version, *dimensions[i], 1, *row) for i, *row in chunk]


def _register(run: SyntheticRun) -> Iterator[Mapping[str, Any]]:
    """Yield the register as the facts engine stores it."""
    for chunk in firm_chunks(len(run.firms)):
        for values in run.firms.rows(run.district, chunk):
            row = dict(zip(ENTERPRISES.fields, values, strict=True))
            founded = row["founded_on"]
            row["founded_on"] = founded.year * 10000 + founded.month * 100 + founded.day
            yield row | {"stage": row["stage"] or UNKNOWN, "division": row["industry_code"][:2]}


def _dimensions(row: Mapping[str, Any], district: District) -> tuple[Any, ...]:
    """Return a fact's area and dimensions."""
    return (district.shown_area_by_key[row["town"]], *(row[name] for name in DIMENSIONS))


def _firm(row: Mapping[str, Any], version: int) -> RowValues:
    code, *rest = (row[name] for name in ENTERPRISES.fields)
    return (code, version, 1, *rest)
