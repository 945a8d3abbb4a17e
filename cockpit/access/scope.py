"""The scope of an account: the areas whose rows it may see, and the sheets that it fills in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.contracts.sheets import SHEETS
from cockpit.district.district import District
from cockpit.errors import UsageError

#: Areas that are named one by one.
_MAX_NAMED = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """``areas``: keys of areas at any depth, none inside another, in the pack's order; () = everything.

    ``sheets``: titles of the sheets that the account's rights to data are for; () = all of them.
    """

    areas: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether all areas are in it."""
        return not self.areas


def parse_scope(areas: Sequence[str], sheets: Sequence[str], district: District) -> Scope:
    """Build a scope of the names of areas and of sheets. Raises ``UsageError``, which lists every unknown name at once."""
    matches = {name: district.find_area(name) for name in areas}
    faults = []
    if unknown := [name for name, area in matches.items() if area is None]:
        known = "、".join(town.name for town in district.towns[:12])
        faults.append(f"没有{district.terms.part}“{'、'.join(unknown)[:80]}”。可用：{known}")
    known_sheets = [sheet.title for sheet in SHEETS]
    if unknown := [name for name in sheets if name not in known_sheets]:
        faults.append(f"没有表“{'、'.join(unknown)[:80]}”。可用：{'、'.join(known_sheets)}")
    if faults:
        raise UsageError("；".join(faults) + "。")
    chosen = {area.key for area in matches.values() if area is not None}
    inner = {below.key for key in chosen for below in district.by_key[key].subtree() if below.key != key}
    ordered = tuple(key for key in district.by_key if key in chosen - inner)
    return Scope(ordered, tuple(title for title in known_sheets if title in set(sheets)))


def scope_name(scope: Scope, district: District) -> str:
    """Name the areas of a scope, by their short names from the fourth on; the district for everything."""
    if scope.is_everything:
        return district.name
    return "、".join(district.by_key[key].name for key in scope.areas)


def scoped_district(district: District, areas: Sequence[str]) -> District:
    """Return the pack as if the district were these areas alone (access.md, 1); all of it for none.

    One area with parts is shown by its parts. Raises ``KeyError`` for an area that is unknown.
    """
    if not areas:
        return district
    chosen = tuple(district.by_key[key] for key in areas)
    only = chosen[0] if len(chosen) == 1 else None
    name, short = ("、".join(getattr(area, field) for area in chosen) for field in ("name", "short"))
    if len(chosen) > _MAX_NAMED:
        name, short = (f"{first}等{len(chosen)}个{district.terms.part}" for first in (chosen[0].name, chosen[0].short))
    own = {
        "name": name,
        "short": short,
        "title": f"{district.title} · {short}",
        "code": only.code if only else district.code,
        "terms": only.terms if only and only.parts else district.terms.model_copy(update={"whole": short, "own": short}),
        "towns": only.parts if only and only.parts else chosen,
    }
    return district.part(**own, path=(), scope=tuple(areas))
