"""The view 低效整治 of the per-mu page."""
