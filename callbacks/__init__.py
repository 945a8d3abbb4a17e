"""Wiring only: parse the selection, ask the repository passed in, hand the view to a layout."""
