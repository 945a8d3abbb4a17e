"""Views of 时尚E家, on the fashion chain's page."""
