"""Columns of the usual kinds, each with the sign that its numbers have."""

from __future__ import annotations

from cockpit.contracts.columns import Column, Kind, Sign


def code_column(*, key: bool = True) -> Column:
    """Build the column of credit codes."""
    return Column("credit_code", "统一社会信用代码", Kind.CODE, required=True, key=key)


def money_column(
    field: str,
    label: str,
    sign: Sign = Sign.NOT_NEGATIVE,
    *,
    unit: str = "万元",
    required: bool = False,
    typical: tuple[float, float] | None = None,
) -> Column:
    """Build a column of money."""
    return Column(field, label, Kind.MONEY, unit, required, sign=sign, typical=typical)


def number_column(
    field: str,
    label: str,
    unit: str,
    sign: Sign = Sign.NOT_NEGATIVE,
    *,
    required: bool = False,
    typical: tuple[float, float] | None = None,
) -> Column:
    """Build a column of numbers in a unit."""
    return Column(field, label, Kind.NUMBER, unit, required, sign=sign, typical=typical)


def points_column(field: str, label: str) -> Column:
    """Build a column of points, of which a blank cell means none."""
    return Column(field, label, Kind.NUMBER, sign=Sign.NOT_NEGATIVE, blank_means_none=True, typical=(0.1, 30))


def count_column(
    field: str, label: str, unit: str = "", *, required: bool = False, typical: tuple[float, float] | None = None
) -> Column:
    """Build a column of counts."""
    return Column(field, label, Kind.COUNT, unit, required, sign=Sign.NOT_NEGATIVE, typical=typical)


def town_column(*, required: bool = True) -> Column:
    """Build the column of towns."""
    return Column("town", "所属镇街", Kind.TOWN, required=required)


def date_column(field: str, label: str, *, required: bool = False, feeds: str = "") -> Column:
    """Build a column of dates."""
    return Column(field, label, Kind.DATE, required=required, feeds=feeds)
