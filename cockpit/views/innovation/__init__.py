"""Views of the page 创新与人才: carriers of innovation, research intensity, talents."""
