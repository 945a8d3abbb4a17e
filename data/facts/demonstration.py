"""The made-up district with its months in a facts engine: the same figures as ``data.synthetic.district`` writes for the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, func, select

from cockpit.calendar import months as m
from cockpit.cube.cube import DIMENSIONS
from cockpit.district.district import District
from cockpit.errors import PublishingError
from data.database.bulk import Row
from data.database.tables import batch, evaluation_input
from data.database.transactions import checkpoint, transaction
from data.facts.engine import FactsClient
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.tables import UNKNOWN
from data.facts.writer import FactsWriter, is_empty
from data.synthetic.district import (
    Progress,
    SyntheticRun,
    check_unpublished,
    firm_chunks,
    monthly_rows,
    record_batch,
    start_run,
    write_evaluation_inputs,
)
from data.synthetic.firms import REGISTER


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
    """Fill an empty facts engine through ``writer``, and show it in the empty own database; returns the number of rows.

    Raises ``PublishingError`` when there is something in one of both.
    """
    check_unpublished(own)
    if not is_empty(writer):
        raise PublishingError("事实库里已有数据，不能写入合成的演示数据。要显示已有的数据，请运行 cli.py facts refresh。")
    work = start_run(district, firms, months, seed)
    written = write_facts(FactsWriter(writer), work, progress)
    refresh(own, facts, files, progress)
    with transaction(own) as connection:
        number = (connection.scalar(select(func.max(batch.c.id))) or 0) + 1
        record_batch(connection, work, number, {evaluation_input: write_evaluation_inputs(connection, work, number)})
    checkpoint(own)
    return written


def write_facts(writer: FactsWriter, work: SyntheticRun, progress: Progress) -> int:
    """Write all months and firms of ``work`` as one version; returns the number of rows."""
    places = [_places(row, work.district) for row in _register(work)]
    written = 0
    for at, month in enumerate(work.months):
        progress(f"写入 {m.iso(month)}", at, len(work.months))
        written += writer.month(month, _month(work, at, writer.number, places))
    progress("写入名录", len(work.months), len(work.months))
    writer.firms(_firm(row, writer.number) for row in _register(work))
    writer.finish(work.months)
    return written


def _month(work: SyntheticRun, at: int, number: int, places: list[tuple[Any, ...]]) -> Iterator[list[Row]]:
    month, codes = work.months[at], work.firms.codes
    for part in monthly_rows(work, at):
        yield [(month, codes[i], number, *places[i], 1, *row) for i, *row in part]


def _register(work: SyntheticRun) -> Iterator[Mapping[str, Any]]:
    """The register as the facts engine has it."""
    for chosen in firm_chunks(len(work.firms)):
        for values in work.firms.rows(work.district, chosen):
            row = dict(zip(REGISTER, values, strict=True))
            founded = row["founded_on"]
            row["founded_on"] = founded.year * 10000 + founded.month * 100 + founded.day
            yield row | {"stage": row["stage"] or UNKNOWN, "division": row["industry_code"][:2]}


def _places(row: Mapping[str, Any], district: District) -> tuple[Any, ...]:
    """A fact's area and dimensions."""
    return (district.shown_area_by_key[row["town"]], *(row[name] for name in DIMENSIONS))


def _firm(row: Mapping[str, Any], number: int) -> Row:
    code, *rest = (row[name] for name in REGISTER)
    return (code, number, 1, *rest)
