"""Scores and grades of a year's firms under a policy."""
