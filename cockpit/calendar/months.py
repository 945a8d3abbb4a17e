"""Months as integers ``yyyymm`` and the arithmetic on them."""

from __future__ import annotations

from functools import lru_cache

MONTHS_OF_YEAR = 12
#: Runs of months that are cached: a page needs the same few hundreds of times.
_CACHED_RUNS = 1024


def month(year: int, number: int) -> int:
    """Compose a month: ``(2022, 3)`` -> ``202203``."""
    return year * 100 + number


def year_of(yyyymm: int) -> int:
    """Return the calendar year."""
    return yyyymm // 100


def number_of(yyyymm: int) -> int:
    """Return the month of the year, 1-12."""
    return yyyymm % 100


def shift(yyyymm: int, months: int) -> int:
    """Return the month that is ``months`` later (earlier when negative)."""
    index = yyyymm // 100 * 12 + yyyymm % 100 - 1 + months
    return index // 12 * 100 + index % 12 + 1


@lru_cache(_CACHED_RUNS)
def shifted(months: tuple[int, ...], by: int) -> tuple[int, ...]:
    """Shift each of the months by ``by`` months."""
    return tuple(shift(month, by) for month in months)


@lru_cache(_CACHED_RUNS)
def span(first: int, last: int) -> tuple[int, ...]:
    """Return all months from ``first`` to ``last``, both included; empty when ``last`` is before ``first``."""
    count = distance(first, last) + 1
    return tuple(shift(first, i) for i in range(max(count, 0)))


def year_to(last: int) -> tuple[int, ...]:
    """Return the twelve months that end with ``last``."""
    return span(shift(last, 1 - MONTHS_OF_YEAR), last)


def distance(first: int, last: int) -> int:
    """Count how many months ``last`` is after ``first``."""
    return (year_of(last) - year_of(first)) * 12 + number_of(last) - number_of(first)


def iso(yyyymm: int) -> str:
    """Format a month: ``202203`` -> ``"2022-03"``."""
    return f"{year_of(yyyymm)}-{number_of(yyyymm):02d}"
