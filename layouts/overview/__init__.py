"""The overview (总览)."""
