"""Views of the page 空间."""
