"""Evaluations in both databases: equal to the hand-computed ones, and frozen once published."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from cockpit.errors import DatabaseError, PolicyError, UsageError
from cockpit.evaluation.results.explanation import explanation_sentences
from data.database import reader
from data.database.engine import connect
from data.database.tables import data_version, evaluation, evaluation_grade, scenario
from data.evaluation import evaluations, scenarios
from data.evaluation.evaluations import preview_evaluation, publish_evaluation
from data.evaluation.policies import find_policy, parse_policy
from data.evaluation.scenarios import delete_scenario, save_scenario, saved_scenarios
from data.publishing.publishing import publish, withdraw
from tests import evaluation_oracle
from tests.faults import fail_at
from tests.integration.test_publishing import batch, firm
from tests.workbooks import code

LINPING = find_policy("linping", Path("linping-2022"))
RULE = """
name: 某区2022年办法
place: 某区
year: 2022
groups:
  - key: 规上
    kind: 规上
    indicators:
      - {key: tax_per_mu, name: 亩均税收, unit: 万元/亩, weight: 100,
         numerator: 评价税收, denominator: 用地面积, baseline: {of: %s}}
    cuts: {quotas: {A: 33, B: 66, C: 66}, rounding: ceil}
"""
POLICY = parse_policy(RULE % "ratio", "某区.yaml")
FAULTY_POLICY = parse_policy(RULE % "ratio, year: last", "某区.yaml")  # there is no 2021


def inputs(n, tax, **more):
    return {"credit_code": code(n), "year": 2022, "tax_fen": tax * 1_000_000, "land_mu": 10.0, **more}


FIRST = {
    "enterprise": [firm(1), firm(2), firm(3, kind="宗地"), firm(4)],
    "evaluation_input": [inputs(1, 50), inputs(2, 80), inputs(4, 20)],
}


@pytest.fixture(scope="module")
def expected(book):
    return {year: evaluation_oracle.grade_year(book, year) for year in (2020, 2021, 2022)}


def results(evaluation):
    """Credit code -> group, base score, score, rank, grade."""
    columns = ["credit_code", "group", "base_score", "score", "rank", "grade"]
    return {row[0]: row[1:] for row in evaluation.firms[columns].itertuples(index=False, name=None)}


def test_every_firm_of_the_sample_is_graded_as_by_hand(engine, sample_batch, expected):
    publish(engine, sample_batch, who="测试")
    for year, by_hand in expected.items():
        done = publish_evaluation(engine, LINPING, year=year, who="李")
        with connect(engine) as connection:
            stored = evaluations.published_evaluation(connection, year)
        expected_results = {c: (g.group, float(g.base_score), float(g.score), g.rank, g.grade) for c, g in by_hand.items()}
        assert results(preview_evaluation(engine, LINPING.policy.for_year(year))) == expected_results
        assert results(done.evaluation) == expected_results
        assert results(stored.evaluation) == expected_results
        assert Counter(g.group for g in by_hand.values()) == {"规上": 656, "宗地": 1039}
        assert explanation_sentences(stored.evaluation) == explanation_sentences(done.evaluation)
    with connect(engine) as connection:
        assert evaluations.evaluation_years(connection) == (2020, 2021, 2022)
        assert [r.year for r in evaluations.evaluation_records(connection)] == [2022, 2021, 2020]


def test_the_oracle_gives_every_grade(expected):
    for by_hand in expected.values():
        assert set(Counter(g.grade for g in by_hand.values())) == {"A", "B", "C", "D", "不定等级"}


def state(engine):
    """All that an evaluation may write."""
    with engine.connect() as connection:
        return {
            t.name: sorted(map(repr, connection.execute(select(t))))
            for t in (evaluation, evaluation_grade, data_version, scenario)
        }


@pytest.fixture
def filled(engine):
    publish(engine, batch("a", **FIRST), who="李")
    return engine


def newest(engine, year=2022, number=None):
    with connect(engine) as connection:
        return evaluations.published_evaluation(connection, year, number)


def test_a_record_names_policy_data_who_and_when(filled):
    begun = datetime.now(UTC)
    done = publish_evaluation(filled, POLICY, year=2022, who="王")
    head = done.record
    assert (head.id, head.year, head.policy_name, head.policy_sha256) == (1, 2022, "某区2022年办法", POLICY.sha256)
    assert (head.data_version, head.published_by) == (1, "王")
    assert begun - timedelta(seconds=1) <= head.published_at <= datetime.now(UTC)
    stored = newest(filled)
    assert stored.record == head
    assert stored.evaluation.policy == POLICY.policy
    assert results(stored.evaluation) == results(done.evaluation)
    with filled.connect() as connection:
        assert connection.scalar(select(evaluation.c.policy)) == POLICY.text


def test_the_data_version_rises_and_names_the_evaluation(filled):
    publish_evaluation(filled, POLICY, year=2022, who="王")
    with filled.connect() as connection:
        row = connection.execute(select(data_version).order_by(data_version.c.number.desc())).first()
        assert reader.current_version(connection).number == 2
    assert (row.number, row.action, row.batch_id, row.evaluation_id) == (2, "evaluate", None, 1)


def test_trying_out_leaves_no_trace(filled):
    before = state(filled)
    evaluation_result = preview_evaluation(filled, POLICY.policy)
    assert [row[3:] for row in results(evaluation_result).values()] == [(2, "B"), (1, "A"), (3, "D")]
    assert evaluation_result.ungrouped == 0  # the 宗地 firm has no inputs
    assert state(filled) == before


def test_a_second_evaluation_is_a_new_record_and_the_first_stays(filled):
    publish_evaluation(filled, POLICY, year=2022, who="王")
    before = results(newest(filled).evaluation)
    other = parse_policy(RULE.replace("A: 33", "A: 66") % "ratio", "某区.yaml")
    publish_evaluation(filled, other, year=2022, who="赵")
    assert newest(filled).record.id == 2
    assert [row[4] for row in results(newest(filled).evaluation).values()] == ["A", "A", "D"]
    first = newest(filled, number=1)
    assert (first.record.published_by, first.record.policy_sha256) == ("王", POLICY.sha256)
    assert results(first.evaluation) == before
    with connect(filled) as connection:
        assert [(r.id, r.published_by) for r in evaluations.evaluation_records(connection)] == [(2, "赵"), (1, "王")]
        assert evaluations.published_evaluation(connection, 2022, 3) is None
        assert evaluations.published_evaluation(connection, 2021) is None
        assert evaluations.published_evaluation(connection, 2021, 1) is None


def test_published_grades_stay_when_the_data_change(filled):
    publish_evaluation(filled, POLICY, year=2022, who="王")
    before = newest(filled).evaluation
    moved = [firm(1, name="新名", industry_code="2911", land_mu=99.0), firm(5)]
    publish(filled, batch("b", enterprise=moved, evaluation_input=[inputs(1, 500), inputs(5, 900)]), who="李")
    after = newest(filled).evaluation
    assert results(after) == results(before)
    frozen = [c for c in before.firms.columns if c not in ("name", "division")]
    pd.testing.assert_frame_equal(after.firms[frozen], before.firms[frozen], check_exact=True)
    assert after.firms.loc[0, ["name", "division"]].tolist() == ["新名", "29"]
    assert results(preview_evaluation(filled, POLICY.policy)) != results(before)


def test_published_grades_stay_when_the_register_is_withdrawn(filled):
    publish_evaluation(filled, POLICY, year=2022, who="王")
    before = results(newest(filled).evaluation)
    withdraw(filled, 1, who="李")
    stored = newest(filled)
    assert results(stored.evaluation) == before
    assert stored.evaluation.firms["name"].tolist() == stored.evaluation.firms["credit_code"].tolist()


@pytest.mark.parametrize(
    ("policy", "year", "error", "message"),
    [
        (FAULTY_POLICY, 2022, PolicyError, r"groups\[0\]（规上）：基准值要用2021年的数据"),
        (POLICY, 2019, UsageError, "没有2019年的年度评价数据，没有评价。有数据的年份：2022。"),
        (LINPING, 2022, PolicyError, r"groups\[0\]（规上）\.indicators\[1\]\.baseline：全组都没有“亩均增加值”的数据"),
    ],
)
def test_a_policy_that_does_not_fit_writes_nothing(filled, policy, year, error, message):
    before = state(filled)
    with pytest.raises(error, match=message):
        publish_evaluation(filled, policy, year=year, who="王")
    assert state(filled) == before


def test_an_empty_database_has_no_years(engine):
    with pytest.raises(UsageError, match="有数据的年份：无"):
        preview_evaluation(engine, POLICY.policy)
    assert newest(engine) is None


def test_a_fault_at_any_statement_leaves_everything_or_nothing(filled):
    publish_evaluation(filled, POLICY, year=2022, who="王")
    before = state(filled)
    ran = []
    for number in range(1, 100):
        _, stop = fail_at(filled, number)
        try:
            publish_evaluation(filled, POLICY, year=2022, who="赵")
        except (DatabaseError, OperationalError):
            ran.append(number)
            stop()
            assert state(filled) == before, f"语句 {number} 之后"
        else:
            stop()
            break
    assert len(ran) > 5
    after = state(filled)
    assert after != before
    assert {name: set(before[name]) <= set(after[name]) for name in before} == dict.fromkeys(before, True)
    assert newest(filled).record.published_by == "赵"


def test_concurrent_publications_are_serialized(filled):
    """Four evaluations and a batch together: all are published, each record on the data version that it names."""
    failed = []

    def attempt(function, *arguments, **more):
        try:
            function(filled, *arguments, **more)
        except Exception as error:
            failed.append(error)

    threads = [
        threading.Thread(target=attempt, args=(publish_evaluation, POLICY), kwargs={"year": 2022, "who": str(n)})
        for n in range(4)
    ]
    threads.append(
        threading.Thread(target=attempt, args=(publish, batch("b", evaluation_input=[inputs(1, 500)])), kwargs={"who": "李"})
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with filled.connect() as connection:
        changed = connection.scalar(select(data_version.c.number).where(data_version.c.batch_id == 2))
        assert connection.scalar(select(func.count()).select_from(data_version)) == 6
        assert sorted(connection.scalars(select(evaluation.c.id))) == [1, 2, 3, 4]
    for number in range(1, 5):
        stored = newest(filled, number=number)
        tax = stored.evaluation.firms["tax"].tolist()[0]
        assert tax == (500.0 if stored.record.data_version >= changed else 50.0)


def test_readers_see_the_old_until_the_commit(filled):
    before = state(filled)
    during = []

    def look(_connection, _cursor, statement, *_rest):
        if "INTO evaluation_grade" in statement:
            during.append(state(filled))

    event.listen(filled, "before_cursor_execute", look)
    publish_evaluation(filled, POLICY, year=2022, who="王")
    event.remove(filled, "before_cursor_execute", look)
    assert during == [before]


def saved(engine):
    with connect(engine) as connection:
        return [(s.name, s.policy.year, s.saved_by) for s in saved_scenarios(connection)]


def test_scenarios_are_saved_replaced_listed_and_deleted(filled):
    grades = state(filled)["evaluation_grade"]
    save_scenario(filled, " 提高税收权重 ", POLICY, year=2022, who="王")
    save_scenario(filled, "另一个", POLICY, year=2021, who="赵")
    assert saved(filled) == [("另一个", 2021, "赵"), ("提高税收权重", 2022, "王")]
    save_scenario(filled, "提高税收权重", LINPING, year=2022, who="李")
    assert saved(filled) == [("提高税收权重", 2022, "李"), ("另一个", 2021, "赵")]
    with connect(filled) as connection:
        assert saved_scenarios(connection)[0].policy == LINPING.policy
    delete_scenario(filled, "提高税收权重")
    delete_scenario(filled, "没有这个")
    assert saved(filled) == [("另一个", 2021, "赵")]
    assert state(filled)["evaluation_grade"] == grades == []
    assert newest(filled) is None


@pytest.mark.parametrize(
    ("name", "reason"), [("", "请填写方案名称"), ("   ", "请填写方案名称"), ("长" * 61, "方案名称太长（61字）")]
)
def test_a_scenario_needs_a_name(filled, name, reason):
    with pytest.raises(UsageError, match=reason):
        save_scenario(filled, name, POLICY, year=2022, who="王")
    assert saved(filled) == []


def test_the_number_of_scenarios_is_limited(filled, monkeypatch):
    monkeypatch.setattr(scenarios, "_MAX_SCENARIOS", 2)
    for name in ("一", "二"):
        save_scenario(filled, name, POLICY, year=2022, who="王")
    with pytest.raises(UsageError, match="已保存2个方案，请先删除"):
        save_scenario(filled, "三", POLICY, year=2022, who="王")
    save_scenario(filled, "二", LINPING, year=2022, who="赵")  # replacing adds none
    assert sorted(s[0] for s in saved(filled)) == ["一", "二"]
