"""Accounts, sessions, tokens and the audit in both databases; the clock is whatever a test says."""
