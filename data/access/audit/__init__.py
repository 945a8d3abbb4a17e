"""The audit in the database, its heads outside it, its archive and its export."""
