"""Parsing of cells: numbers, units, dates, names."""
