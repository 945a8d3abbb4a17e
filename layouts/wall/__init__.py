"""The scenes of the wall, its page and its remote."""
