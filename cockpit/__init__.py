"""The domain of the cockpit, pure: no Dash, no SQLAlchemy, no files."""
