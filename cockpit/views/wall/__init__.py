"""Scenes of the wall (大屏)."""
