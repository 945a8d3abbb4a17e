"""Views of 低效整治, on the per-mu page."""
