"""Parsing of a header text: the column it names, and the unit it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.contracts.columns import Column, Kind, Sheet
from data.loaders.cells.text import compact
from data.loaders.cells.units import parse_unit, resembles_unit

NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT})
_BRACKET = re.compile(r"^(.*)[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]$")
_UNIT_PREFIX = re.compile(r"^(?:计量|金额)?单位:?")
_MARKS = "*※:"
_SEPARATORS = ":/-_,、·|"
# Remarks in brackets that change nothing; any other makes the column another one (上年同期, 增速).
_IGNORED_REMARKS = frozenset({"必填", "选填", "可选", "可空", "如有", "当月", "本月", "本期", "当期", "当月数", "本月数"})
_CUMULATIVE_REMARK = re.compile(
    r"(?:截?至?[本当]月[止底末]?|自?(?:本年|年初|今年)(?:以来|起)?(?:至(?:今|[本当]月))?止?|1月?[-—–~至到](?:[本当]|\d{1,2})月?份?)?"
    r"累计(?:数|值|额|完成)?|自?年初至(?:今|[本当]月)|1月?[-—–~至到](?:[本当]|\d{1,2})月份?"
)
_CURRENT_REMARK = re.compile(r"[本当]月数?")
_BASIS = compact("口径")
_MAX_LENGTH = 200  # characters of a header text that names a column


@dataclass(frozen=True, slots=True)
class HeaderMeaning:
    """Parsed header text.

    ``unit``: the unit as written, "" when none is stated; ``plain``: no remark in brackets; ``cumulative``: it is said to hold
    figures since January, as only the columns of a sheet with 口径 may.
    """

    column: Column
    unit: str = ""
    plain: bool = True
    cumulative: bool = False


def columns_by_label(sheet: Sheet) -> dict[str, Column]:
    """Index the columns of a sheet by their label, normalized as ``parse_header`` does."""
    return {compact(c.label).casefold(): c for c in sheet.columns}


def parse_header(text: str, labels: Mapping[str, Column]) -> HeaderMeaning | None:
    """Parse a header text; ``None`` when it names no column of the sheet.

    Tolerated: any width of brackets, spaces, line breaks, an asterisk, a missing unit, a unit behind a
    colon or slash instead of in brackets, remarks such as 必填, and 累计 or 本月 in brackets, before or behind the label.
    """
    if len(text) > _MAX_LENGTH:
        return None
    base, brackets = _split(text)
    column = labels.get(base)
    if column is None:
        column, stated = _label_with_unit(base, labels)
        brackets = [stated, *brackets]
    if column is None and _BASIS in labels:
        column, stated = _label_with_basis(base, labels)
        brackets = [stated, *brackets]
    if column is None:
        return None
    cumulative = _BASIS in labels and any(map(_CUMULATIVE_REMARK.fullmatch, brackets))
    brackets = [b for b in brackets if not (cumulative and _CUMULATIVE_REMARK.fullmatch(b))]
    remarks = [w for w in (_UNIT_PREFIX.sub("", b) for b in brackets) if w and w not in _IGNORED_REMARKS]
    if column.kind not in NUMERIC:
        return HeaderMeaning(column, "", not remarks)
    units = [w for w in remarks if resembles_unit(w)]
    return HeaderMeaning(column, units[0] if units else "", cumulative=cumulative) if len(units) == len(remarks) else None


def is_basis(text: str) -> bool:
    """Return whether a remark says that figures are of the month or since January: 本月, 1-3月累计."""
    return (_CUMULATIVE_REMARK.fullmatch(text) or _CURRENT_REMARK.fullmatch(text)) is not None


def bare_label(text: str) -> str:
    """Return the header text without its brackets, to compare it with known labels."""
    return _split(text[:_MAX_LENGTH])[0]


def _split(text: str) -> tuple[str, list[str]]:
    """Split into the label and the contents of the brackets after it, the nearest first."""
    plain = compact(text).casefold().strip(_MARKS)
    if "(" in plain and ")" not in plain:
        plain += ")"
    brackets: list[str] = []
    while match := _BRACKET.match(plain):
        plain = match[1].strip(_MARKS)
        brackets.insert(0, match[2])
    return plain, brackets


def _label_with_unit(base: str, labels: Mapping[str, Column]) -> tuple[Column | None, str]:
    """Match a label followed by its unit without brackets: 工业总产值:亿元, 用地面积/公顷."""
    for label in sorted(labels, key=len, reverse=True):
        rest = base[len(label) :].lstrip(_SEPARATORS)
        if base.startswith(label) and labels[label].kind in NUMERIC and parse_unit(_UNIT_PREFIX.sub("", rest)):
            return labels[label], rest
    return None, ""


def _label_with_basis(base: str, labels: Mapping[str, Column]) -> tuple[Column | None, str]:
    """Match a label with 累计 or 本月 before or behind it: 累计工业总产值, 工业总产值1-3月."""
    for label, column in labels.items():
        before, label_in_it, after = base.partition(label)
        remark = (before + after).strip(_SEPARATORS)
        if label_in_it and is_basis(remark) and column.kind in NUMERIC and not (before and after):
            return column, remark
    return None, ""
