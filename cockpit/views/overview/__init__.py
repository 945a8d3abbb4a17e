"""Views of the overview (总览)."""
