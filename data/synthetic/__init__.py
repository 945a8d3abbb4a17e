"""Synthetic districts of any size, for demonstrations and measurements."""
