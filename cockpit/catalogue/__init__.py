"""Define every metric once: formula, unit, definition, and the dimensions that it can be grouped by."""
