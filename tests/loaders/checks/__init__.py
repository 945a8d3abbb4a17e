"""Checks of rows against each other, other sheets and what is published."""
