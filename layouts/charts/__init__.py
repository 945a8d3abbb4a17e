"""Helpers that several figures share."""
