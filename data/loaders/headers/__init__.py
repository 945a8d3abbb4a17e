"""Headers of sheets: their rows, and the column that each text names."""
