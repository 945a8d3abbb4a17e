"""Copies which months each enterprise reported from the column files into the cockpit's database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, select

from cockpit.calendar import months as m
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.cube import PRESENCE_EPOCH
from data.database.bulk import load_rows
from data.database.tables import firm_presence
from data.facts.credit_codes import CreditCodeIndex
from data.facts.firm_files import FirmFiles
from data.facts.register import delete_firms
from data.facts.statements import MonthVersions

_BYTE = 8
#: [enterprise, byte]: bit i of a row, the lowest first = month 2000-01 + i covered by a row.
PresenceBits = npt.NDArray[np.uint8]


def copy_presence(connection: Connection, files: FirmFiles, versions: MonthVersions, changed: Collection[int]) -> None:
    """Update the presence bits for the years of the changed months: a row never covers months of two years.

    The engine isn't queried: ``files`` have the months of these years, see ``months_of_years``. Only differences are written.
    Raises as ``FirmFiles.fill``.
    """
    months = [month for month in months_of_years(versions, changed) if month >= PRESENCE_EPOCH]
    if not months:
        return
    stored = connection.execute(select(firm_presence)).all()
    code_list, spans = files.read_spans(versions, months)
    codes: list[str] = [] if code_list is None else [code.decode() for code in code_list.codes.tolist()]
    positions = np.full(len(stored), -1, dtype=np.int64)
    if code_list is not None:
        positions = CreditCodeIndex().positions(code_list, [row.credit_code for row in stored])
    # Enterprises that are stored but not in the list (it was started again) have no row in these years.
    unlisted = np.flatnonzero(positions < 0)
    positions[unlisted] = np.arange(len(codes), len(codes) + len(unlisted))
    codes += [stored[i].credit_code for i in unlisted.tolist()]
    width = max([m.distance(PRESENCE_EPOCH, m.month(m.year_of(months[-1]), 12)) // _BYTE + 1, *(len(row.bits) for row in stored)])
    old, reported = _stored_bits(stored, positions, len(codes), width), _reported_bits(months, spans, len(codes), width)
    _write(connection, codes, old, old & ~_year_mask(months, width) | reported)


def months_of_years(versions: MonthVersions, months: Collection[int]) -> list[int]:
    """Return all months that the engine has of the years of ``months``, rising."""
    years = {m.year_of(month) for month in months}
    return sorted(month for month in versions if month and m.year_of(month) in years)


def _stored_bits(stored: Sequence[Row[Any]], positions: IntArray, count: int, width: int) -> PresenceBits:
    """Return the stored bits, each enterprise's at its position."""
    bits = np.zeros((count, width), dtype=np.uint8)
    if stored:
        packed = b"".join(row.bits.ljust(width, b"\0") for row in stored)
        bits[positions] = np.frombuffer(packed, dtype=np.uint8).reshape(len(stored), width)
    return bits


def _reported_bits(months: Sequence[int], spans: Sequence[FloatArray], count: int, width: int) -> PresenceBits:
    """Return the bits of the months that rows cover: each row its own month and the ``span`` - 1 before."""
    bits = np.zeros((count, width), dtype=np.uint8)
    for month, span in zip(months, spans, strict=True):
        last = m.distance(PRESENCE_EPOCH, month)
        for back in range(int(span.max(initial=0))):
            byte, bit = divmod(last - back, _BYTE)
            bits[: len(span), byte] |= (span > back).astype(np.uint8) << bit
    return bits


def _year_mask(months: Collection[int], width: int) -> PresenceBits:
    """Return the bits of all months of the years of ``months``."""
    mask = np.zeros(width, dtype=np.uint8)
    for year in {m.year_of(month) for month in months}:
        for month in m.span(m.month(year, 1), m.month(year, 12)):
            byte, bit = divmod(m.distance(PRESENCE_EPOCH, month), _BYTE)
            mask[byte] |= 1 << bit
    return mask


def _write(connection: Connection, codes: Sequence[str], old: PresenceBits, new: PresenceBits) -> None:
    """Write the rows that differ."""
    known = set(np.flatnonzero(old.any(axis=1)).tolist())
    changed = sorted(np.flatnonzero((new != old).any(axis=1)).tolist(), key=codes.__getitem__)
    delete_firms(connection, firm_presence, [codes[i] for i in changed if i in known], len(known))
    load_rows(connection, firm_presence, ("credit_code", "bits"), _rows(codes, new, changed))


def _rows(codes: Sequence[str], bits: PresenceBits, positions: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    for i in positions:
        if packed := bits[i].tobytes().rstrip(b"\0"):
            yield codes[i], packed
