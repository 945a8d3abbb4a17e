"""Headers: where they stand and which column each names."""
