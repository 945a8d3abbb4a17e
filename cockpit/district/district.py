"""The district pack as values: areas, chains, thresholds, terms. Another district is another pack.

A pack may be a tree of areas (省 → 市 → 县): ``District.towns`` are the areas shown, one level of it, and ``for_area`` is
the same pack one or more levels deeper. What is published names the tree's lowest areas (``leaves``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from cockpit.calendar import clock
from cockpit.district.areas import Area, breadth_first, levels, matching_leaves, only_area
from cockpit.district.colors import assign_colors, parse_color
from cockpit.district.narratives import ChainFact, ParkBenchmark, ParkNarrative, PlatformNarrative
from cockpit.district.plans import RenewalPlan, TalentGoal, TalentPlan
from cockpit.district.spelling import nearest, squeeze, stem
from cockpit.district.terms import LevelTerms, with_level_terms
from cockpit.district.thresholds import Thresholds
from cockpit.district.zones import ZoneLayout

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Chain(BaseModel):
    """An industry chain (产业链). ``extra``: the view that this chain alone offers, as in the link's ``view``.

    ``color``: a name of ``colors.CHAIN_COLORS`` or a colour like #1A7FB3; '' = the next of the palette.
    """

    model_config = _FROZEN
    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="链接里用的名称，小写字母、数字和连字符，如 fashion")
    name: str = Field(description="名称，与工作簿的“产业链”列一致，如 时尚产业")
    aliases: tuple[str, ...] = ()
    summary: str = ""
    extra: Literal["", "platform", "green"] = ""
    color: Annotated[str, AfterValidator(parse_color)] = ""


_Entry = TypeVar("_Entry", Area, Chain)
#: Fields of a pack that belong to the whole only.
_WHOLE_ONLY_FIELDS = ("renewal_plan", "park_narrative", "platform", "layout", "talent_goals", "talent_plans", "facts")


class District(BaseModel):
    """A district pack. Towns and chains are in display order.

    ``name_prefixes``: the areas around, the widest first, as they stand before names of places and firms (浙江省, 杭州市).
    ``demonstration``: its figures are invented, and are labelled so wherever they are shown.
    ``terms``: by default what its level calls its parts and itself. ``pack``: the name or folder that it was read from.
    ``path``: (key, name) of the areas that lead to what is shown, from the whole (key '') to the area shown; empty for the
    whole. ``scope``: keys of an account's areas; empty for all.
    """

    model_config = _FROZEN
    key: str = Field(description="区县的名称，小写字母、数字和连字符，与文件夹同名，如 linping")
    pack: str = ""
    code: str = Field(description='六位行政区划代码，加引号，如 "330113"')
    name: str = Field(description="全称，如 临平区")
    short: str = Field(description="简称，如 临平")
    title: str = Field(description="页面左上角的标题，如 临平制造数字驾驶舱")
    name_prefixes: tuple[str, ...] = ()
    terms: LevelTerms = LevelTerms()
    towns: tuple[Area, ...] = Field(min_length=1, description="镇街（或下一级区域）的列表，每项写 key、code、name、short")
    path: tuple[tuple[str, str], ...] = ()
    scope: tuple[str, ...] = ()
    chains: tuple[Chain, ...] = Field(min_length=1, description="产业链的列表，每项写 key、name")
    thresholds: Thresholds = Thresholds()
    #: IANA time zone: today, and so what is overdue or still to come, is that of the district.
    timezone: str = clock.CHINA
    demonstration: bool = False
    renewal_plan: RenewalPlan | None = None
    park_benchmark: ParkBenchmark | None = None
    park_narrative: ParkNarrative | None = None
    platform: PlatformNarrative | None = None
    layout: ZoneLayout | None = None
    talent_goals: tuple[TalentGoal, ...] = ()
    talent_plans: tuple[TalentPlan, ...] = ()
    facts: tuple[ChainFact, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete_terms(cls, fields: Any) -> Any:
        return with_level_terms(fields)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"没有时区“{name[:40]}”。请写 Asia/Shanghai 这样的名称") from error
        return name

    @model_validator(mode="after")
    def _consistent(self) -> District:
        if faults := [*self._repeated(), *self._equal_colors(), *self._unknown_chains(), *self._faulty_zones()]:
            raise ValueError("；".join(faults))
        return self

    def _repeated(self) -> Iterator[str]:
        for what, names in (
            ("towns.key", [t.key for town in self.towns for t in town.subtree()]),
            *(("towns.name", [t.name for t in level]) for level in levels(self.towns)),
            ("chains.key", [c.key for c in self.chains]),
            ("chains.name", [c.name for c in self.chains]),
        ):
            if twice := sorted(name for name, times in Counter(names).items() if times > 1):
                yield f"{what}: 重复 {'、'.join(twice)}"

    def _equal_colors(self) -> Iterator[str]:
        try:
            assign_colors([(chain.key, chain.color) for chain in self.chains])
        except ValueError as error:
            yield str(error)

    def _unknown_chains(self) -> Iterator[str]:
        known = {c.key for c in self.chains}
        for what, named in (
            ("talent_plans.chain", {p.chain for p in self.talent_plans}),
            ("facts.chain", {f.chain for f in self.facts}),
        ):
            if unknown := sorted(named - known):
                yield f"{what}: 没有产业链 {'、'.join(unknown)}"

    def _faulty_zones(self) -> Iterator[str]:
        towns = [t for a in self.layout.areas for t in a.towns] if self.layout else []
        if unknown := sorted(set(towns) - {t.key for t in self.towns}):
            yield f"layout.areas.towns: 没有{self.terms.part} {'、'.join(unknown)}"
        if twice := sorted({t for t in towns if towns.count(t) > 1}):
            yield f"layout.areas.towns: 重复 {'、'.join(twice)}"

    def __copy__(self) -> District:
        """Copy the fields only: ``model_copy(update=…)`` must not keep cached properties of the old fields."""
        copy = super().__copy__()
        copy.__dict__.clear()
        copy.__dict__.update({name: getattr(self, name) for name in type(self).model_fields})
        return copy

    def today(self) -> date:
        """Return the day in the district's time zone."""
        return clock.today(self.timezone)

    @property
    def area(self) -> str:
        """Key of the area shown, '' for the whole."""
        return self.path[-1][0] if self.path else ""

    @property
    def whole_name(self) -> str:
        """Name of the whole that the area shown belongs to, '' where it is the whole itself."""
        return self.path[0][1] if self.path else ""

    @cached_property
    def leaves(self) -> tuple[Area, ...]:
        """The lowest areas of what is shown: what registers and ledgers name."""
        return tuple(leaf for town in self.towns for leaf in town.leaves())

    @cached_property
    def chain_colors(self) -> Mapping[str, str]:
        """The colour of each chain by its key: a name of the palette, or one of its own like #1A7FB3; no two are equal."""
        return assign_colors([(chain.key, chain.color) for chain in self.chains])

    @cached_property
    def by_key(self) -> Mapping[str, Area]:
        """Every area below, by its key."""
        return {area.key: area for area in breadth_first(self.towns)}

    @cached_property
    def shown_area_by_key(self) -> Mapping[str, str]:
        """Key of each area below -> key of the one of ``towns`` that holds it (itself, for one that is shown)."""
        return {below.key: town.key for town in self.towns for below in town.subtree()}

    @cached_property
    def _town_by_key(self) -> Mapping[str, Area]:
        return {town.key: town for town in self.towns}

    @cached_property
    def _chain_by_key(self) -> Mapping[str, Chain]:
        return {chain.key: chain for chain in self.chains}

    @property
    def is_flat(self) -> bool:
        """Whether the areas shown are the lowest ones."""
        return not any(town.parts for town in self.towns)

    @property
    def has_levels(self) -> bool:
        """Whether the pack is a tree, of which this is the top or an area."""
        return bool(self.path) or not self.is_flat

    @property
    def is_part(self) -> bool:
        """Whether rows of other areas were published as well."""
        return bool(self.path or self.scope)

    def part(self, **own: Any) -> District:
        """Return the pack of a part of it, with fields of its ``own``; what concerns the whole only is left out."""
        shared = set(type(self).model_fields) - set(_WHOLE_ONLY_FIELDS)
        return District(**({name: getattr(self, name) for name in shared} | own))

    def for_area(self, key: str) -> District:
        """Return the pack drilled down to an area at any depth; '' is what is shown now.

        What concerns the whole only (plans, narratives, goals) is left out for a part. Raises ``KeyError`` for an area
        that is unknown or has no parts.
        """
        if not key:
            return self
        town = self.town(self.shown_area_by_key[key])
        if not town.parts:
            raise KeyError(key)
        own = {name: getattr(town, name) for name in ("code", "name", "short", "terms")}
        path = (*(self.path or (("", self.name),)), (town.key, town.name))
        inner = self.part(**own, towns=town.parts, path=path)
        return inner if key == town.key else inner.for_area(key)

    def town(self, key: str) -> Area:
        """Return one of ``towns`` by key; raises ``KeyError`` when unknown."""
        return self._town_by_key[key]

    def chain(self, key: str) -> Chain:
        """Return a chain by key; raises ``KeyError`` when unknown."""
        return self._chain_by_key[key]

    def town_names(self, keys: Collection[str], *, short: bool = False) -> str:
        """Join the names of some of ``towns``, in the pack's order; raises ``KeyError`` for an unknown key."""
        return "、".join(t.short if short else t.name for t in _in_order(self.towns, keys))

    def chain_names(self, keys: Collection[str]) -> str:
        """Join the names of chains, in the pack's order; raises ``KeyError`` for an unknown key."""
        return "、".join(c.name for c in _in_order(self.chains, keys))

    def find_town(self, text: str) -> Area | None:
        """Find one of ``towns`` by key, name, short name, alias or code, with or without the district's name before it."""
        return self._find(text, lambda name: next((t for t in self.towns if t.matches(name)), None))

    def find_leaf(self, text: str) -> Area | None:
        """Find one of ``leaves`` as ``find_town``, with or without the names of the areas above; ``None`` when several match."""
        return self._find(text, lambda name: only_area(leaf for town in self.towns for leaf in matching_leaves(town, name)))

    def find_area(self, text: str) -> Area | None:
        """Find an area at any depth by key, name, short name, alias or code; of several that match the highest."""
        return self._find(text, lambda name: next((a for a in breadth_first(self.towns) if a.matches(name)), None))

    def _find(self, text: str, find: Callable[[str], Area | None]) -> Area | None:
        rest = squeeze(text)
        for prefix in (*self.name_prefixes, self.name, self.short):
            # 临平 is both the district and a town, so each form is tried before more is cut off.
            if area := find(rest):
                return area
            rest = rest.removeprefix(prefix)
        return find(rest)

    def find_chain(self, text: str) -> Chain | None:
        """Find a chain by key, name or alias; the ending 产业链 / 产业 / 链 may be missing or added."""
        name = squeeze(text)
        for chain in self.chains:
            names = {chain.key, chain.name, *chain.aliases}
            if name in names or stem(name) in {stem(n) for n in names}:
                return chain
        return None

    def nearest_leaf(self, text: str) -> str | None:
        """Find the leaf's name that looks most like ``text``, or ``None`` when none does."""
        return nearest(squeeze(text), [n for t in self.leaves for n in (t.name, t.short)])

    def nearest_chain(self, text: str) -> str | None:
        """Find the chain name that looks most like ``text``, or ``None`` when none does."""
        return nearest(squeeze(text), [c.name for c in self.chains])


def _in_order(entries: Sequence[_Entry], keys: Collection[str]) -> list[_Entry]:
    """Return the areas or chains with these keys in their own order. Raises ``KeyError`` for an unknown key."""
    if unknown := set(keys) - {entry.key for entry in entries}:
        raise KeyError(min(unknown))
    return [entry for entry in entries if entry.key in keys]
