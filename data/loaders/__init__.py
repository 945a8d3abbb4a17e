"""From a source to a checked batch: ``read_batch`` for files, ``read_database_batch`` for a bureau's database."""

from data.loaders.batches import read_batch
from data.loaders.sources.database import read_database_batch

__all__ = ["read_batch", "read_database_batch"]
