"""Published figures as arrays: the cube, ledger tables, breakdowns. The only package that works on numpy arrays."""
