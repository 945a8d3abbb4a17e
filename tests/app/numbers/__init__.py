"""Numbers on the pages against sums over the rows of the sheets."""
