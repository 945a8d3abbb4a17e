"""The database: engine, tables, transactions, statements."""
