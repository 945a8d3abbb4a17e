"""Views of a chain's page (产业链)."""
