"""The documentation names everything that a user may write or call, and nothing that isn't there."""

from __future__ import annotations

import re

import pytest

import cli
from cockpit.evaluation.policy import policy
from tests.architecture import tree

PARTS = (
    policy.Policy,
    policy.EvaluationGroup,
    policy.Indicator,
    policy.Baseline,
    policy.Cuts,
    policy.Condition,
    policy.Exemption,
    policy.PolicyMeasure,
)


def words_of(file):
    """All `code` of a document."""
    return set(re.findall(r"`([^`\n]+)`", (tree.ROOT / file).read_text(encoding="utf-8")))


def _keys_of(part):
    return {field.alias or name for name, field in part.model_fields.items()}


@pytest.mark.parametrize("part", PARTS, ids=lambda p: p.__name__)
def test_every_key_of_a_policy_file_is_explained(part):
    assert _keys_of(part) <= words_of("docs/evaluation-policy.md")


def test_the_policy_document_names_no_key_that_is_none():
    keys = set().union(*map(_keys_of, PARTS))
    values = {"higher", "lower", "lower_linear", "zero", "group_mean", "redistribute", "fixed", "ratio", "mean", "best", "group",
              "industry", "this", "last", "floor", "ceil", "round", "better", "worse", "strict", "needs", "demotes", "at_least",
              "below", "null"}  # fmt: skip
    plain = {w for w in words_of("docs/evaluation-policy.md") if re.fullmatch(r"[a-z_]+", w)}
    assert len(plain) > 40
    assert plain <= keys | values


def test_the_readme_names_every_command():
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    readme = (tree.ROOT / "README.md").read_text(encoding="utf-8")
    assert len(commands) > 5
    assert [c for c in sorted(commands) if c not in readme] == []


def test_the_facts_document_names_every_column_and_setting():
    from cockpit.settings import Settings
    from data.facts.tables import facts_metadata

    words = words_of("docs/facts.md") | {w.partition("=")[0] for w in words_of("docs/facts.md")}
    columns = {c.name for table in facts_metadata.sorted_tables for c in table.columns}
    assert columns | set(facts_metadata.tables) <= words
    told = (tree.ROOT / "docs/facts.md").read_text(encoding="utf-8") + (tree.ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if name.startswith("facts") and f"COCKPIT_{name.upper()}" not in told] == []
