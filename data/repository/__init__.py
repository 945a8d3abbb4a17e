"""Snapshots of published data, and questions about single enterprises."""
