"""What a publication would do, message before it is done: the year, how many grades change, and whose."""

from __future__ import annotations

from callbacks.scenario_commands import preview_publication
from cockpit.selection import Selection, View
from cockpit.views.context import resolve_context
from cockpit.views.land.publication import publication_preview
from tests.unit.land_district import District


def preview(repository, **selected):
    return publication_preview(resolve_context(repository, Selection(view=View.WHAT_IF, period="2022", **selected)))


def test_without_changes_nothing_changes(district):
    result = preview(District(district))
    assert (result.year, result.record, result.firms, result.changed) == (2022, 2, 16, 0)
    assert result.sentence.startswith("将按“")
    assert "2022年度全部16家企业" in result.sentence
    assert "没有差别" in result.sentence


def test_changed_rules_name_the_firms_whose_grade_changes(district):
    repository = District(district)
    result = preview(repository, changes="0c0:4")
    whole = preview(repository, changes="0c0:4", towns=("tangqi",), grades=("A",))
    assert result == whole  # a publication is of all firms, whatever is selected
    assert result.changed >= result.rose + result.fell > 0
    assert f"{result.changed}家等级变化" in result.sentence
    name, before, after = result.named[0]
    assert f"{name}（{before}→{after}）" in result.sentence
    assert before != after


def test_the_first_publication_of_a_year_says_so(district):
    assert "还没有发布过等级" in preview(District(district, years=())).sentence


def test_a_year_without_values_is_a_sentence(district):
    message = preview_publication(District(district), "?view=what-if&period=1999", None)
    assert message
    assert "Traceback" not in message
