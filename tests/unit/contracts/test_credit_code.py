"""Unified social credit codes (统一社会信用代码)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.contracts.credit_code import ALPHABET, check_character, credit_code_fault
from tests import workbooks


def test_the_standards_own_example_is_a_credit_code():
    """GB 32100-2015 prints 91350100M000100Y43."""
    assert credit_code_fault("91350100M000100Y43") is None
    assert check_character("91350100M000100Y4") == "3"


@given(st.integers(1, 9_999_999), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_a_credit_code_with_one_character_wrong_is_noticed(number, position, wrong):
    code = workbooks.code(number)
    assert credit_code_fault(code) is None
    changed = code[:position] + wrong + code[position + 1 :]
    assert changed == code or "校验位不符" in credit_code_fault(changed)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "应为18位，实为0位"),
        ("91350100M000100Y4", "应为18位，实为17位"),
        ("91350100M000100Y4I", "第18位“I”不是允许的字符"),
        ("９1350100M000100Y43", "第1位“９”不是允许的字符"),
        ("91350100M000100Y44", "末位应为“3”"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_explained(code, message):
    assert message in credit_code_fault(code)
