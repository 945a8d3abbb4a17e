"""Digests of the stored cube, one a month: a cube that isn't what was published is noticed before anything of it is shown."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from data.database import reader
from data.database.tables import cube_digest


def month_digests(rows: pd.DataFrame) -> dict[int, str]:
    """Return the digest of each month's rows (of ``reader.read_cube``): equal rows in any order have an equal one.

    It is against damage, not against somebody who can compute it: the sum of the rows' hashes, and their number.
    """
    hashes = pd.util.hash_pandas_object(rows, index=False).to_numpy(dtype=np.uint64)
    months, position = np.unique(rows["month"].to_numpy(), return_inverse=True)
    sums = np.zeros(len(months), dtype=np.uint64)
    np.add.at(sums, position, hashes)  # unsigned: it goes round, and that is meant
    counts = np.bincount(position, minlength=len(months))
    return {int(m): f"{int(total):016x}-{int(n)}" for m, total, n in zip(months, sums, counts, strict=True)}


def record_digests(connection: Connection, months: Collection[int] | None = None) -> None:
    """Store the digests of the cube's months as they are now; ``None``: of all months."""
    chosen = None if months is None else sorted(months)
    digests = month_digests(reader.read_cube(connection, months=chosen))
    obsolete = delete(cube_digest)
    connection.execute(obsolete if chosen is None else obsolete.where(cube_digest.c.month.in_(chosen)))
    if digests:
        connection.execute(insert(cube_digest), [{"month": month, "digest": digest} for month, digest in digests.items()])


def record_missing_digests(connection: Connection) -> None:
    """Store the digests of a cube that is older than they are, as it is."""
    if connection.scalar(select(cube_digest.c.month).limit(1)) is None:
        record_digests(connection)


def damaged_months(connection: Connection, rows: pd.DataFrame) -> tuple[int, ...]:
    """Return the months whose rows (of the whole cube) aren't those that were published, rising."""
    stored = {row.month: row.digest for row in connection.execute(select(cube_digest))}
    computed = month_digests(rows)
    return tuple(sorted(month for month in {*stored, *computed} if stored.get(month) != computed.get(month)))
