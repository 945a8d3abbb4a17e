"""From (snapshot, filter, period) to figures. Only ``core`` and ``ledgers`` sum; only ``core`` divides."""
