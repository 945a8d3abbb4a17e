"""The chain of the audit: whatever is changed, deleted, moved or cut off afterwards is noticed, and the first one is named."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.access.audit import (
    ACTION_LABELS,
    DETAIL_LABELS,
    RESULT_LABELS,
    Actor,
    AuditAction,
    AuditEntry,
    ChainCheck,
    ChainPoint,
    Detail,
    Result,
    chain_start,
    digest_of,
    link,
)

NOW = datetime(2026, 11, 30, 12)
START = chain_start("test")


def chain(number, start=START):
    """Records of different content, and where they end."""
    records, head = [], start
    for at in range(number):
        action, result = list(AuditAction)[at % len(AuditAction)], list(Result)[at % len(Result)]
        entry = AuditEntry(
            NOW + timedelta(minutes=at),
            Actor(f"用户{at % 3}", "10.0.0.1"),
            action,
            f"对象{at}",
            "全区",
            result,
            {Detail.ROWS: at},
        )
        records.append(link(entry, head, at // 4))
        head = ChainPoint(records[-1].number, records[-1].hash)
    return records, head


def check(records, head, anchors=()):
    result = ChainCheck(START, anchors)
    result.read(records)
    result.finish(head)
    return result


def fault(records, head, anchors=()):
    return check(records, head, anchors).fault


def linked_again(records, start=START):
    """What somebody writes who knows how the hashes are made."""
    result, head = [], start
    for number, record in enumerate(records, start.number + 1):
        changed = replace(record, number=number, previous=head.hash)
        result.append(replace(changed, hash=digest_of(changed)))
        head = ChainPoint(number, result[-1].hash)
    return result, head


def test_a_hash_is_what_a_person_computes():
    [record], _ = chain(1)
    fields = {name: value for name, value in asdict(record).items() if name != "hash"}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert record.hash == hashlib.sha256(text.encode()).hexdigest()
    assert record.previous == hashlib.sha256(b"test").hexdigest()


@given(st.integers(0, 30))
def test_a_chain_as_written_is_whole(number):
    records, head = chain(number)
    anchors = [ChainPoint(r.number, r.hash) for r in records[::3]]
    result = check(records, head, anchors)
    assert (result.fault, result.records) == (None, number)


FIELDS = st.sampled_from(
    ["at", "account", "address", "action", "object", "scope", "result", "data_version", "detail", "previous", "hash"]
)


@given(st.data(), st.integers(1, 20), FIELDS)
def test_an_edited_record_is_named(data, number, field):
    records, head = chain(number)
    at = data.draw(st.integers(0, number - 1))
    value = getattr(records[at], field)
    other = value + 1 if isinstance(value, int) else value + "x"
    records[at] = replace(records[at], **{field: other})
    assert fault(records, head).record == at + 1


@given(st.data(), st.integers(1, 20))
def test_an_edited_record_with_a_hash_that_fits_is_noticed(data, number):
    records, head = chain(number)
    at = data.draw(st.integers(0, number - 1))
    edited = replace(records[at], account="别人")
    records[at] = replace(edited, hash=digest_of(edited))
    # The next one doesn't follow it any more; where there is none, the head doesn't.
    assert fault(records, head).record in (at + 1, at + 2)


@given(st.data(), st.integers(2, 20))
def test_deleted_records_are_named(data, number):
    records, head = chain(number)
    first = data.draw(st.integers(0, number - 2))
    until = data.draw(st.integers(first + 1, number - 1))
    result = fault(records[:first] + records[until:], head)
    assert result.record == first + 1
    assert "删去" in result.message


@given(st.data(), st.integers(2, 20))
def test_deleted_records_are_noticed_where_the_rest_is_numbered_again(data, number):
    records, head = chain(number)
    at = data.draw(st.integers(0, number - 1))
    rest = records[:at] + [replace(r, number=r.number - 1) for r in records[at + 1 :]]
    assert fault(rest, head).record == at + 1


@given(st.data(), st.integers(2, 20))
def test_reordered_records_are_noticed(data, number):
    records, head = chain(number)
    one = data.draw(st.integers(0, number - 2))
    other = data.draw(st.integers(one + 1, number - 1))
    records[one], records[other] = (
        replace(records[other], number=one + 1),
        replace(records[one], number=other + 1),
    )
    assert fault(records, head).record == one + 1


@given(st.data(), st.integers(1, 20))
def test_a_cut_is_named_by_the_head_or_by_what_stands_outside(data, number):
    records, head = chain(number)
    end = data.draw(st.integers(0, number - 1))
    result = fault(records[:end], head)
    assert result.record == end + 1
    assert "截掉" in result.message
    shorter = ChainPoint(end, records[end - 1].hash) if end else START
    assert fault(records[:end], shorter) is None, "who changes the head as well is only noticed from outside"
    assert fault(records[:end], shorter, [head]).record == end + 1


@given(st.data(), st.integers(2, 20))
def test_a_chain_written_anew_is_noticed_from_outside(data, number):
    records, head = chain(number)
    anchored = data.draw(st.integers(1, number))
    at = data.draw(st.integers(0, anchored - 1))
    anchors = [ChainPoint(r.number, r.hash) for r in records[:anchored]]
    changed, new_head = linked_again([*records[:at], replace(records[at], account="别人"), *records[at + 1 :]])
    assert fault(changed, new_head) is None
    result = fault(changed, new_head, anchors)
    assert result.record == at + 1, "all before it are anchored and right"
    assert head != new_head


@given(st.integers(1, 10), st.integers(1, 5))
def test_added_records_are_noticed(number, more):
    records, head = chain(number)
    extra, _ = chain(more, ChainPoint(number, "0" * 64))
    assert fault(records + extra, head).record == number + 1
    assert fault(records + records[-1:], head).record == number
    fitting, _ = chain(more, head)
    assert fault(records + fitting, head).record == number + 1


def test_a_chain_of_another_name_is_none():
    records, head = chain(3, chain_start("other"))
    assert fault(records, head).record == 1


def test_texts_of_a_request_are_cut_and_written_out():
    entry = AuditEntry(NOW, Actor("a\x1b[31m\n" + "b" * 1000, "\ud800"), AuditAction.LOGIN, detail={Detail.REASON: "\x00"})
    record = link(entry, START, 0)
    assert record.account.startswith("a\\x1b[31m\\x0a")
    assert len(record.account) < 500
    assert json.loads(record.detail) == {"reason": "\\x00"}
    assert digest_of(record) == record.hash


def test_times_are_of_utc_with_their_offset():
    beijing = NOW.replace(tzinfo=timezone(timedelta(hours=8)))
    for at, written in ((NOW, "2026-11-30T12:00:00.000000+00:00"), (beijing, "2026-11-30T04:00:00.000000+00:00")):
        assert link(AuditEntry(at, Actor("x"), AuditAction.LOGIN), START, 0).at == written


@pytest.mark.parametrize(("labels", "kinds"), [(ACTION_LABELS, AuditAction), (RESULT_LABELS, Result), (DETAIL_LABELS, Detail)])
def test_everything_recorded_has_a_label(labels, kinds):
    assert set(labels) == set(kinds)
    assert len(set(labels.values())) == len(labels)
