"""Evaluation policies (评价办法) as validated data, their description, and changes to them."""
