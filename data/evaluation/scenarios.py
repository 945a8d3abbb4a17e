"""Saved what-if policies (scenarios) in the database."""

from __future__ import annotations

from datetime import UTC

from sqlalchemy import Connection, Engine, delete, func, insert, select

from cockpit.errors import UsageError
from cockpit.evaluation.results.record import Scenario
from cockpit.names import person_name, scenario_name
from data.database.tables import scenario
from data.database.transactions import transaction, utc_now
from data.evaluation.policies import PolicyText, parse_policy

_MAX_SCENARIOS = 200


def save_scenario(engine: Engine, name: str, policy: PolicyText, *, year: int, who: str) -> None:
    """Save a what-if policy under a name; an earlier one of this name is replaced.

    Raises ``UsageError`` for a name as ``cockpit.names``, and when there are too many scenarios.
    """
    name, who = scenario_name(name), person_name(who)
    with transaction(engine) as connection:
        connection.execute(delete(scenario).where(scenario.c.name == name))
        if (connection.scalar(select(func.count()).select_from(scenario)) or 0) >= _MAX_SCENARIOS:
            raise UsageError(f"已保存{_MAX_SCENARIOS}个方案，请先删除不用的再保存。")
        now = utc_now()
        row = {"name": name, "year": year, "policy": policy.text, "saved_by": who, "saved_at": now}
        connection.execute(insert(scenario).values(row))


def delete_scenario(engine: Engine, name: str) -> None:
    """Delete a saved what-if policy; nothing happens when there is none of this name."""
    with transaction(engine) as connection:
        connection.execute(delete(scenario).where(scenario.c.name == name))


def saved_scenarios(connection: Connection) -> tuple[Scenario, ...]:
    """List the saved what-if policies, the newest first."""
    rows = connection.execute(select(scenario).order_by(scenario.c.saved_at.desc(), scenario.c.name)).all()
    return tuple(
        Scenario(r.name, parse_policy(r.policy, r.name).policy.for_year(r.year), r.saved_by, r.saved_at.replace(tzinfo=UTC))
        for r in rows
    )
