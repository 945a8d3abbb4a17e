"""Unified social credit codes (统一社会信用代码), GB 32100-2015."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {c: i for i, c in enumerate(ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_character(first17: str) -> str:
    """Compute the 18th character for the first 17 (GB 32100-2015, 5.4): (31 - Σ wᵢcᵢ mod 31) mod 31."""
    total = sum(w * _VALUE[c] for w, c in zip(_WEIGHTS, first17, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def credit_code_fault(code: str) -> str | None:
    """Explain why ``code`` is not a credit code, as a Chinese clause; ``None`` when it is one."""
    if len(code) != 18:
        return f"应为18位，实为{len(code)}位"
    for position, character in enumerate(code, 1):
        if character not in _VALUE:
            return f"第{position}位“{character}”不是允许的字符（不含字母I、O、S、V、Z）"
    expected = check_character(code[:17])
    if code[17] != expected:
        return f"校验位不符（末位应为“{expected}”），多半是录错了某一位"
    return None
