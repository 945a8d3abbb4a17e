"""The district pack as a coarser cube shows it: merged groups among its towns and chains, and what captions say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cockpit.contracts.sheets import ENTERPRISES, MONTHLY
from cockpit.cube.cube import stored
from cockpit.disclosure.cell_groups import (
    ALL_CHAINS,
    ALL_MEASURES,
    ALL_TOWNS,
    LAND,
    MERGED_CHAIN,
    CellGroups,
    Coarsening,
    Level,
    merged_town_key,
)
from cockpit.district.areas import Area
from cockpit.district.district import Chain, District
from cockpit.district.geo import MapGeometry
from cockpit.district.zones import LayoutZone, ZoneLayout

_MERGED_CHAIN_NAME, _ALL_CHAINS_NAME = "其他产业链（合并）", "全部产业链（合并）"


def coarsen_district(district: District, coarsening: Coarsening, *more: CellGroups) -> District:
    """Return the pack with merged towns in the place of theirs (塘栖镇等2个镇街), and what chains are merged into.

    No town has parts: one level of areas is shown. ``more``: groups of other data, whose merged towns stand beside the towns.
    """
    levels = set(coarsening.levels.values())
    towns = list(_towns(district, coarsening.groups, more))
    if Level.WHOLE in levels:
        towns.append(_area(ALL_TOWNS, district.towns, f"全部{district.terms.part}（合并）", "全部（合并）"))
    chains = list(district.chains)
    if coarsening.groups.chains:
        chains.append(Chain(key=MERGED_CHAIN, name=_MERGED_CHAIN_NAME))
    if levels & {Level.TOWNS, Level.WHOLE}:
        chains.append(Chain(key=ALL_CHAINS, name=_ALL_CHAINS_NAME))
    layout = _layout(district.layout, coarsening.groups)
    return district.model_copy(update={"towns": tuple(towns), "chains": tuple(chains), "layout": layout})


def _towns(district: District, groups: CellGroups, more: Sequence[CellGroups]) -> Iterator[Area]:
    added = {merged_town_key(run): run for each in more for run in each.towns if run not in groups.towns}
    emitted = set()
    for town in district.towns:
        key = groups.shown_town.get(town.key, town.key)
        if key == town.key:
            yield town.model_copy(update={"parts": ()})
        elif key not in emitted:
            yield _merged_town(district, key, next(run for run in groups.towns if town.key in run))
        emitted.add(key)
        for other in [key for key, run in added.items() if run[0] == town.key]:
            yield _merged_town(district, other, added[other])


def _merged_town(district: District, key: str, run: Sequence[str]) -> Area:
    towns = [town for town in district.towns if town.key in run]
    count = f"等{len(towns)}个"
    return _area(key, towns, f"{towns[0].name}{count}{district.terms.part}", f"{towns[0].short}{count}")


def _area(key: str, towns: Sequence[Area], name: str, short: str) -> Area:
    return Area(key=key, code=towns[0].code, name=name, short=short, tile=towns[0].tile)


def _layout(layout: ZoneLayout | None, groups: CellGroups) -> ZoneLayout | None:
    """Return the layout by the towns that are shown; none where a merged town reaches beyond a zone."""
    if layout is None:
        return None
    zones = []
    for zone in layout.areas:
        if any(set(run) & set(zone.towns) and not set(run) <= set(zone.towns) for run in groups.towns):
            return None
        towns = tuple(dict.fromkeys(groups.shown_town.get(town, town) for town in zone.towns))
        zones.append(LayoutZone(name=zone.name, role=zone.role, towns=towns))
    return layout.model_copy(update={"areas": tuple(zones)})


def coarsen_geometry(geometry: MapGeometry, groups: CellGroups) -> MapGeometry:
    """Return the map with the borders of merged towns under the key of their group, its label at the first one's."""
    rings, labels = dict(geometry.rings), dict(geometry.labels)
    for run in groups.towns:
        known, key = [town for town in run if town in geometry.rings], merged_town_key(run)
        if known:
            rings[key] = tuple(ring for town in known for ring in geometry.rings[town])
            labels[key] = geometry.labels[known[0]]
    return MapGeometry(rings, labels)


def merged_caption(district: District) -> str:
    """Say why groups are merged."""
    return f"为保护单个企业的数据，企业少于{district.thresholds.disclosure_minimum_firms}家的分组已合并"


def merged_notes(coarsening: Coarsening, district: District) -> tuple[str, ...]:
    """Say what a reader of the merged groups has to know: which chains lack a part, and what is shown by larger groups only.

    ``district``: the pack itself or ``coarsen_district`` of it.
    """
    merged = {chain for _, chain in coarsening.groups.chains}
    names = "、".join(chain.name for chain in district.chains if chain.key in merged)
    notes = [f"{names}不含并入“{_MERGED_CHAIN_NAME}”的部分"] if names else []
    part, whole = district.terms.part, district.terms.whole
    for level, text in (
        (Level.TOWNS, f"只按{part}合计，不分产业链和行业"),
        (Level.WHOLE, f"只有{whole}合计，不分{part}、产业链和行业"),
        (Level.NOTHING, "不显示：多数来自个别企业"),
    ):
        if measures := [measure for measure in ALL_MEASURES if coarsening.levels[measure] is level]:
            notes.append("、".join(map(_measure_label, measures)) + text)
    return tuple(notes)


def _measure_label(measure: str) -> str:
    """Return the label of the column that a measure is the sum of."""
    if measure == LAND:
        return ENTERPRISES.column("land_mu").label
    return MONTHLY.column("staff" if measure == "staff_months" else stored(measure)[0]).label
