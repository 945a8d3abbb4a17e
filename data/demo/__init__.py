"""The demonstration: a sample workbook of the whole district, and a revision that makes its ledgers look like real ones."""
