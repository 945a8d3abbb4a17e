"""Accounts, sessions, tokens, roles and the audit, in the database and in files."""
