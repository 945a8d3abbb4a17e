"""Passwords: what is refused, and that the sentence says every reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.access.passwords import MAX_LENGTH, MIN_LENGTH, check_password
from cockpit.errors import UsageError
from data.access.passwords import _common_passwords

COMMON = _common_passwords()
GOOD = ("xK7#mm2vQp9z", "Tiger-Lantern-42", "密码很长Aa12345", "correct-Horse-9-battery")


@pytest.mark.parametrize("password", GOOD)
def test_a_long_mixed_password_is_accepted(password):
    check_password(password, "zhangsan", COMMON, ("linping",))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("xK7#mm2vQ", "只有9个字符"),
        ("xK7#" * 33, "最多128个"),
        ("xkqmmvvqpz77", "至少要有3种"),
        ("XKQMMVVQPZ##", "至少要有3种"),
        ("Aa1Aa1Aa1Aa1", "不同的字符太少"),
        ("P@ssw0rd2026!", "常见密码"),
        ("Password123!", "常见密码"),
        ("Dragon!!2026", "常见密码"),
        ("1qaz@WSX3edc", "常见密码"),
        ("Abc123456!", "常见密码"),
        ("Admin@123456", "常见密码"),
        ("Woaini@1314520", "常见密码"),
        ("9-Zhangsan-7x", "账号或本地的名称"),
        ("9-ＺＨＡＮＧＳＡＮ-7x", "账号或本地的名称"),
        ("Linping#77xq", "账号或本地的名称"),
    ],
)
def test_a_weak_password_is_refused(password, reason):
    with pytest.raises(UsageError, match=reason):
        check_password(password, "zhangsan", COMMON, ("linping",))


def test_all_reasons_are_in_one_sentence():
    with pytest.raises(UsageError) as refused:
        check_password("zhangsan", "zhangsan", COMMON)
    for reason in ("只有8个字符", "至少要有3种", "账号或本地的名称", "常见密码"):
        assert reason in str(refused.value)


def test_short_names_are_no_reason():
    check_password("xK7#mm2vQp9z", "mm", COMMON, ("vq",))


@given(st.text(max_size=160))
def test_what_is_accepted_has_a_length_and_three_classes(password):
    try:
        check_password(password, "zhangsan", COMMON)
    except UsageError:
        return
    assert MIN_LENGTH <= len(password) <= MAX_LENGTH
    kinds = [any(map(str.isupper, password)), any(map(str.islower, password)), any(map(str.isdecimal, password))]
    others = any(not (c.isupper() or c.islower() or c.isdecimal()) for c in password)
    assert sum([*kinds, others]) >= 3


@given(st.sampled_from(sorted(c for c in COMMON if c.isalpha() and len(c) >= 5)), st.integers(0, 9999), st.sampled_from("!@#$ "))
def test_a_common_password_stays_common_with_a_number_and_a_sign(stem, number, sign):
    with pytest.raises(UsageError, match="常见密码"):
        check_password(f"{stem.title()}{sign}{number:04d}", "zhangsan", COMMON)
