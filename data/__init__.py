"""The I/O side: database, loaders, publishing, district packs."""
