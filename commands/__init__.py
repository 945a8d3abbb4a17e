"""The operator's commands behind `cli.py`: what they share, and the longer ones."""
