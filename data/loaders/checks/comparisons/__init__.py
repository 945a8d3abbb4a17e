"""Values held against others: own months, last year, other sheets, the rest of the sheet."""
