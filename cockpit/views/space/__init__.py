"""Views of the page 空间: renewal, industrial parks, land put back to use."""
