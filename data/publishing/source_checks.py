"""Checks that the facts have one owner: where they come from another engine, workbooks don't publish or withdraw them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from cockpit.contracts.sheets import ENTERPRISES, MONTHLY
from cockpit.errors import PublishingError
from data.database.tables import batch_sheet, facts_month, monthly

_FACTS_SHEETS = {sheet.table: sheet.title for sheet in (MONTHLY, ENTERPRISES)}


def check_publishable(connection: Connection, tables: Collection[str], facts_elsewhere: bool) -> None:
    """Raise ``PublishingError`` for a batch with sheets of the facts engine, if one is configured or has been loaded from."""
    rejected = [title for table, title in _FACTS_SHEETS.items() if table in tables]
    if rejected and (facts_elsewhere or has_facts(connection)):
        titles = "、".join(f"“{title}”" for title in rejected)
        raise PublishingError(
            f"{titles}由数据中心的事实库提供（COCKPIT_FACTS_URL），不能用工作簿发布，什么也没有改动。请从文件里去掉{titles}再发布其余的表；"
            "这些数据请由数据中心写入事实库，驾驶舱会自动跟上，或运行 cli.py facts refresh。"
        )


def check_withdrawable(connection: Connection, number: int) -> None:
    """Raise ``PublishingError`` for a batch of the facts engine's sheets: it must be corrected there."""
    is_facts = batch_sheet.c.table_name.in_(list(_FACTS_SHEETS))
    row = connection.execute(select(batch_sheet.c.sheet).where(batch_sheet.c.batch_id == number, is_facts)).first()
    if row and has_facts(connection):
        raise PublishingError(
            f"批次 {number} 的“{row.sheet}”来自数据中心的事实库，不能在这里撤回。"
            "请由数据中心在事实库发布更正的版本，驾驶舱会跟上。"
        )


def check_no_own_months(connection: Connection) -> None:
    """Raise ``PublishingError`` for a database with monthly values from workbooks: the two sources aren't mixed."""
    if connection.execute(select(monthly.c.month).limit(1)).first():
        raise PublishingError(
            "这个数据库里已有用工作簿发布的月度数据，不能再接事实库，什么也没有改动。请另用一个数据库（COCKPIT_DATABASE_URL），"
            "或不设 COCKPIT_FACTS_URL。"
        )


def has_facts(connection: Connection) -> bool:
    """Return whether the cube comes from a facts engine."""
    return connection.execute(select(facts_month.c.month).limit(1)).first() is not None
