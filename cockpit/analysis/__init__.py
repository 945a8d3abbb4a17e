"""What values mean beside others: comparison, contribution, targets, alerts, provenance, search."""
