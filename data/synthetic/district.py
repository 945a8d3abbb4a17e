"""Synthetic data of any size for a district, written month by month into an empty database: for demonstrations and benchmarks.

The facts are written in one transaction a month, then the cube by the same statement as in a publication, and the batch and its
data version last: readers see nothing or all. Memory holds a chunk of rows and some numbers a firm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Table, delete, insert, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import ENTERPRISES, FEN_PER_WAN, MONTHLY_MEASURES, SHEET_BY_TABLE
from cockpit.cube.arrays import FloatArray
from cockpit.cube.cube import PRESENCE_EPOCH
from cockpit.district.district import District
from cockpit.errors import PublishingError
from cockpit.names import DEMONSTRATION
from data.database.bulk import load_rows
from data.database.engine import connect
from data.database.tables import CURRENT, ORIGIN, batch, batch_sheet, cube, enterprise, evaluation_input, firm_presence, monthly
from data.database.transactions import checkpoint, new_version, transaction, utc_now
from data.progress import Progress
from data.publishing import cube_table
from data.synthetic.firms import SyntheticFirms, generate_firms

NEWEST_MONTH = 202212
_CHUNK_ROWS = 20_000
_BATCH_ID = 1
_MONTHLY_COLUMNS = ("month", "credit_code", "basis", "span", *(c.field for c in MONTHLY_MEASURES), *ORIGIN)
#: Measures of which the evaluation of the newest year takes the year's sums.
_YEARLY = ("output", "tax", "value_added", "energy", "rd", "staff")
_INPUT_COLUMNS = ("credit_code", "year", "tax_fen", "value_added_fen", "energy_tce", "pollutant_t", "rd_fen", "revenue_fen",
                  "staff", "land_mu", "power_wan_kwh", *ORIGIN)  # fmt: skip
#: Output of each month as a share of an average month.
_SEASON = (0.93, 0.72, 1.02, 1.0, 1.02, 1.06, 0.98, 0.97, 1.03, 1.02, 1.07, 1.18)


@dataclass
class SyntheticRun:
    """The data to be written, and ``year``: sums of the newest year so far, by measure [firm]."""

    district: District
    firms: SyntheticFirms
    months: tuple[int, ...]
    seed: int
    year: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name for the list of batches."""
        return f"合成演示数据（{len(self.firms):,}家，{len(self.months)}个月，种子{self.seed}）"


def start_run(district: District, firms: int, months: int, seed: int) -> SyntheticRun:
    """Generate the firms of a run over the ``months`` up to ``NEWEST_MONTH``. Nothing is written yet."""
    span = m.span(m.shift(NEWEST_MONTH, 1 - months), NEWEST_MONTH)
    year = {name: np.zeros(firms) for name in _YEARLY}
    return SyntheticRun(district, generate_firms(district, firms, months, seed), span, seed, year)


def fill_database(engine: Engine, district: District, *, firms: int, months: int, seed: int, progress: Progress) -> int:
    """Fill the empty database; returns the number of monthly rows. The same arguments give the same data.

    Raises ``PublishingError`` when something has been published already.
    """
    check_unpublished(engine)
    with transaction(engine) as connection:
        _delete_leftovers(connection)
    run = start_run(district, firms, months, seed)
    with transaction(engine) as connection:
        for chunk in firm_chunks(firms):
            rows = ((*row, _BATCH_ID, chunk.start + n + 2) for n, row in enumerate(run.firms.rows(district, chunk)))
            load_rows(connection, enterprise, (*ENTERPRISES.fields, *ORIGIN), rows)
    written = 0
    for index, month in enumerate(run.months):
        progress(f"写入 {m.iso(month)}", index, months)
        with transaction(engine) as connection:
            written += _write_month(connection, run, index)
    with transaction(engine) as connection:
        evaluated = write_evaluation_inputs(connection, run, _BATCH_ID)
        for index, month in enumerate(run.months):
            progress(f"汇总 {m.iso(month)}", index, months)
            cube_table.refresh_cube(connection, [month])
        _write_presence(connection, run)
        record_batch(connection, run, _BATCH_ID, {enterprise: firms, monthly: written, evaluation_input: evaluated})
    checkpoint(engine)
    return written


def check_unpublished(engine: Engine) -> None:
    """Raise ``PublishingError`` when something has been published already."""
    with connect(engine) as connection:
        if connection.execute(select(batch.c.id).limit(1)).first():
            raise PublishingError("数据库里已有发布的数据，不能写入合成的演示数据。请另用一个空数据库。")


def _delete_leftovers(connection: Connection) -> None:
    """Delete the rows of an interrupted run; they were never published."""
    for table in (*CURRENT.values(), cube, firm_presence):
        connection.execute(delete(table))


def firm_chunks(count: int) -> Iterator[slice]:
    """Yield slices of ``count`` firms, each of which fits into memory."""
    for start in range(0, count, _CHUNK_ROWS):
        yield slice(start, min(start + _CHUNK_ROWS, count))


def _month_values(run: SyntheticRun, index: int) -> dict[str, FloatArray]:
    """Return the values of a month by measure [firm]: money in 万元 (whole 分), energy in tce, staff in persons."""
    firms, month = run.firms, run.months[index]
    rng = np.random.default_rng([run.seed, month])
    noise = np.exp(rng.normal(0.0, 0.12, (2, len(firms))))
    trend = (1 + firms.growth) ** (index / 12)
    output = np.round(firms.size * trend * _SEASON[m.number_of(month) - 1] * noise[0], 2)
    return {
        "output": output,
        "revenue": np.round(output * (0.93 + 0.06 * noise[1]), 2),
        "value_added": np.round(output * firms.value_added, 2),
        "tax": np.round(output * firms.tax * noise[1], 2),
        "energy": np.round(output * firms.energy, 3),
        "power": np.round(output * firms.energy * 0.18, 3),
        "green": np.where(rng.random(len(firms)) < 0.02, np.round(output * 0.4 * noise[1], 2), 0.0),
        "rd": np.round(output * firms.rd, 2),
        "staff": np.maximum(np.round(firms.size / firms.output_a_head), 3.0),
    }


def monthly_rows(run: SyntheticRun, index: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a month in chunks: index of the firm, then measures in the order of the sheet.

    Also adds a month of the newest year to ``run.year``, so each month must be taken once.
    """
    firms, values = run.firms, _month_values(run, index)
    reports = (firms.first <= index) & (index <= firms.last)
    if m.year_of(run.months[index]) == m.year_of(NEWEST_MONTH):
        for name in _YEARLY:
            run.year[name] += np.where(reports, values[name], 0.0)
    for chunk in firm_chunks(len(firms)):
        indices = np.flatnonzero(reports[chunk]) + chunk.start
        money = [_fen(values[name][indices]) for name in ("output", "revenue", "value_added", "tax")]
        amounts = [values[name][indices].tolist() for name in ("energy", "power")]
        spending = [_fen(values[name][indices]) for name in ("green", "rd")]
        yield list(zip(indices.tolist(), *money, *amounts, *spending, values["staff"][indices].tolist(), strict=True))


def _write_month(connection: Connection, run: SyntheticRun, index: int) -> int:
    """Write the rows of a month; returns how many."""
    month, codes, written = run.months[index], run.firms.codes, 0
    for rows in monthly_rows(run, index):
        load_rows(
            connection, monthly, _MONTHLY_COLUMNS, ((month, codes[i], "当月", 1, *row, _BATCH_ID, i + 2) for i, *row in rows)
        )
        written += len(rows)
    return written


def _fen(wan: FloatArray) -> list[int]:
    """Convert 万元 to 分."""
    fen: list[int] = np.rint(wan * FEN_PER_WAN).astype(np.int64).tolist()
    return fen


def write_evaluation_inputs(connection: Connection, run: SyntheticRun, batch_id: int) -> int:
    """Write the evaluation inputs of the newest year, of the firms that reported in it; returns how many firms."""
    firms, year = run.firms, run.year
    year_number, staff = m.year_of(NEWEST_MONTH), np.maximum(np.round(year["staff"] / 12), 1.0)
    for chunk in firm_chunks(len(firms)):
        indices = [i for i in range(chunk.start, chunk.stop) if year["output"][i] > 0]
        tax, added, rd, output = (_fen(year[name][indices]) for name in ("tax", "value_added", "rd", "output"))
        energy: list[float] = year["energy"][indices].tolist()
        rows: Iterator[tuple[Any, ...]] = (
            (firms.codes[i], year_number, t, v, e, round(e * 0.002, 3), d, o, float(staff[i]), float(firms.land[i]),
             round(e * 0.18, 3), batch_id, i + 2)
            for i, t, v, e, d, o in zip(indices, tax, added, energy, rd, output, strict=True)
        )  # fmt: skip
        load_rows(connection, evaluation_input, _INPUT_COLUMNS, rows)
    return int((year["output"] > 0).sum())


def _write_presence(connection: Connection, run: SyntheticRun) -> None:
    """Write the presence bits: bit i = month 2000-01 + i, as ``cube_table.refresh_presence`` computes them from the rows."""
    firms, start = run.firms, m.distance(PRESENCE_EPOCH, run.months[0])
    for chunk in firm_chunks(len(firms)):
        rows = []
        for code, first, last in zip(firms.codes[chunk], firms.first[chunk].tolist(), firms.last[chunk].tolist(), strict=True):
            bits = ((1 << (last - first + 1)) - 1) << (start + first)
            rows.append((code, bits.to_bytes((bits.bit_length() + 7) // 8, "little")))
        load_rows(connection, firm_presence, ("credit_code", "bits"), rows)


def record_batch(connection: Connection, run: SyntheticRun, batch_id: int, counts: Mapping[Table, int]) -> None:
    """Insert the batch with its row counts, and the data version that makes it visible."""
    now = utc_now()
    head = {"id": batch_id, "name": run.name, "sha256": hashlib.sha256(run.name.encode()).hexdigest(), "size": 0}
    connection.execute(insert(batch).values(**head, published_by=DEMONSTRATION, published_at=now))
    for table, added in counts.items():
        values = {"table_name": table.name, "sheet": SHEET_BY_TABLE[table.name].title, "added": added}
        connection.execute(insert(batch_sheet).values(batch_id=batch_id, **values, replaced=0, unchanged=0))
    new_version(connection, "publish", now, batch_id=batch_id)
