"""Evaluations in the database: a year's figures, frozen records of published ones, saved simulations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, func, insert, select

from cockpit.contracts.sheets import EVALUATION_INPUTS
from cockpit.errors import UsageError
from cockpit.evaluation.grading.engine import FIGURES, IDENTITY, Evaluation, evaluate
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results import record
from cockpit.evaluation.results.record import Published, Record, Simulation
from data.database import reader, statements
from data.database.engine import connect
from data.database.tables import enterprise, evaluation, evaluation_grade, evaluation_input, simulation
from data.database.transactions import checkpoint, new_version, transaction
from data.evaluation.policies import PolicyText, parse_policy

_FEN_PER_WAN = 1e6
_REGISTER = ("credit_code", "name", "town", "division", "chain", "stage", "role", "kind", "founded_on")
_MOST_SIMULATIONS = 200


def years(connection: Connection) -> tuple[int, ...]:
    """Years with evaluation figures, rising."""
    return tuple(connection.execute(select(evaluation_input.c.year).distinct().order_by(evaluation_input.c.year)).scalars())


def figures(connection: Connection, year: int) -> pd.DataFrame:
    """The year's figures as the engine reads them: ``IDENTITY`` and ``FIGURES``, money in 万元, by credit code."""
    stored = {c.field: c.field.removesuffix("_fen") for c in EVALUATION_INPUTS.columns}
    own = [evaluation_input.c[field].label(name) for field, name in stored.items() if name in (*FIGURES, "veto")]
    joined = evaluation_input.join(enterprise, enterprise.c.credit_code == evaluation_input.c.credit_code)
    statement = select(*_register(), *own).select_from(joined).where(evaluation_input.c.year == year)
    types = dict.fromkeys(IDENTITY, "str") | {"founded_on": "datetime64[s]"} | dict.fromkeys(FIGURES, "float64")
    rows = reader.frame(connection, statement.order_by(evaluation_input.c.credit_code), types)
    money = [name for field, name in stored.items() if field != name]
    rows[money] /= _FEN_PER_WAN
    return rows


def register(connection: Connection) -> pd.DataFrame:
    """Name, place and founding date of every enterprise of the register."""
    types = dict.fromkeys(_REGISTER, "str") | {"founded_on": "datetime64[s]"}
    return reader.frame(connection, select(*_register()), types)


def evaluate_year(connection: Connection, policy: Policy) -> Evaluation:
    """Evaluate the policy's year on the data as this transaction sees them.

    Raises ``UsageError`` for a year without figures, naming those that have some; else ``PolicyError``.
    """
    known = years(connection)
    if policy.year not in known:
        told = "、".join(map(str, known)) or "无"
        raise UsageError(f"没有{policy.year}年的年度评价数据，没有评价。有数据的年份：{told}。")
    return evaluate(policy, figures(connection, policy.year), figures(connection, policy.year - 1))


def try_out(engine: Engine, policy: Policy) -> Evaluation:
    """Evaluate without leaving a trace."""
    with connect(engine) as connection:
        return evaluate_year(connection, policy)


def publish_evaluation(engine: Engine, given: PolicyText, *, year: int, who: str, seen: int | None = None) -> Published:
    """Evaluate ``year`` and freeze the result as a new record; earlier records stay.

    ``seen``: the data version that the publisher looked at. Raises ``UsageError`` when there is a newer one, and
    like ``evaluate_year``; then nothing is written.
    """
    with transaction(engine) as connection:
        if seen is not None and (now_at := reader.current_version(connection).number) != seen:
            raise UsageError(f"数据已更新到版本{now_at}（您看的是版本{seen}），没有发布。请重新查看试算结果后再发布。")
        found = evaluate_year(connection, given.policy.of_year(year))
        number = (connection.scalar(select(func.max(evaluation.c.id))) or 0) + 1
        now = datetime.now(UTC).replace(tzinfo=None)
        version = reader.current_version(connection).number
        head = {"id": number, "year": year, "policy": given.text, "policy_sha256": given.sha256}
        head |= {"summary": record.lines(found), "data_version": version, "published_by": who, "published_at": now}
        connection.execute(insert(evaluation).values(head))
        connection.execute(insert(evaluation_grade), [{"evaluation_id": number, **row} for row in record.rows(found)])
        new_version(connection, "evaluate", now, evaluation_id=number)
    checkpoint(engine)
    told = Record(number, year, given.policy.name, given.sha256, version, who, now.replace(tzinfo=UTC))
    return Published(told, found)


def published(connection: Connection, year: int, number: int | None = None) -> Published | None:
    """The year's newest published evaluation, or its record ``number``; ``None`` when there is none."""
    wanted = select(evaluation).where(evaluation.c.year == year).order_by(evaluation.c.id.desc()).limit(1)
    head = connection.execute(wanted if number is None else wanted.where(evaluation.c.id == number)).first()
    if head is None:
        return None
    rows = select(evaluation_grade).where(evaluation_grade.c.evaluation_id == head.id).order_by(evaluation_grade.c.credit_code)
    found = [dict(row) for row in connection.execute(rows).mappings()]
    policy = parse_policy(head.policy, f"评价记录{head.id}").policy.of_year(year)
    restored = record.restore(policy, found, head.summary, register(connection))
    return Published(_record(head, policy), restored)


def records(connection: Connection) -> tuple[Record, ...]:
    """All published evaluations, the newest first."""
    rows = connection.execute(select(evaluation).order_by(evaluation.c.id.desc())).all()
    return tuple(_record(row, parse_policy(row.policy, f"评价记录{row.id}").policy) for row in rows)


def save_simulation(engine: Engine, name: str, given: PolicyText, *, year: int, who: str) -> None:
    """Save a what-if policy under a name; an earlier one of this name is replaced."""
    named = name.strip()
    if not 0 < len(named) <= 60:
        raise UsageError("请给方案取一个名称（60字以内）。")
    with transaction(engine) as connection:
        connection.execute(delete(simulation).where(simulation.c.name == named))
        if (connection.scalar(select(func.count()).select_from(simulation)) or 0) >= _MOST_SIMULATIONS:
            raise UsageError(f"已保存{_MOST_SIMULATIONS}个方案，请先删除不用的再保存。")
        now = datetime.now(UTC).replace(tzinfo=None)
        row = {"name": named, "year": year, "policy": given.text, "saved_by": who, "saved_at": now}
        connection.execute(insert(simulation).values(row))


def delete_simulation(engine: Engine, name: str) -> None:
    """Delete a saved what-if policy; nothing happens when there is none of this name."""
    with transaction(engine) as connection:
        connection.execute(delete(simulation).where(simulation.c.name == name))


def simulations(connection: Connection) -> tuple[Simulation, ...]:
    """The saved what-if policies, the newest first."""
    rows = connection.execute(select(simulation).order_by(simulation.c.saved_at.desc(), simulation.c.name)).all()
    return tuple(
        Simulation(r.name, parse_policy(r.policy, r.name).policy.of_year(r.year), r.saved_by, r.saved_at.replace(tzinfo=UTC))
        for r in rows
    )


def _register() -> list[ColumnElement[Any]]:
    """Columns of the register; dimensions are never NULL."""
    return [
        (statements.DIMENSIONS[name] if name in statements.DIMENSIONS else enterprise.c[name]).label(name) for name in _REGISTER
    ]


def _record(head: Row[Any], policy: Policy) -> Record:
    when = head.published_at.replace(tzinfo=UTC)
    return Record(head.id, head.year, policy.name, head.policy_sha256, head.data_version, head.published_by, when)
