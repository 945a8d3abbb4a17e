"""The page 指标口径."""
