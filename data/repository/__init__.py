"""The repository over the database: snapshots of published data, and queries about single enterprises."""
