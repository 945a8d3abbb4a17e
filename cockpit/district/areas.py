"""The areas of a pack: towns, or a tree of provinces, cities and counties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cockpit.district.terms import LevelTerms, with_level_terms

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Area(BaseModel):
    """A town or sub-district (镇街), or whatever the pack's areas are. ``key`` is used in links and tables, ``code`` is official.

    ``parts``: the areas that it is made of, in display order; ``terms``: what these are called, by default as its level
    calls them. ``tile``: its column and row on a map of tiles, where there is no map of borders.
    """

    model_config = _FROZEN
    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="链接里用的名称，小写字母、数字和连字符，如 tangqi")
    code: str = Field(pattern=r"^\d{12}$", description='十二位区划代码，加引号，如 "330113100000"')
    name: str = Field(description="全称，如 塘栖镇")
    short: str = Field(description="简称，如 塘栖")
    aliases: tuple[str, ...] = ()
    tile: tuple[int, int] | None = None
    terms: LevelTerms = LevelTerms()
    parts: tuple[Area, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete_terms(cls, fields: Any) -> Any:
        return with_level_terms(fields)

    def matches(self, name: str) -> bool:
        """Return whether ``name`` is its key, code (12 or the first 9 digits), name, short name or an alias."""
        return name in (self.key, self.code, self.code[:9], self.name, self.short, *self.aliases)

    def leaves(self) -> Iterator[Area]:
        """Iterate over its lowest areas; itself when it has no parts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def subtree(self) -> Iterator[Area]:
        """Iterate over itself and all areas below."""
        yield self
        for part in self.parts:
            yield from part.subtree()


def levels(towns: Sequence[Area]) -> Iterator[Sequence[Area]]:
    """Iterate over the areas shown together: ``towns``, and the parts of each area below that has any."""
    yield towns
    for area in breadth_first(towns):
        if area.parts:
            yield area.parts


def breadth_first(towns: Sequence[Area]) -> Iterator[Area]:
    """Iterate over all areas, those of a level before those below them."""
    level = list(towns)
    while level:
        yield from level
        level = [part for area in level for part in area.parts]


def matching_leaves(town: Area, name: str) -> Iterator[Area]:
    """Iterate over the leaves of ``town`` with this name; the name of an area above may stand before theirs."""
    if not town.parts:
        if town.matches(name):
            yield town
        return
    above = next((a for a in (town.name, town.short) if name.startswith(a) and name != a), "")
    for part in town.parts:
        yield from matching_leaves(part, name.removeprefix(above))


def only_area(areas: Iterable[Area]) -> Area | None:
    """Return the area when ``areas`` holds no other; ``None`` for several or none."""
    by_key = {area.key: area for area in areas}
    return next(iter(by_key.values())) if len(by_key) == 1 else None
