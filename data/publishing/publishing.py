"""Publishing and withdrawing batches: one transaction each, all or nothing, with a new data version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from cockpit.contracts.batch import Batch, BatchSource
from cockpit.contracts.finding_codes import Severity
from cockpit.contracts.sheets import FEN_PER_WAN, MONTHLY, SHEETS
from cockpit.errors import PublishingError
from cockpit.names import person_name
from data.database.engine import connect
from data.database.tables import CURRENT, HISTORY, batch, batch_confirmation, batch_sheet, cube
from data.database.transactions import checkpoint, new_version, next_batch_id, transaction, utc_now
from data.progress import Progress
from data.publishing import cube_table, cumulative, merging, source_checks
from data.publishing.month_figures import compare_newest_month
from data.publishing.outdated import notes_of_publication, notes_of_withdrawal
from data.publishing.results import BatchPreview, BatchRecord, Publication, SheetCount, Withdrawal

_LARGEST_ID = 2**31 - 1


@dataclass(slots=True)
class _PendingRefresh:
    """Months and credit codes that a transaction has changed so far: cube and presence are refreshed for them at its end."""

    months: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)


def publish(
    engine: Engine,
    checked: Batch,
    *,
    who: str,
    accept_warnings: bool = False,
    facts_elsewhere: bool = False,
    progress: Progress | None = None,
) -> Publication:
    """Publish a checked batch. ``facts_elsewhere``: the settings name a facts engine (``COCKPIT_FACTS_URL``).

    Raises ``PublishingError`` when it has errors, warnings that were not accepted, or sheets of the facts engine;
    ``DatabaseError`` when the database fails; nothing is changed then.
    """
    who = person_name(who)
    _check_findings(checked, accept_warnings)
    with transaction(engine) as connection:
        source_checks.check_publishable(connection, checked.rows, facts_elsewhere)
        if earlier := _same_file(connection, checked.source.sha256):
            return Publication(None, None, (), f"这个文件已经发布过（批次 {earlier}），没有改动。")
        number = next_batch_id(connection)
        counts, pending = _apply(connection, checked, number, progress)
        if not any(c.added or c.replaced for c in counts):
            connection.rollback()
            return Publication(None, None, counts, "内容与已发布的数据完全相同，没有改动。")
        now = utc_now()
        _insert_batch(connection, checked.source, number, counts, who, now)
        _refresh(connection, pending)
        notes = notes_of_publication(connection, number)
        version = new_version(connection, "publish", now, batch_id=number)
    checkpoint(engine)
    return Publication(number, version, counts, f"已发布为批次 {number}，数据版本 {version}。", notes)


def preview(engine: Engine, checked: Batch, *, facts_elsewhere: bool = False) -> BatchPreview:
    """Return what ``publish`` would change: it is done and rolled back. Readers never see it. Raises as ``publish``."""
    with transaction(engine) as connection:
        source_checks.check_publishable(connection, checked.rows, facts_elsewhere)
        number = next_batch_id(connection)
        counts, pending = _apply(connection, checked, number, None)
        months = tuple(sorted(pending.months))
        before = _output_and_tax(connection, months)
        _refresh(connection, pending)
        after = _output_and_tax(connection, months)
        newest = compare_newest_month(connection, months[-1]) if months else ()
        notes = notes_of_publication(connection, number)
        connection.rollback()
    return BatchPreview(counts, months, before, after, newest, notes)


def withdraw(engine: Engine, number: int, *, who: str) -> Withdrawal:
    """Withdraw batch ``number``: its rows are deleted, those it replaced restored.

    Raises ``PublishingError`` for an unknown or withdrawn batch, and when later batches depend on its rows:
    the message names those that must be withdrawn first.
    """
    who = person_name(who)
    with transaction(engine) as connection:
        # A number beyond the column's would be an error of the driver.
        known = 0 < number <= _LARGEST_ID
        record = connection.execute(select(batch).where(batch.c.id == number)).first() if known else None
        if record is None:
            raise PublishingError(f"没有批次 {number}。用 batches 命令查看全部批次。")
        if record.withdrawn_at is not None:
            raise PublishingError(f"批次 {number}（{record.name}）已经撤回过了。")
        source_checks.check_withdrawable(connection, number)
        if later := merging.dependent_batches(connection, number):
            names = "、".join(str(i) for i in later)
            raise PublishingError(f"后来的批次 {names} 建立在批次 {number} 的数据之上。请先依次撤回批次 {names}。")
        notes = notes_of_withdrawal(connection, number)
        pending = _PendingRefresh()
        for sheet in SHEETS:
            _add_changed(connection, sheet.table, merging.restore_rows(connection, sheet, number), pending)
        connection.execute(delete(batch_confirmation).where(batch_confirmation.c.batch_id == number))
        now = utc_now()
        connection.execute(update(batch).where(batch.c.id == number).values(withdrawn_by=who, withdrawn_at=now))
        _refresh(connection, pending)
        version = new_version(connection, "withdraw", now, batch_id=number)
    checkpoint(engine)
    return Withdrawal(number, version, notes)


def list_batches(engine: Engine) -> tuple[BatchRecord, ...]:
    """Return all batches with their row counts, newest first."""
    with connect(engine) as connection:
        sheets: dict[int, list[SheetCount]] = {}
        for s in connection.execute(select(batch_sheet).order_by(batch_sheet.c.table_name)):
            sheets.setdefault(s.batch_id, []).append(SheetCount(s.table_name, s.sheet, s.added, s.replaced, s.unchanged))
        rows = connection.execute(select(batch).order_by(batch.c.id.desc())).all()
    return tuple(
        BatchRecord(
            r.id,
            r.name,
            r.sha256,
            r.published_by,
            r.published_at.replace(tzinfo=UTC),
            r.withdrawn_by,
            r.withdrawn_at.replace(tzinfo=UTC) if r.withdrawn_at else None,
            tuple(sheets.get(r.id, ())),
        )
        for r in rows
    )


def months_by_batch(engine: Engine) -> dict[int, tuple[int, ...]]:
    """Find the months of each batch's rows, current ones and those that a later batch replaced; it reads all monthly rows.

    A withdrawn batch has none: its rows are gone.
    """
    months: dict[int, set[int]] = {}
    tables = [table[s.table] for s in SHEETS if "month" in s.keys for table in (CURRENT, HISTORY)]
    with connect(engine) as connection:
        for table in tables:
            for number, month in connection.execute(select(table.c.batch_id, table.c.month).distinct()):
                months.setdefault(number, set()).add(month)
    return {number: tuple(sorted(its_months)) for number, its_months in months.items()}


def published_range(engine: Engine) -> tuple[int, int] | None:
    """Return the first and the newest month of the published monthly data; ``None`` when there are none."""
    with connect(engine) as connection:
        first, newest = connection.execute(select(func.min(cube.c.month), func.max(cube.c.month))).one()
    return None if first is None else (first, newest)


def _insert_batch(
    connection: Connection, source: BatchSource, number: int, counts: Sequence[SheetCount], who: str, now: datetime
) -> None:
    """Insert the batch itself and its row counts by sheet."""
    row = {"id": number, "name": source.name, "sha256": source.sha256, "size": source.size}
    connection.execute(insert(batch).values(**row, published_by=who, published_at=now))
    lines = [c.as_dict() for c in counts]
    connection.execute(insert(batch_sheet), [{"batch_id": number, "table_name": c.pop("table"), **c} for c in lines])


def _check_findings(checked: Batch, accept_warnings: bool) -> None:
    errors, warnings = checked.number_of(Severity.ERROR), checked.number_of(Severity.WARNING)
    if errors:
        raise PublishingError(f"有{errors:,}处错误，不能发布，什么也没有改动。请按清单改正文件，再发布一次。")
    if warnings and not accept_warnings:
        raise PublishingError(f"有{warnings:,}处提醒需要确认，还没有发布。核对无误后，加上 --accept-warnings 再发布。")


def _apply(
    connection: Connection, checked: Batch, number: int, progress: Progress | None
) -> tuple[tuple[SheetCount, ...], _PendingRefresh]:
    pending = _PendingRefresh()
    counts = []
    sheets = [s for s in SHEETS if s.table in checked.rows]
    owners: set[int] = set()
    for done, sheet in enumerate(sheets):
        if progress:
            progress(f"写入{sheet.title}", done, len(sheets))
        merged = merging.merge_rows(connection, sheet, checked.rows[sheet.table], checked.fields[sheet.table], number)
        owners |= merged.confirmed
        _add_changed(connection, sheet.table, merged.changed, pending)
        name = checked.sheet_names.get(sheet.table, sheet.title)
        counts.append(SheetCount(sheet.table, name, merged.added, merged.replaced, merged.unchanged))
        if sheet is MONTHLY:
            _add_changed(connection, sheet.table, cumulative.keep_cumulative_totals(connection, number), pending)
    if owners:
        connection.execute(insert(batch_confirmation), [{"batch_id": number, "owner_id": o} for o in sorted(owners)])
    if progress:
        progress("汇总", len(sheets), len(sheets))
    return tuple(counts), pending


def _add_changed(connection: Connection, table: str, changed: merging.ChangedKeys, pending: _PendingRefresh) -> None:
    """Note what must be refreshed: a changed register row affects all months of its enterprise, a monthly row its own."""
    if table == "enterprise":
        pending.months |= cube_table.months_of(connection, changed.codes)
    elif table == "monthly":
        pending.months |= changed.months
        pending.codes |= changed.codes


def _refresh(connection: Connection, pending: _PendingRefresh) -> None:
    cube_table.refresh_cube(connection, pending.months)
    cube_table.refresh_presence(connection, pending.codes)


def _output_and_tax(connection: Connection, months: tuple[int, ...]) -> dict[str, float | None]:
    """Sum output and tax of the 规上 enterprises over the months, in 万元; None where none has a value."""
    sums = [func.sum(cube.c[name]) for name in ("output_fen", "tax_fen")]
    row = connection.execute(select(*sums).where(cube.c.month.in_(list(months)), cube.c.kind == "规上")).one()
    return {key: None if fen is None else float(fen) / FEN_PER_WAN for key, fen in zip(("output", "tax"), row, strict=True)}


def _same_file(connection: Connection, sha256: str) -> int | None:
    """Return the id of the batch that published the same file, if any; withdrawn ones don't count."""
    same = select(batch.c.id).where(batch.c.sha256 == sha256, batch.c.withdrawn_at.is_(None))
    return connection.scalar(same)
