"""Ledgers as of a day: projects, renewal, remediation, parks."""
