"""The catalogue of metrics: formula, unit, definition, and the dimensions that each can be grouped by."""
