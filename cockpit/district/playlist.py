"""The wall's playlist (大屏播放单): which scenes, in which order, how long. Part of the district pack."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SceneKind(StrEnum):
    """What a scene shows."""

    OVERVIEW = "overview"
    CHAIN = "chain"
    LAND = "land"
    PROJECTS = "projects"
    SPACE = "space"
    ALERTS = "alerts"


class Scene(BaseModel):
    """One scene: ``chain`` its chain's key, ``query`` a selection as a page's link has it, ``seconds`` it stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: SceneKind
    chain: str = ""
    query: str = ""
    seconds: int = Field(20, ge=5, le=600)

    @model_validator(mode="after")
    def _chain_where_needed(self) -> Self:
        if (self.kind is SceneKind.CHAIN) != bool(self.chain):
            raise ValueError("kind 为 chain 的一幕须写 chain，其余不写")
        return self

    @property
    def key(self) -> str:
        """Name of the scene in commands and links: ``overview``, ``chain:fashion``."""
        return f"{self.kind}:{self.chain}" if self.chain else str(self.kind)


class Playlist(BaseModel):
    """The scenes in order. ``resume_seconds``: a touched wall waits so long before it goes on by itself.

    ``deep_seconds``: it shows a town, chain or metric so long before it returns to the scene.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    scenes: tuple[Scene, ...] = Field(min_length=1)
    resume_seconds: int = Field(60, ge=10, le=3600)
    deep_seconds: int = Field(30, ge=10, le=600)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        keys = [s.key for s in self.scenes]
        if twice := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"scenes 重复：{'、'.join(twice)}")
        return self

    def index(self, key: str) -> int | None:
        """Return the position of a scene; ``None`` when the playlist has none of this key."""
        return next((i for i, s in enumerate(self.scenes) if s.key == key), None)


class Action(StrEnum):
    """What the remote may ask of a wall."""

    SHOW = "show"
    PAUSE = "pause"
    PLAY = "play"
    NEXT = "next"
    PREVIOUS = "previous"


class Command(BaseModel):
    """One press on the remote.

    ``scene``: key of the scene to show; ``deep``: ``town:<key>`` or ``chain:<key>``, either with ``/<metric>``, or
    ``metric:<key>`` of the whole district.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: Action
    scene: str = Field("", max_length=80)
    deep: str = Field("", pattern=r"^((town|chain):[a-z][a-z0-9_-]*(/[a-z][a-z0-9_]*)?|metric:[a-z][a-z0-9_]*)?$")
