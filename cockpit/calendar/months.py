"""Months as integers ``yyyymm`` and the arithmetic on them."""

from __future__ import annotations

from functools import lru_cache

#: Runs of months that are kept: a page asks for the same few hundreds of times.
_RUNS_KEPT = 1024


def month(year: int, number: int) -> int:
    """``(2022, 3)`` -> ``202203``."""
    return year * 100 + number


def year_of(yyyymm: int) -> int:
    """The calendar year."""
    return yyyymm // 100


def number_of(yyyymm: int) -> int:
    """The month of the year, 1-12."""
    return yyyymm % 100


def shift(yyyymm: int, months: int) -> int:
    """``months`` later (earlier when negative)."""
    index = yyyymm // 100 * 12 + yyyymm % 100 - 1 + months
    return index // 12 * 100 + index % 12 + 1


@lru_cache(_RUNS_KEPT)
def shifted(months: tuple[int, ...], by: int) -> tuple[int, ...]:
    """Each of the months ``by`` months later."""
    return tuple(shift(month, by) for month in months)


@lru_cache(_RUNS_KEPT)
def span(first: int, last: int) -> tuple[int, ...]:
    """All months from ``first`` to ``last``, both included; empty when ``last`` is before ``first``."""
    count = distance(first, last) + 1
    return tuple(shift(first, i) for i in range(max(count, 0)))


def distance(first: int, last: int) -> int:
    """How many months ``last`` is after ``first``."""
    return (year_of(last) - year_of(first)) * 12 + number_of(last) - number_of(first)


def iso(yyyymm: int) -> str:
    """``202203`` -> ``"2022-03"``."""
    return f"{year_of(yyyymm)}-{number_of(yyyymm):02d}"
