"""From (snapshot, filter, period) to values. Only ``sums`` and ``ledger_sums`` add up, only ``aggregate`` forms ratios."""
