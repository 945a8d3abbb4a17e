"""Views of the page 项目."""
