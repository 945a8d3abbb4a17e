"""What the per-mu page may change, on the database: scenarios and published evaluations."""

from __future__ import annotations

from sqlalchemy import Engine

from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import EvaluationRecord
from data.database.transactions import request_turn
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import serialize_policy
from data.evaluation.scenarios import delete_scenario, save_scenario


class DatabaseEvaluationCommands:
    """The evaluation commands on a database; see ``cockpit.snapshot.EvaluationCommands``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, name: str, policy: Policy, who: str) -> None:
        """Save a scenario; see ``cockpit.snapshot.EvaluationCommands``."""
        named = policy.model_copy(update={"name": name.strip() or policy.name})
        with request_turn(self._engine):
            save_scenario(self._engine, name, serialize_policy(named), year=policy.year, who=who)

    def delete(self, name: str) -> None:
        """Delete a scenario; see ``cockpit.snapshot.EvaluationCommands``."""
        with request_turn(self._engine):
            delete_scenario(self._engine, name)

    def publish(self, policy: Policy, who: str, observed_version: int) -> EvaluationRecord:
        """Publish an evaluation; see ``cockpit.snapshot.EvaluationCommands``."""
        text, year = serialize_policy(policy), policy.year
        with request_turn(self._engine):
            return publish_evaluation(self._engine, text, year=year, who=who, observed_version=observed_version).record
