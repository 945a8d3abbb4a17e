"""What the per-mu page may change, on the database."""

from __future__ import annotations

from sqlalchemy import Engine

from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import Record
from data.evaluation import evaluations
from data.evaluation.policies import policy_text


class DatabaseDesk:
    """See ``cockpit.snapshot.EvaluationDesk``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, name: str, policy: Policy, who: str) -> None:
        """See ``cockpit.snapshot.EvaluationDesk``."""
        named = policy.model_copy(update={"name": name.strip() or policy.name})
        evaluations.save_simulation(self._engine, name, policy_text(named), year=policy.year, who=who)

    def delete(self, name: str) -> None:
        """See ``cockpit.snapshot.EvaluationDesk``."""
        evaluations.delete_simulation(self._engine, name)

    def publish(self, policy: Policy, who: str, seen: int) -> Record:
        """See ``cockpit.snapshot.EvaluationDesk``."""
        return evaluations.publish_evaluation(self._engine, policy_text(policy), year=policy.year, who=who, seen=seen).record
