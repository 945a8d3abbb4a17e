"""Following the facts engine: a new version there becomes a new data version here, in one transaction of the own database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import ENTERPRISES, MONTHLY
from cockpit.cube.cube import DIMENSIONS
from cockpit.errors import DatabaseError
from data.database.bulk import load_rows
from data.database.engine import connect
from data.database.tables import batch, batch_sheet, cube, facts_month
from data.database.transactions import checkpoint, new_version, transaction
from data.facts import guard, statements
from data.facts.engine import FactsClient
from data.facts.firm_files import FirmFiles
from data.facts.month_columns import span_error
from data.facts.presence import copy_presence, months_of_years
from data.facts.register import copy_register
from data.facts.statements import MonthVersion, MonthVersions, VersionNumbers
from data.facts.tables import UNKNOWN

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """A refresh: the new data version, the facts version that it shows, the months that were summed again."""

    version: int
    number: int
    months: tuple[int, ...]
    rows: int
    firms: int

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "refreshed": True,
            "version": self.version,
            "facts": self.number,
            "months": list(self.months),
            "rows": self.rows,
            "firms": self.firms,
        }


def loaded_month_versions(connection: Connection) -> dict[int, MonthVersion]:
    """``Editions`` that the stored cube was made from; empty before the first refresh."""
    return {row.month: MonthVersion(row.number, row.published or "") for row in connection.execute(select(facts_month))}


def refresh(own: Engine, facts: FactsClient, files: FirmFiles, progress: Progress | None = None) -> RefreshResult | None:
    """Show the newest version of the facts engine; ``None`` when it is shown already. Only changed months are summed.

    The firms' columns of these months are in ``files`` before anybody sees the version. Raises ``DatabaseError`` when one of
    both doesn't answer or the files can't be written, ``PublishingError`` when the own database has months of its own; then
    everything is as before.
    """
    with connect(own) as connection:
        published = facts.month_versions()
        touched = _touched(loaded_month_versions(connection), published)
        if touched is None:
            return None
        guard.check_no_own_months(connection)
    # Before the transaction: others may publish meanwhile.
    files.fill(published, months_of_years(published, touched), long_running=True, progress=progress)
    with transaction(own) as connection:
        # Again, now that no other process can refresh: it may have done so meanwhile.
        known, published = loaded_month_versions(connection), facts.month_versions()
        touched = _touched(known, published)
        if touched is None:
            connection.rollback()
            return None
        files.fill(published, months_of_years(published, touched), long_running=True)
        done = _show(connection, facts, files, known, published, touched, progress)
    checkpoint(own)
    files.delete_obsolete(known, published)
    return done


def _show(
    connection: Connection,
    facts: FactsClient,
    files: FirmFiles,
    known: MonthVersions,
    published: MonthVersions,
    touched: tuple[int, ...],
    progress: Progress | None,
) -> RefreshResult:
    """Bring the own database to what is published, as one batch and one new data version."""
    guard.check_no_own_months(connection)
    chosen = {month: edition.number for month, edition in published.items()}
    number = (connection.scalar(select(func.max(batch.c.id))) or 0) + 1
    rows = _copy_cube(connection, facts, chosen, touched, progress)
    # An engine that was rebuilt has another register under old numbers, too.
    after = 0 if _is_rebuilt(known, published) or not known else known[0].number
    firms = copy_register(connection, facts, after, chosen[0], number)
    copy_presence(connection, files, published, touched)
    now = datetime.now(UTC).replace(tzinfo=None)
    _record(connection, number, chosen[0], touched, rows, firms, now)
    connection.execute(delete(facts_month).where(facts_month.c.month.in_([0, *touched])))
    lines = [{"month": month, **published[month]._asdict(), "batch_id": number} for month in (0, *touched)]
    connection.execute(insert(facts_month), lines)
    version = new_version(connection, "facts", now, batch_id=number)
    return RefreshResult(version, chosen[0], touched, rows, sum(firms))


def _touched(known: MonthVersions, published: MonthVersions) -> tuple[int, ...] | None:
    """Months to be summed again; ``None`` when nothing is new. Raises ``DatabaseError`` when the facts went backwards."""
    if not published and not known:
        return None
    newest = published[0].number if published else 0
    if known and (newest < known[0].number or not published.keys() >= known.keys()):
        raise DatabaseError(
            f"事实库的版本倒退了：驾驶舱已到第 {known[0].number} 版，事实库只到第 {newest} 版，或少了月份。数据保持原样。"
            "请检查 COCKPIT_FACTS_URL 是否指向原来的事实库；事实库重建过的，请为驾驶舱另用一个数据库。"
        )
    touched = tuple(sorted(month for month, edition in published.items() if month and known.get(month) != edition))
    return touched if touched or published[0] != known.get(0) else None


def _is_rebuilt(known: MonthVersions, published: MonthVersions) -> bool:
    """Whether a version that is known was published at another time: then it is another version of that number."""
    same = [(known[month], edition) for month, edition in published.items() if month in known]
    return any(old.number == new.number and old.published not in ("", new.published) for old, new in same)


def _copy_cube(
    connection: Connection, facts: FactsClient, published: VersionNumbers, touched: tuple[int, ...], progress: Progress | None
) -> int:
    """Replace the cube's rows of the touched months; returns how many rows of the facts they are sums of.

    A month at a time: each costs the same and its sums fit into the engine's memory, however many months there are.
    """
    columns, count = list(cube.columns.keys()), 0
    for at, month in enumerate(touched):
        if progress:
            progress(f"汇总 {m.iso(month)}", at, len(touched))
        found = facts.query(statements.select_cube(published, [month]), published, long_running=True)
        count += sum(row.row_count for row in found)
        connection.execute(delete(cube).where(cube.c.month == month))
        load_rows(connection, cube, columns, _cube_rows(found))
    return count


def _cube_rows(found: Any) -> Iterator[tuple[Any, ...]]:
    """Rows as the own table has them, in its columns' order."""
    for month, *rest in found:
        places, (span, *sums, _) = rest[: len(DIMENSIONS)], rest[len(DIMENSIONS) :]
        if not 1 <= span <= m.number_of(month):
            raise span_error(month)
        yield (month, *("" if word == UNKNOWN else word for word in places), span, *sums)


def _record(
    connection: Connection,
    number: int,
    facts_version: int,
    touched: tuple[int, ...],
    rows: int,
    firms: tuple[int, int],
    now: datetime,
) -> None:
    """The batch that stands for the refresh among those of the workbooks."""
    shown = f"{m.iso(touched[-1])} 等 {len(touched)} 个月" if touched else "企业名录"
    name = f"事实库第 {facts_version} 版（{shown}）"
    head = {"id": number, "name": name, "sha256": hashlib.sha256(f"{number} {name}".encode()).hexdigest(), "size": 0}
    connection.execute(insert(batch).values(**head, published_by="事实库", published_at=now))
    added, changed = firms
    lines = [(ENTERPRISES, added, changed)] if any(firms) else []
    lines += [(MONTHLY, rows, 0)] if touched else []
    for sheet, new, replaced in lines:
        counts = {"added": new, "replaced": replaced, "unchanged": 0}
        connection.execute(insert(batch_sheet).values(batch_id=number, table_name=sheet.table, sheet=sheet.title, **counts))
