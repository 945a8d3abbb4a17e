"""The page 项目."""
