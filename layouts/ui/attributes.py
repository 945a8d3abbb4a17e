"""Attributes with hyphens, which Python's keywords can't have."""

from __future__ import annotations

from typing import Any


def attributes(**values: str) -> dict[str, Any]:
    """Return keyword arguments of a Dash component: ``aria_label`` for ``aria-label``, ``data_nav`` for ``data-nav``."""
    return {name.replace("_", "-"): value for name, value in values.items()}
