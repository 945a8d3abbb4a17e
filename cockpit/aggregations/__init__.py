"""From (snapshot, filter, period) to values. Only ``sums`` and ``ledgers`` add up, only ``evaluate`` forms ratios."""
