"""Evaluations and policies in the database and in files."""
