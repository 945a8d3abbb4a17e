"""A made-up district of any size, written month by month into an empty database: for demonstrations and measurements.

The facts are written in one transaction a month, the cube from them by the same statement as in a publication, and the
batch and its data version last: a reader sees nothing or all. Memory holds a chunk of rows and some numbers a firm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Table, delete, insert, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import FEN_PER_WAN, MONTHLY, SHEET_BY_TABLE
from cockpit.district.district import District
from cockpit.errors import PublishingError
from data.database.bulk import load_rows
from data.database.engine import writing
from data.database.tables import CURRENT, ORIGIN, batch, batch_sheet, cube, enterprise, evaluation_input, firm_presence, monthly
from data.database.transactions import checkpoint, new_version, transaction
from data.publishing import cube_table
from data.synthetic.firms import REGISTER, Firms, Floats, made_up

NEWEST = 202212
_CHUNK = 20_000
_BATCH = 1
_EPOCH = 200001
_FACTS = ("month", "credit_code", "basis", "span", *(c.field for c in MONTHLY.columns[3:]), *ORIGIN)
#: The year's sums that the evaluation of the newest year is made from.
_YEARLY = ("output", "tax", "value_added", "energy", "rd", "staff")
_INPUTS = ("credit_code", "year", "tax_fen", "value_added_fen", "energy_tce", "pollutant_t", "rd_fen", "revenue_fen", "staff",
           "land_mu", "power_wan_kwh", *ORIGIN)  # fmt: skip
#: How much of an average month's output each month has.
_SEASON = (0.93, 0.72, 1.02, 1.0, 1.02, 1.06, 0.98, 0.97, 1.03, 1.02, 1.07, 1.18)

Progress = Callable[[str, int, int], None]


@dataclass
class Work:
    """What is made, and the newest year's sums so far."""

    district: District
    firms: Firms
    months: tuple[int, ...]
    seed: int
    year: dict[str, Floats] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is, for the list of batches."""
        return f"合成演示数据（{len(self.firms):,}家，{len(self.months)}个月，种子{self.seed}）"


def begin(district: District, firms: int, months: int, seed: int) -> Work:
    """The firms, and nothing written yet."""
    span = m.span(m.shift(NEWEST, 1 - months), NEWEST)
    return Work(district, made_up(district, firms, months, seed), span, seed, {name: np.zeros(firms) for name in _YEARLY})


def make(engine: Engine, district: District, *, firms: int, months: int, seed: int, progress: Progress) -> int:
    """Fill the empty database; returns the number of monthly rows. The same arguments give the same figures.

    Raises ``PublishingError`` when something has been published already.
    """
    refuse_published(engine)
    with transaction(engine) as connection:
        _empty(connection)
    work = begin(district, firms, months, seed)
    with transaction(engine) as connection:
        for chosen in chunks(firms):
            rows = ((*row, _BATCH, chosen.start + n + 2) for n, row in enumerate(work.firms.rows(district, chosen)))
            load_rows(connection, enterprise, (*REGISTER, *ORIGIN), rows)
    written = 0
    for at, month in enumerate(work.months):
        progress(f"写入 {m.iso(month)}", at, months)
        with transaction(engine) as connection:
            written += _write_month(connection, work, at)
    with transaction(engine) as connection:
        evaluated = write_year(connection, work, _BATCH)
        for at, month in enumerate(work.months):
            progress(f"汇总 {m.iso(month)}", at, months)
            cube_table.refresh_cube(connection, [month])
        _write_presence(connection, work)
        record(connection, work, _BATCH, {enterprise: firms, monthly: written, evaluation_input: evaluated})
    checkpoint(engine)
    return written


def refuse_published(engine: Engine) -> None:
    """Raises ``PublishingError`` when something has been published already."""
    with writing(engine) as connection:
        if connection.execute(select(batch.c.id).limit(1)).first():
            raise PublishingError("数据库里已有发布的数据，不能写入合成的演示数据。请另用一个空数据库。")


def _empty(connection: Connection) -> None:
    """Take away what an interrupted run has left; nothing was published, so nobody has seen it."""
    for table in (*CURRENT.values(), cube, firm_presence):
        connection.execute(delete(table))


def chunks(count: int) -> Iterator[slice]:
    """The firms in parts that fit into memory."""
    for start in range(0, count, _CHUNK):
        yield slice(start, min(start + _CHUNK, count))


def _figures(work: Work, at: int) -> dict[str, Floats]:
    """All firms' figures of a month: money in 万元, whole 分; energy in tons; staff in people."""
    firms, month = work.firms, work.months[at]
    rng = np.random.default_rng([work.seed, month])
    noise = np.exp(rng.normal(0.0, 0.12, (2, len(firms))))
    trend = (1 + firms.growth) ** (at / 12)
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


def month_rows(work: Work, at: int) -> Iterator[list[tuple[Any, ...]]]:
    """The month's rows in parts: place of the firm, then measures in the order of the sheet. Adds to the year's sums."""
    firms, found = work.firms, _figures(work, at)
    there = (firms.first <= at) & (at <= firms.last)
    if m.year_of(work.months[at]) == m.year_of(NEWEST):
        for name in _YEARLY:
            work.year[name] += np.where(there, found[name], 0.0)
    for chosen in chunks(len(firms)):
        picked = np.flatnonzero(there[chosen]) + chosen.start
        money = [_fen(found[name][picked]) for name in ("output", "revenue", "value_added", "tax")]
        measured = [found[name][picked].tolist() for name in ("energy", "power")]
        spent = [_fen(found[name][picked]) for name in ("green", "rd")]
        yield list(zip(picked.tolist(), *money, *measured, *spent, found["staff"][picked].tolist(), strict=True))


def _write_month(connection: Connection, work: Work, at: int) -> int:
    """Returns how many rows were written."""
    month, codes, written = work.months[at], work.firms.codes, 0
    for part in month_rows(work, at):
        load_rows(connection, monthly, _FACTS, ((month, codes[i], "当月", 1, *row, _BATCH, i + 2) for i, *row in part))
        written += len(part)
    return written


def _fen(wan: Floats) -> list[int]:
    found: list[int] = np.rint(wan * FEN_PER_WAN).astype(np.int64).tolist()
    return found


def write_year(connection: Connection, work: Work, batch_id: int) -> int:
    """The newest year's evaluation figures of the firms that reported in it; returns how many firms those are."""
    firms, year = work.firms, work.year
    staff = np.maximum(np.round(year["staff"] / 12), 1.0)
    for chosen in chunks(len(firms)):
        picked = [i for i in range(chosen.start, chosen.stop) if year["output"][i] > 0]
        tax, added, rd, output = (_fen(year[name][picked]) for name in ("tax", "value_added", "rd", "output"))
        rows: Iterator[tuple[Any, ...]] = (
            (firms.codes[i], m.year_of(NEWEST), t, v, float(year["energy"][i]), round(float(year["energy"][i]) * 0.002, 3), d, o,
             float(staff[i]), float(firms.land[i]), round(float(year["energy"][i]) * 0.18, 3), batch_id, i + 2)
            for i, t, v, d, o in zip(picked, tax, added, rd, output, strict=True)
        )  # fmt: skip
        load_rows(connection, evaluation_input, _INPUTS, rows)
    return int((year["output"] > 0).sum())


def _write_presence(connection: Connection, work: Work) -> None:
    """Bit i = month 2000-01 + i, as ``cube_table.refresh_presence`` finds it from the rows."""
    firms, start = work.firms, m.distance(_EPOCH, work.months[0])
    for chosen in chunks(len(firms)):
        rows = []
        for code, first, last in zip(firms.codes[chosen], firms.first[chosen].tolist(), firms.last[chosen].tolist(), strict=True):
            bits = ((1 << (last - first + 1)) - 1) << (start + first)
            rows.append((code, bits.to_bytes((bits.bit_length() + 7) // 8, "little")))
        load_rows(connection, firm_presence, ("credit_code", "bits"), rows)


def record(connection: Connection, work: Work, batch_id: int, counts: Mapping[Table, int]) -> None:
    """The batch that says what this is, how many rows it brought, and the data version that shows it."""
    now = datetime.now(UTC).replace(tzinfo=None)
    head = {"id": batch_id, "name": work.name, "sha256": hashlib.sha256(work.name.encode()).hexdigest(), "size": 0}
    connection.execute(insert(batch).values(**head, published_by="演示", published_at=now))
    for table, added in counts.items():
        told = {"added": added, "replaced": 0, "unchanged": 0}
        title = SHEET_BY_TABLE[table.name].title
        connection.execute(insert(batch_sheet).values(batch_id=batch_id, table_name=table.name, sheet=title, **told))
    new_version(connection, "publish", now, batch_id=batch_id)
