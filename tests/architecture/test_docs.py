"""The documentation names everything that a user may write or call, and nothing that isn't there."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

import cli
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.sheets import SHEETS
from cockpit.district.areas import Area
from cockpit.district.district import Chain, District
from cockpit.district.terms import LevelTerms
from cockpit.evaluation.policy import policy
from docs import generate
from layouts.glossary.page import glossary_page
from tests.architecture import sources

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


def code_in(file):
    """All `code` of a document."""
    return set(re.findall(r"`([^`\n]+)`", (sources.ROOT / file).read_text(encoding="utf-8")))


def _keys_of(part):
    return {field.alias or name for name, field in part.model_fields.items()}


@pytest.mark.parametrize("part", PARTS, ids=lambda p: p.__name__)
def test_every_key_of_a_policy_file_is_explained(part):
    assert _keys_of(part) <= code_in("docs/evaluation-policy.md")


def test_the_policy_document_names_no_key_that_is_none():
    keys = set().union(*map(_keys_of, PARTS))
    values = {"higher", "lower", "lower_linear", "zero", "group_mean", "redistribute", "fixed", "ratio", "mean", "best", "group",
              "industry", "this", "last", "floor", "ceil", "round", "better", "worse", "strict", "needs", "demotes", "at_least",
              "below", "null"}  # fmt: skip
    plain = {w for w in code_in("docs/evaluation-policy.md") if re.fullmatch(r"[a-z_]+", w)}
    assert len(plain) > 40
    assert plain <= keys | values


def test_the_readme_names_every_command():
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    readme = (sources.ROOT / "README.md").read_text(encoding="utf-8")
    assert len(commands) > 5
    assert [c for c in sorted(commands) if c not in readme] == []


def test_the_facts_document_names_every_column_and_setting():
    from cockpit.settings import Settings
    from data.facts.tables import facts_metadata

    names = code_in("docs/facts.md") | {w.partition("=")[0] for w in code_in("docs/facts.md")}
    columns = {c.name for table in facts_metadata.sorted_tables for c in table.columns}
    assert columns | set(facts_metadata.tables) <= names
    settings = (sources.ROOT / "docs/facts.md").read_text(encoding="utf-8") + (sources.ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    assert [
        name for name in Settings.model_fields if name.startswith("facts") and f"COCKPIT_{name.upper()}" not in settings
    ] == []


def test_the_documents_name_every_setting():
    from cockpit.settings import Settings

    named = " ".join((sources.ROOT / file).read_text(encoding="utf-8") for file in ("README.md", "docs/access.md"))
    assert [name for name in Settings.model_fields if f"`COCKPIT_{name.upper()}`" not in named] == []


def test_every_metric_is_explained():
    page = str(glossary_page(LevelTerms()).html)
    assert all(m.name in page and escape(m.definition_for(LevelTerms())) in page for m in METRICS.values())


@pytest.mark.parametrize("name", generate.DOCUMENTS)
def test_generated_docs_are_fresh(name):
    assert (sources.ROOT / "docs" / name).read_text(encoding="utf-8") == generate.DOCUMENTS[name]()


def test_clerks_are_led_to_a_document_that_names_every_column():
    readme = (sources.ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/workbook.md" in readme
    for_clerks = readme[readme.index("## 载入自己的工作簿") : readme.index("## 页面")]
    assert ".py`" not in for_clerks
    document = (sources.ROOT / "docs/workbook.md").read_text(encoding="utf-8")
    for sheet in SHEETS:
        part = document[document.index(f"## {sheet.title}\n") :].partition("\n## ")[0]
        rows = {cells[1].strip(" *"): cells[2].strip() for line in part.splitlines() if len(cells := line.split("|")) == 5}
        assert [rows[column.header] for column in sheet.columns] == ["是" if c.required else "" for c in sheet.columns]


def test_the_readme_names_every_key_that_a_district_needs():
    readme = code_in("README.md")
    for part in (District, Area, Chain):
        assert {name for name, field in part.model_fields.items() if field.is_required()} <= readme


@pytest.mark.parametrize("name", ["oracle.py", "evaluation_oracle.py"])
def test_the_oracles_import_nothing_of_the_product(name):
    plain = {"__future__", "collections", "dataclasses", "datetime", "fractions", "openpyxl"}
    assert sources.imported(sources.ROOT / "tests" / name) <= plain


def test_the_glossary_names_code_that_exists():
    code = set()
    for path in [*sources.python()]:
        code |= set(re.findall(r"\w+", sources.text(path)))
    names = {part for term in code_in("docs/glossary.md") for part in re.findall(r"[A-Za-z_]\w+", term)}
    assert len(names) > 100
    assert sorted(names - code) == []
