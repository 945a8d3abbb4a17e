"""The view 时尚E家 of the fashion chain."""
