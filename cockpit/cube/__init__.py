"""Published values as arrays: the cube, columns of tables, breakdowns, and exact sums and splits of them."""
