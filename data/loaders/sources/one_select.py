"""A query of a mapping file is one SELECT by its syntax, or isn't run. Imported only where there is one: the parser is large."""

from __future__ import annotations

import logging

import sqlglot
from sqlglot import expressions as exp

from cockpit.errors import SourceError
from data.loaders.sources.acting_functions import ACTING

_SYNTAX = {
    "postgresql": "postgres",
    "mariadb": "mysql",
    "mssql": "tsql",
    "clickhousedb": "clickhouse",
    "kingbase": "postgres",
    "dm": "oracle",
}
_CHANGING = (exp.DML, exp.DDL, exp.Drop, exp.Alter, exp.Command, exp.Into, exp.Lock, exp.Set, exp.Pragma, exp.Attach, exp.Copy)
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings about syntax become our sentence


def check_select(text: str, backend: str, title: str) -> None:
    """Refuse a query that is anything but one SELECT; ``backend``: SQLAlchemy's name of the database's kind."""
    try:
        statements = [s for s in sqlglot.parse(text, read=_SYNTAX.get(backend, backend)) if s is not None]
    except ValueError:  # a kind of database whose syntax it does not know
        statements = _parse_generic(text)
    except (sqlglot.errors.SqlglotError, RecursionError):
        statements = []
    if len(statements) != 1 or not isinstance(statements[0], exp.Query) or "/*!" in text:
        raise SourceError(f"“{title}”的 select 必须是一条 SELECT 查询，不能有别的语句。没有执行。")
    for node in statements[0].walk():
        if isinstance(node, _CHANGING):
            raise SourceError(f"“{title}”的 select 里有会改动数据或加锁的写法（{node.key.upper()}）。没有执行，请只写查询。")
        if isinstance(node, exp.Anonymous) and ACTING.match(node.name):
            raise SourceError(f"“{title}”的 select 用了不允许的函数 {node.name[:40]}。没有执行，请只查询表里的数据。")


def _parse_generic(text: str) -> list[exp.Expr]:
    try:
        return [s for s in sqlglot.parse(text) if s is not None]
    except (sqlglot.errors.SqlglotError, RecursionError):
        return []
