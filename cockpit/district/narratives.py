"""Texts of a pack beside the values: on the platform, a park, and firms that public reports name; with sources."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Service(BaseModel):
    """A service of the platform (时尚E家): through which channel, what it is called, what it does."""

    model_config = _FROZEN
    channel: Literal["线上", "线下"]
    title: str
    text: str


class PlatformNarrative(BaseModel):
    """What the platform is for and what it does; ``source``: where the text comes from."""

    model_config = _FROZEN
    name: str
    summary: str
    problems: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    source: str = ""


class ChainFact(BaseModel):
    """A firm of a chain that a public report names, in the report's own text; no value of the cockpit counts it.

    ``stage``: where it stands on the chain's map, '' when the report doesn't name it; ``source``: which report.
    """

    model_config = _FROZEN
    chain: str
    stage: str = ""
    name: str
    role: str = ""
    text: str
    source: str


class ParkBenchmark(BaseModel):
    """What parks are compared with: tax per mu (万元/亩) of, say, a plain factory, and where that is published."""

    model_config = _FROZEN
    name: str
    tax_per_mu_wan: float = Field(gt=0)
    source: str = ""


class LabelledFact(BaseModel):
    """A fact about the park under a label, both as shown."""

    model_config = _FROZEN
    label: str
    text: str


class ParkNarrative(BaseModel):
    """A park as a worked example: who made it together, and facts; its values come from the data."""

    model_config = _FROZEN
    park: str
    title: str
    parties: tuple[str, ...] = ()
    facts: tuple[LabelledFact, ...] = ()
    source: str = ""
