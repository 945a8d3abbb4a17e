"""Dash callbacks and the wall's scenes: parse the selection, ask the repository, hand the view to a layout."""
