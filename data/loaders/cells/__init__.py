"""Cells as values: numbers, units, dates, names."""
