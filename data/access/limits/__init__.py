"""Limits that all workers count together: failed logins, and what costs or takes much."""
