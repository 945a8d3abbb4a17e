"""A chain's page (产业链): stages, firms, lists."""
