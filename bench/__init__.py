"""The measurements behind docs/performance.md: the cockpit beside a plain Dash app, both in one run. `make bench`."""
