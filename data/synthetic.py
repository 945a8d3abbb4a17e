"""A made-up district of any size, written month by month into an empty database: for demonstrations and measurements.

The facts are written in one transaction a month, the cube from them by the same statement as in a publication, and the
batch and its data version last: a reader sees nothing or all. Memory holds a chunk of rows and some numbers a firm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, delete, insert, select

from cockpit import months as m
from cockpit.contracts import FEN_PER_WAN, SHEET_BY_TABLE
from cockpit.district import District
from cockpit.errors import PublishingError
from data import cube_table
from data.bulk import load_rows
from data.engine import writing
from data.synthetic_firms import REGISTER, Firms, Floats, made_up
from data.tables import CURRENT, ORIGIN, batch, batch_sheet, cube, enterprise, evaluation_input, firm_presence, monthly
from data.transactions import checkpoint, new_version, transaction

NEWEST = 202212
_CHUNK = 20_000
_BATCH = 1
_EPOCH = 200001
_MONEY = ("output_fen", "revenue_fen", "value_added_fen", "tax_fen")
_FACTS = ("month", "credit_code", "basis", "span", *_MONEY, "energy_tce", "power_wan_kwh", "green_investment_fen", "rd_fen",
          "staff", *ORIGIN)  # fmt: skip
#: The year's sums that the evaluation of the newest year is made from.
_YEARLY = ("output", "tax", "value_added", "energy", "rd", "staff")
_INPUTS = ("credit_code", "year", "tax_fen", "value_added_fen", "energy_tce", "pollutant_t", "rd_fen", "revenue_fen", "staff",
           "land_mu", "power_wan_kwh", *ORIGIN)  # fmt: skip
#: How much of an average month's output each month has.
_SEASON = (0.93, 0.72, 1.02, 1.0, 1.02, 1.06, 0.98, 0.97, 1.03, 1.02, 1.07, 1.18)

Progress = Callable[[str, int, int], None]


@dataclass
class _Work:
    """What is made, and the newest year's sums so far."""

    district: District
    firms: Firms
    months: tuple[int, ...]
    seed: int
    year: dict[str, Floats] = field(default_factory=dict)


def make(engine: Engine, district: District, *, firms: int, months: int, seed: int, progress: Progress) -> int:
    """Fill the empty database; returns the number of monthly rows. The same arguments give the same figures.

    Raises ``PublishingError`` when something has been published already.
    """
    _refuse_published(engine)
    with transaction(engine) as connection:
        _empty(connection)
    span = m.span(m.shift(NEWEST, 1 - months), NEWEST)
    work = _Work(district, made_up(district, firms, months, seed), span, seed)
    work.year = {name: np.zeros(firms) for name in _YEARLY}
    with transaction(engine) as connection:
        for chosen in _chunks(firms):
            rows = ((*row, _BATCH, chosen.start + n + 2) for n, row in enumerate(work.firms.rows(district, chosen)))
            load_rows(connection, enterprise, (*REGISTER, *ORIGIN), rows)
    written = 0
    for at, month in enumerate(span):
        progress(f"写入 {m.iso(month)}", at, months)
        with transaction(engine) as connection:
            written += _write_month(connection, work, at)
    with transaction(engine) as connection:
        _write_year(connection, work)
        for at, month in enumerate(span):
            progress(f"汇总 {m.iso(month)}", at, months)
            cube_table.refresh_cube(connection, [month])
        _write_presence(connection, work)
        _record(connection, work, written)
    checkpoint(engine)
    return written


def _refuse_published(engine: Engine) -> None:
    with writing(engine) as connection:
        if connection.execute(select(batch.c.id).limit(1)).first():
            raise PublishingError("数据库里已有发布的数据，不能写入合成的演示数据。请另用一个空数据库。")


def _empty(connection: Connection) -> None:
    """Take away what an interrupted run has left; nothing was published, so nobody has seen it."""
    for table in (*CURRENT.values(), cube, firm_presence):
        connection.execute(delete(table))


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, _CHUNK):
        yield slice(start, min(start + _CHUNK, count))


def _figures(work: _Work, at: int) -> dict[str, Floats]:
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


def _write_month(connection: Connection, work: _Work, at: int) -> int:
    """The month's rows, and their part of the newest year's sums; returns how many."""
    firms, found = work.firms, _figures(work, at)
    there = (firms.first <= at) & (at <= firms.last)
    if m.year_of(work.months[at]) == m.year_of(NEWEST):
        for name in _YEARLY:
            work.year[name] += np.where(there, found[name], 0.0)
    month, written = work.months[at], 0
    for chosen in _chunks(len(firms)):
        picked = np.flatnonzero(there[chosen]) + chosen.start
        columns = [found[name][picked].tolist() for name in ("energy", "power", "staff")]
        money = [_fen(found[name][picked]) for name in ("output", "revenue", "value_added", "tax", "green", "rd")]
        rows = (
            (month, firms.codes[i], "当月", 1, o, r, v, t, e, p, g, d, s, _BATCH, i + 2)
            for i, o, r, v, t, g, d, e, p, s in zip(picked.tolist(), *money, *columns, strict=True)
        )
        load_rows(connection, monthly, _FACTS, rows)
        written += len(picked)
    return written


def _fen(wan: Floats) -> list[int]:
    found: list[int] = np.rint(wan * FEN_PER_WAN).astype(np.int64).tolist()
    return found


def _write_year(connection: Connection, work: _Work) -> None:
    """The newest year's evaluation figures of the firms that reported in it."""
    firms, year = work.firms, work.year
    staff = np.maximum(np.round(year["staff"] / 12), 1.0)
    for chosen in _chunks(len(firms)):
        picked = [i for i in range(chosen.start, chosen.stop) if year["output"][i] > 0]
        tax, added, rd, output = (_fen(year[name][picked]) for name in ("tax", "value_added", "rd", "output"))
        rows: Iterator[tuple[Any, ...]] = (
            (firms.codes[i], m.year_of(NEWEST), t, v, float(year["energy"][i]), round(float(year["energy"][i]) * 0.002, 3), d, o,
             float(staff[i]), float(firms.land[i]), round(float(year["energy"][i]) * 0.18, 3), _BATCH, i + 2)
            for i, t, v, d, o in zip(picked, tax, added, rd, output, strict=True)
        )  # fmt: skip
        load_rows(connection, evaluation_input, _INPUTS, rows)


def _write_presence(connection: Connection, work: _Work) -> None:
    """Bit i = month 2000-01 + i, as ``cube_table.refresh_presence`` finds it from the rows."""
    firms, start = work.firms, m.distance(_EPOCH, work.months[0])
    for chosen in _chunks(len(firms)):
        rows = []
        for code, first, last in zip(firms.codes[chosen], firms.first[chosen].tolist(), firms.last[chosen].tolist(), strict=True):
            bits = ((1 << (last - first + 1)) - 1) << (start + first)
            rows.append((code, bits.to_bytes((bits.bit_length() + 7) // 8, "little")))
        load_rows(connection, firm_presence, ("credit_code", "bits"), rows)


def _record(connection: Connection, work: _Work, written: int) -> None:
    """The batch that says what this is, and the data version that shows it."""
    what = f"合成演示数据（{len(work.firms):,}家，{len(work.months)}个月，种子{work.seed}）"
    now = datetime.now(UTC).replace(tzinfo=None)
    head = {"id": _BATCH, "name": what, "sha256": hashlib.sha256(what.encode()).hexdigest(), "size": 0}
    connection.execute(insert(batch).values(**head, published_by="演示", published_at=now))
    for table, added in ((enterprise, len(work.firms)), (monthly, written), (evaluation_input, _evaluated(work))):
        counts = {"added": added, "replaced": 0, "unchanged": 0}
        title = SHEET_BY_TABLE[table.name].title
        connection.execute(insert(batch_sheet).values(batch_id=_BATCH, table_name=table.name, sheet=title, **counts))
    new_version(connection, "publish", now, batch_id=_BATCH)


def _evaluated(work: _Work) -> int:
    return int((work.year["output"] > 0).sum())
