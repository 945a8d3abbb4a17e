"""Months, periods and the arithmetic on them."""
