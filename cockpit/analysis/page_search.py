"""What the search in the head finds beside enterprises: areas, chains, projects and parks."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit import cache
from cockpit.analysis.search import NameDirectory, PageResult, index_names
from cockpit.calendar import months as m
from cockpit.calendar.dates import as_date
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import PinyinLookup, group_name
from cockpit.snapshot import Snapshot

PageDirectory = NameDirectory[PageResult]


def page_directory(data: Snapshot, pinyin: PinyinLookup) -> PageDirectory:
    """Return the directory of areas, chains, parks and projects of a snapshot from its cache, built on first use."""
    return data.cache.get_or_compute(cache.PAGES, (), lambda: index_names(list(_entries(data)), pinyin, {}))


def _entries(data: Snapshot) -> Iterator[PageResult]:
    district = data.district
    for town in district.towns:
        yield PageResult(district.terms.part, town.name, town.short, "", "/", (("towns", (town.key,)),))
    for chain in district.chains:
        yield PageResult("产业链", chain.name, chain.name, chain.summary, f"/chain/{chain.key}", chain_key=chain.key)
    yield from _parks(data)
    yield from _projects(data)


def _parks(data: Snapshot) -> Iterator[PageResult]:
    """Yield each park once, in its newest year's town."""
    rows = data.ledgers["park"].to_dict("records")
    by_name = {str(row["name"]): str(row["town"]) for row in sorted(rows, key=lambda row: int(row["year"]))}
    for name, town in by_name.items():
        yield PageResult("园区", name, name, _town(data, town), "/space", (("towns", (town,)),), "parks")


def _projects(data: Snapshot) -> Iterator[PageResult]:
    """Yield each project, shown among those of its town and chain that were signed in its month."""
    for row in data.ledgers["project"].to_dict("records"):
        signed, chain, town = as_date(row["signed_on"]), str(row["chain"]), str(row["town"])
        month = signed.year * 100 + signed.month if signed else 0
        query = (("towns", (town,)), ("chains", (chain,) if chain else ()), ("period", m.iso(month) if month else ""))
        name = str(row["name"])
        yield PageResult("项目", name, name, _town(data, town), "/projects", query, "list", chain)


def _town(data: Snapshot, key: str) -> str:
    return group_name(data.district, Grouping.TOWN, key)[0]
