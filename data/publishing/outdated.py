"""What becomes of published evaluations when the rows that they were made from change: they stay, and this says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select

from data.database.tables import data_version, evaluation, evaluation_input

#: Year -> numbers of the evaluation's records, rising.
Records = Mapping[int, list[int]]


def notes_of_publication(connection: Connection, number: int) -> tuple[str, ...]:
    """Name the published evaluations of the years of which batch ``number``, just merged, changes 年度评价."""
    return tuple(
        f"{year}年已发布的评价（记录{_numbers(records)}）按这次改动之前的数据评定，仍然保留，页面照旧显示；"
        f"要按新数据评定，请用 evaluate --year {year} --policy 办法文件 --publish 重新发布。"
        for year, records in _records(connection, _years(connection, number)).items()
    )


def notes_of_withdrawal(connection: Connection, number: int) -> tuple[str, ...]:
    """Name the published evaluations that were made while the rows of batch ``number``, not yet removed, were published."""
    published = data_version.c.batch_id == number
    since = connection.scalar(select(func.min(data_version.c.number)).where(published, data_version.c.action == "publish"))
    years = _years(connection, number)
    others = select(evaluation_input.c.year).where(evaluation_input.c.batch_id != number).distinct()
    remaining = set(connection.scalars(others))
    return tuple(
        f"{year}年已发布的评价（记录{_numbers(records)}）用到了这批年度评价数据，不随之撤回：仍然保留，页面照旧显示；"
        + (
            f"要按撤回后的数据评定，请用 evaluate --year {year} --policy 办法文件 --publish 重新发布。"
            if year in remaining
            else f"撤回后没有{year}年的年度评价数据，重新载入后才能再评定。"
        )
        for year, records in _records(connection, years, since or 0).items()
    )


def _years(connection: Connection, number: int) -> list[int]:
    """List the years of the rows of 年度评价 that the batch owns, rising."""
    years = select(evaluation_input.c.year).where(evaluation_input.c.batch_id == number).distinct()
    return list(connection.scalars(years.order_by(evaluation_input.c.year)))


def _records(connection: Connection, years: Iterable[int], since: int = 0) -> Records:
    """Find the records of the years' evaluations that were made of data version ``since`` or a later one."""
    rows = select(evaluation.c.year, evaluation.c.id).where(
        evaluation.c.year.in_(list(years)), evaluation.c.data_version >= since
    )
    records: dict[int, list[int]] = {}
    for year, number in connection.execute(rows.order_by(evaluation.c.year, evaluation.c.id)):
        records.setdefault(year, []).append(number)
    return records


def _numbers(records: list[int]) -> str:
    return "、".join(map(str, records))
