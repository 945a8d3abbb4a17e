"""Evaluation policies (评价办法) as validated data, their wording, and changes to them."""
