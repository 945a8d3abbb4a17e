"""Views of the page 创新人才."""
