"""From (snapshot, filter, period) to figures. Only ``sums`` and ``ledgers`` add up, only ``evaluate`` forms ratios."""
