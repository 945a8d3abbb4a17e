"""What values mean beside others: comparison, contribution, concentration, targets, alerts, freshness; and search of firms."""
