"""The domain of the cockpit, pure: no Dash, no SQLAlchemy, no files."""

__version__ = "0.1.0"
