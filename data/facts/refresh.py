"""Follows the facts engine: a new version there becomes a new data version here, in one transaction of the cockpit's database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import ENTERPRISES, MONTHLY
from cockpit.cube.cube import DIMENSIONS
from cockpit.errors import DatabaseError
from data.database.bulk import load_rows
from data.database.digests import record_digests
from data.database.engine import connect
from data.database.tables import batch, batch_sheet, cube, facts_month
from data.database.transactions import checkpoint, new_version, next_batch_id, transaction, utc_now
from data.facts import statements
from data.facts.client import FactsClient
from data.facts.firm_files import FirmFiles
from data.facts.month_columns import span_error
from data.facts.presence import copy_presence, months_of_years
from data.facts.register import copy_register
from data.facts.statements import MonthVersion, MonthVersions, VersionNumbers
from data.facts.tables import UNKNOWN
from data.progress import Progress
from data.publishing import source_checks


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """The result of a refresh: data version, facts version (``number``), months summed again, rows and enterprises updated."""

    version: int
    number: int
    months: tuple[int, ...]
    rows: int
    firms: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "refreshed": True,
            "version": self.version,
            "facts": self.number,
            "months": list(self.months),
            "rows": self.rows,
            "firms": self.firms,
        }


def loaded_month_versions(connection: Connection) -> dict[int, MonthVersion]:
    """Read the ``MonthVersions`` that the stored cube was summed from; empty before the first refresh."""
    return {row.month: MonthVersion(row.number, row.published or "") for row in connection.execute(select(facts_month))}


def refresh(own: Engine, facts: FactsClient, files: FirmFiles, progress: Progress | None = None) -> RefreshResult | None:
    """Load the newest version of the facts engine; ``None`` when it is loaded already. Only changed months are summed.

    The firms' columns of these months are in ``files`` before the version is visible. Raises ``DatabaseError`` when either
    database doesn't answer or the files can't be written, ``PublishingError`` when the cockpit's database has monthly values
    of workbooks; then nothing changes.
    """
    with connect(own) as connection:
        published = facts.month_versions()
        changed = _changed_months(loaded_month_versions(connection), published)
        if changed is None:
            return None
        source_checks.check_no_own_months(connection)
    # Outside the transaction: others may publish meanwhile.
    files.fill(published, months_of_years(published, changed), long_running=True, progress=progress)
    with transaction(own) as connection:
        # Once more, now that no other process can refresh: one may have done so meanwhile.
        known, published = loaded_month_versions(connection), facts.month_versions()
        changed = _changed_months(known, published)
        if changed is None:
            connection.rollback()
            return None
        files.fill(published, months_of_years(published, changed), long_running=True)
        result = _load(connection, facts, files, known, published, changed, progress)
    checkpoint(own)
    files.delete_obsolete(known, published)
    return result


def _load(
    connection: Connection,
    facts: FactsClient,
    files: FirmFiles,
    known: MonthVersions,
    published: MonthVersions,
    changed: tuple[int, ...],
    progress: Progress | None,
) -> RefreshResult:
    """Load what is published into the cockpit's database, as one batch and one new data version."""
    source_checks.check_no_own_months(connection)
    numbers = {month: version.number for month, version in published.items()}
    batch_id = next_batch_id(connection)
    rows = _copy_cube(connection, facts, numbers, changed, progress)
    # An engine that was rebuilt has other register rows even under old numbers.
    after = 0 if _is_rebuilt(known, published) or not known else known[0].number
    firms = copy_register(connection, facts, after, numbers[0], batch_id)
    copy_presence(connection, files, published, changed)
    now = utc_now()
    _insert_batch(connection, batch_id, numbers[0], changed, rows, firms, now)
    connection.execute(delete(facts_month).where(facts_month.c.month.in_([0, *changed])))
    month_rows = [{"month": month, **published[month]._asdict(), "batch_id": batch_id} for month in (0, *changed)]
    connection.execute(insert(facts_month), month_rows)
    version = new_version(connection, "facts", now, batch_id=batch_id)
    return RefreshResult(version, numbers[0], changed, rows, sum(firms))


def _changed_months(known: MonthVersions, published: MonthVersions) -> tuple[int, ...] | None:
    """Return the months to be summed again; ``None`` when nothing is new. Raises ``DatabaseError`` for versions that go back."""
    if not published and not known:
        return None
    newest = published[0].number if published else 0
    if known and (newest < known[0].number or not published.keys() >= known.keys()):
        raise DatabaseError(
            f"事实库的版本倒退了：驾驶舱已到第 {known[0].number} 版，事实库只到第 {newest} 版，或少了月份。数据保持原样。"
            "请检查 COCKPIT_FACTS_URL 是否指向原来的事实库；事实库重建过的，请为驾驶舱另用一个数据库。"
        )
    changed = tuple(sorted(month for month, version in published.items() if month and known.get(month) != version))
    return changed if changed or published[0] != known.get(0) else None


def _is_rebuilt(known: MonthVersions, published: MonthVersions) -> bool:
    """Return whether a known version was published at another time: then it is another version of the same number."""
    pairs = [(known[month], version) for month, version in published.items() if month in known]
    return any(old.number == new.number and old.published not in ("", new.published) for old, new in pairs)


def _copy_cube(
    connection: Connection, facts: FactsClient, numbers: VersionNumbers, changed: tuple[int, ...], progress: Progress | None
) -> int:
    """Replace the cube's rows of the changed months; returns how many rows of the facts were summed.

    One month at a time: each costs the same and its sums fit into the engine's memory, however many months there are.
    """
    columns, row_count = list(cube.columns.keys()), 0
    for done, month in enumerate(changed):
        if progress:
            progress(f"汇总 {m.iso(month)}", done, len(changed))
        rows = facts.query(statements.select_cube(numbers, [month]), numbers, long_running=True)
        row_count += sum(row.row_count for row in rows)
        connection.execute(delete(cube).where(cube.c.month == month))
        load_rows(connection, cube, columns, _cube_rows(rows))
        record_digests(connection, [month])
    return row_count


def _cube_rows(rows: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as the table ``cube`` stores them, in the order of its columns."""
    for month, *rest in rows:
        dimensions, (span, *sums, _) = rest[: len(DIMENSIONS)], rest[len(DIMENSIONS) :]
        if not 1 <= span <= m.number_of(month):
            raise span_error(month)
        yield (month, *("" if key == UNKNOWN else key for key in dimensions), span, *sums)


def _insert_batch(
    connection: Connection,
    batch_id: int,
    facts_version: int,
    changed: tuple[int, ...],
    rows: int,
    firms: tuple[int, int],
    now: datetime,
) -> None:
    """Insert the batch that represents the refresh in the list of batches."""
    scope = f"{m.iso(changed[-1])} 等{len(changed)}个月" if changed else "企业名录"
    name = f"事实库第 {facts_version} 版（{scope}）"
    head = {"id": batch_id, "name": name, "sha256": hashlib.sha256(f"{batch_id} {name}".encode()).hexdigest(), "size": 0}
    connection.execute(insert(batch).values(**head, published_by="事实库", published_at=now))
    added, replaced = firms
    counts = [(ENTERPRISES, added, replaced)] if any(firms) else []
    counts += [(MONTHLY, rows, 0)] if changed else []
    for sheet, added, replaced in counts:
        values = {"table_name": sheet.table, "sheet": sheet.title, "added": added, "replaced": replaced, "unchanged": 0}
        connection.execute(insert(batch_sheet).values(batch_id=batch_id, **values))
