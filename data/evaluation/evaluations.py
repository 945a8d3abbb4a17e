"""Evaluations in the database: a year's input values, and frozen records of published ones."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select

from cockpit.contracts.sheets import EVALUATION_INPUTS, FEN_PER_WAN
from cockpit.errors import UsageError
from cockpit.evaluation.grading.engine import IDENTITY_COLUMNS, VALUE_COLUMNS, Evaluation, evaluate_policy
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import (
    EvaluationRecord,
    PublishedEvaluation,
    restore_evaluation,
    serialize_firms,
    serialize_summary,
)
from cockpit.names import person_name
from data.database import reader, statements
from data.database.engine import connect
from data.database.tables import enterprise, evaluation, evaluation_grade, evaluation_input
from data.database.transactions import checkpoint, new_version, transaction, utc_now
from data.evaluation.policies import PolicyText, parse_policy

_REGISTER_COLUMNS = ("credit_code", "name", "town", "division", "chain", "stage", "role", "kind", "founded_on")


def evaluation_years(connection: Connection) -> tuple[int, ...]:
    """List the years with evaluation inputs, rising."""
    return tuple(connection.execute(select(evaluation_input.c.year).distinct().order_by(evaluation_input.c.year)).scalars())


def evaluation_inputs(connection: Connection, year: int) -> pd.DataFrame:
    """Read the year's inputs for the engine: ``IDENTITY_COLUMNS`` and ``VALUE_COLUMNS``, money in 万元, by credit code."""
    stored = {c.field: c.field.removesuffix("_fen") for c in EVALUATION_INPUTS.columns}
    own = [evaluation_input.c[field].label(name) for field, name in stored.items() if name in (*VALUE_COLUMNS, "veto")]
    joined = evaluation_input.join(enterprise, enterprise.c.credit_code == evaluation_input.c.credit_code)
    statement = select(*_register_columns(), *own).select_from(joined).where(evaluation_input.c.year == year)
    types = dict.fromkeys(IDENTITY_COLUMNS, "str") | {"founded_on": "datetime64[s]"} | dict.fromkeys(VALUE_COLUMNS, "float64")
    rows = reader.read_frame(connection, statement.order_by(evaluation_input.c.credit_code), types)
    money = [name for field, name in stored.items() if field != name]
    rows[money] /= FEN_PER_WAN
    return rows


def read_register(connection: Connection) -> pd.DataFrame:
    """Read ``_REGISTER_COLUMNS`` of every enterprise in the register: identity, dimensions, founding date."""
    types = dict.fromkeys(_REGISTER_COLUMNS, "str") | {"founded_on": "datetime64[s]"}
    return reader.read_frame(connection, select(*_register_columns()), types)


def evaluate_year(connection: Connection, policy: Policy) -> Evaluation:
    """Evaluate the policy's year on the data as this transaction sees them.

    Raises ``UsageError`` for a year without inputs, naming those that have some; else ``PolicyError``.
    """
    years = evaluation_years(connection)
    if policy.year not in years:
        listed = "、".join(map(str, years)) or "无"
        raise UsageError(f"没有{policy.year}年的年度评价数据，没有评价。有数据的年份：{listed}。")
    return evaluate_policy(policy, evaluation_inputs(connection, policy.year), evaluation_inputs(connection, policy.year - 1))


def preview_evaluation(engine: Engine, policy: Policy) -> Evaluation:
    """Evaluate the policy's year without writing anything. Raises as ``evaluate_year``."""
    with connect(engine) as connection:
        return evaluate_year(connection, policy)


def publish_evaluation(
    engine: Engine, policy: PolicyText, *, year: int, who: str, observed_version: int | None = None
) -> PublishedEvaluation:
    """Evaluate ``year`` and freeze the result as a new record; earlier records stay.

    ``observed_version``: the data version that the publisher looked at. Raises ``UsageError`` when there is a newer
    one, for a name as ``cockpit.names``, and like ``evaluate_year``; then nothing is written.
    """
    who = person_name(who)
    with transaction(engine) as connection:
        version = reader.current_version(connection).number
        if observed_version not in (None, version):
            change = f"数据已更新到版本{version}（您看的是版本{observed_version}）"
            raise UsageError(f"{change}，没有发布。请重新查看试算结果后再发布。")
        published = _insert_record(connection, policy, year, who, version)
    checkpoint(engine)
    return published


def publish_first_evaluation(engine: Engine, policy: PolicyText, *, year: int, who: str) -> PublishedEvaluation | None:
    """Publish as ``publish_evaluation``, unless the year has a record already: then ``None``, whoever else is publishing it."""
    who = person_name(who)
    with transaction(engine) as connection:
        if connection.scalar(select(evaluation.c.id).where(evaluation.c.year == year).limit(1)) is not None:
            return None
        published = _insert_record(connection, policy, year, who, reader.current_version(connection).number)
    checkpoint(engine)
    return published


def _insert_record(connection: Connection, policy: PolicyText, year: int, who: str, version: int) -> PublishedEvaluation:
    result = evaluate_year(connection, policy.policy.for_year(year))
    number = (connection.scalar(select(func.max(evaluation.c.id))) or 0) + 1
    now = utc_now()
    head = {"id": number, "year": year, "policy": policy.text, "policy_sha256": policy.sha256}
    head |= {"summary": serialize_summary(result), "data_version": version, "published_by": who, "published_at": now}
    connection.execute(insert(evaluation).values(head))
    rows = [{"evaluation_id": number, **row} for row in serialize_firms(result)]
    connection.execute(insert(evaluation_grade), rows)
    new_version(connection, "evaluate", now, evaluation_id=number)
    record = EvaluationRecord(number, year, policy.policy.name, policy.sha256, version, who, now.replace(tzinfo=UTC))
    return PublishedEvaluation(record, result)


def published_evaluation(connection: Connection, year: int, number: int | None = None) -> PublishedEvaluation | None:
    """Load the year's newest published evaluation, or its record ``number``; ``None`` when there is none."""
    newest = select(evaluation).where(evaluation.c.year == year).order_by(evaluation.c.id.desc()).limit(1)
    head = connection.execute(newest if number is None else newest.where(evaluation.c.id == number)).first()
    if head is None:
        return None
    grades = select(evaluation_grade).where(evaluation_grade.c.evaluation_id == head.id)
    rows = [dict(row) for row in connection.execute(grades.order_by(evaluation_grade.c.credit_code)).mappings()]
    policy = parse_policy(head.policy, f"评价记录{head.id}").policy.for_year(year)
    restored = restore_evaluation(policy, rows, head.summary, read_register(connection))
    return PublishedEvaluation(_record(head, policy), restored)


def evaluation_records(connection: Connection) -> tuple[EvaluationRecord, ...]:
    """List all published evaluations, the newest first."""
    rows = connection.execute(select(evaluation).order_by(evaluation.c.id.desc())).all()
    return tuple(_record(row, parse_policy(row.policy, f"评价记录{row.id}").policy) for row in rows)


def _register_columns() -> list[ColumnElement[Any]]:
    """Select the columns of the register; dimensions are never NULL."""
    columns = [statements.DIMENSIONS[n] if n in statements.DIMENSIONS else enterprise.c[n] for n in _REGISTER_COLUMNS]
    return [column.label(name) for name, column in zip(_REGISTER_COLUMNS, columns, strict=True)]


def _record(head: Row[Any], policy: Policy) -> EvaluationRecord:
    when = head.published_at.replace(tzinfo=UTC)
    return EvaluationRecord(head.id, head.year, policy.name, head.policy_sha256, head.data_version, head.published_by, when)
