"""Sources of a batch: workbooks, CSV files, a bureau's database."""
