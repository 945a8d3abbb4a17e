"""The page 空间."""
