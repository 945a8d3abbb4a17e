"""Which months each enterprise reported, as the own database holds it: taken from the files of columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, select

from cockpit.calendar import months as m
from cockpit.cube.arrays import FloatArray, IntArray
from data.database.bulk import load_rows
from data.database.tables import firm_presence
from data.facts.firm_files import FirmFiles
from data.facts.firm_list import CreditCodeIndex
from data.facts.register import forget
from data.facts.statements import MonthVersions

_EPOCH = 200001
_BYTE = 8
#: [enterprise, byte]: bit i of a row, the lowest first = month 2000-01 + i covered by a row.
Bits = npt.NDArray[np.uint8]


def copy_presence(connection: Connection, files: FirmFiles, versions: MonthVersions, touched: Collection[int]) -> None:
    """Bring the presence bits of the touched months' years up to date: a row never reaches into another year.

    The engine isn't asked: ``files`` have the months of these years, see ``months_of_years``. Only what is different is written.
    Raises as ``FirmFiles.fill``.
    """
    months = [month for month in months_of_years(versions, touched) if month >= _EPOCH]
    if not months:
        return
    stored = connection.execute(select(firm_presence)).all()
    listed, spans = files.read_spans(versions, months)
    codes: list[str] = [] if listed is None else [code.decode() for code in listed.codes.tolist()]
    at = np.full(len(stored), -1, dtype=np.int64)
    if listed is not None:
        at = CreditCodeIndex().positions(listed, [row.credit_code for row in stored])
    # Whoever is stored but not in the list (one that began anew) has no row in these years.
    more = np.flatnonzero(at < 0)
    at[more] = np.arange(len(codes), len(codes) + len(more))
    codes += [stored[i].credit_code for i in more.tolist()]
    width = max([m.distance(_EPOCH, m.month(m.year_of(months[-1]), 12)) // _BYTE + 1, *(len(row.bits) for row in stored)])
    old, found = _packed(stored, at, len(codes), width), _covered(months, spans, len(codes), width)
    _write(connection, codes, old, old & ~_years(months, width) | found)


def months_of_years(versions: MonthVersions, touched: Collection[int]) -> list[int]:
    """All months of the years of these that the engine has, rising."""
    years = {m.year_of(month) for month in touched}
    return sorted(month for month in versions if month and m.year_of(month) in years)


def _packed(stored: Sequence[Row[Any]], at: IntArray, count: int, width: int) -> Bits:
    """The stored bits, each enterprise's at its place."""
    bits = np.zeros((count, width), dtype=np.uint8)
    if stored:
        text = b"".join(row.bits.ljust(width, b"\0") for row in stored)
        bits[at] = np.frombuffer(text, dtype=np.uint8).reshape(len(stored), width)
    return bits


def _covered(months: Sequence[int], spans: Sequence[FloatArray], count: int, width: int) -> Bits:
    """The months covered by the rows: each as many months long as its span, up to its own."""
    bits = np.zeros((count, width), dtype=np.uint8)
    for month, span in zip(months, spans, strict=True):
        last = m.distance(_EPOCH, month)
        for back in range(int(span.max(initial=0))):
            byte, bit = divmod(last - back, _BYTE)
            bits[: len(span), byte] |= (span > back).astype(np.uint8) << bit
    return bits


def _years(months: Collection[int], width: int) -> Bits:
    """The bits of all months of the years of these."""
    mask = np.zeros(width, dtype=np.uint8)
    for year in {m.year_of(month) for month in months}:
        for month in m.span(m.month(year, 1), m.month(year, 12)):
            byte, bit = divmod(m.distance(_EPOCH, month), _BYTE)
            mask[byte] |= 1 << bit
    return mask


def _write(connection: Connection, codes: Sequence[str], old: Bits, new: Bits) -> None:
    """Write the rows that are different."""
    known = set(np.flatnonzero(old.any(axis=1)).tolist())
    different = sorted(np.flatnonzero((new != old).any(axis=1)).tolist(), key=codes.__getitem__)
    forget(connection, firm_presence, [codes[i] for i in different if i in known], len(known))
    load_rows(connection, firm_presence, ("credit_code", "bits"), _rows(codes, new, different))


def _rows(codes: Sequence[str], bits: Bits, chosen: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    for i in chosen:
        if told := bits[i].tobytes().rstrip(b"\0"):
            yield codes[i], told
