"""The page 创新人才."""
