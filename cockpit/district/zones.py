"""How a field is laid out over a district: its zones and their roles, e.g. 一主两翼."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class LayoutZone(BaseModel):
    """An area of a layout: its role (主 the main one, 翼 a wing), and its towns by key."""

    model_config = _FROZEN
    name: str
    role: Literal["主", "翼"]
    towns: tuple[str, ...] = Field(min_length=1)


class ZoneLayout(BaseModel):
    """How a field is laid out over the district, e.g. 一主两翼. ``note``: what is assumed in it."""

    model_config = _FROZEN
    name: str
    areas: tuple[LayoutZone, ...] = Field(min_length=1)
    note: str = ""
    source: str = ""
