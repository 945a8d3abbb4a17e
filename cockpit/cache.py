"""Caches of computed results. Each region is declared here with its bound; the threads of a process share them.

A cache belongs to one data version: it is in the snapshot (``Snapshot.cache``), or in a repository, which keeps the newest
version's. So no entry is ever invalidated: it goes with its version, or as the least recently used of its region.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cachetools import LRUCache

_T = TypeVar("_T")
_FEW = 8
_MEGABYTE = 2**20


def _nbytes(value: Any) -> int:
    return int(value.nbytes)


def _pair_nbytes(pair: Any) -> int:
    """Return the bytes of two snapshots' cubes, and as much again for what their caches fill and sum up of them."""
    return 2 * int(pair[0].cube.nbytes + pair[1].cube.nbytes)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A named part of a cache: at most ``maxsize`` entries, or units of ``sizeof`` together; ``None`` = every entry stays.

    The newest ``at_least`` entries stay even if they exceed that, since one response may need as many; of them, as many as
    ``at_most`` units hold (``None``: all). A single entry stays however large it is.
    The least recently used entry goes first, or with ``fifo`` the oldest. A region with ``fifo``, which counts entries, or
    without a bound is a plain dict, read without a lock: a page reads it two hundred times, and cachetools' FIFO cache hashes
    a key three times over.
    """

    name: str
    maxsize: int | None
    sizeof: Callable[[Any], int] | None = None
    fifo: bool = False
    at_least: int = 1
    at_most: int | None = None

    def weight(self, value: Any) -> int:
        """Return what an entry counts of ``maxsize``: its units, at most the share of one of ``at_least``.

        One so large that ``at_least`` of them would exceed ``at_most`` counts its share of that.
        """
        assert self.sizeof is not None
        assert self.maxsize is not None
        units = self.sizeof(value)
        counted = min(units, self.maxsize // self.at_least)
        if self.at_most is not None:
            counted = max(counted, -(-units * self.maxsize // self.at_most))
        return min(counted, self.maxsize)  # cachetools refuses what is larger than the whole cache


# Of a snapshot: sums of the cube.
#: Group indexes and sums by filter: cheap and small, sixty new ones and hundreds of reads with each change of filter.
SUMS = Region("sums by filter", 1024, fifo=True)
#: Which months and joint runs each cell covers.
COVERAGE = Region("coverage by cell", 1)
#: Sets of covered months by their flags: few differ.
COVERED_MONTHS = Region("covered months", 256, fifo=True)
#: Months of values and of their comparison, by filter and period.
WINDOWS = Region("windows", 1024, fifo=True)
#: The values and the flags that all sums start from: two entries a measure.
FILLED_VALUES = Region("filled values", None)
#: Land or number of enterprises by cell: costly among half a million; a page needs forty sets of months, whatever is filtered.
FIRMS_BY_CELL = Region("firms by cell", 256)
#: Land by cell for each month of a trend.
TRAILING_LAND = Region("trailing land", _FEW)

# Of a snapshot: what is made of its ledgers once a data version, whatever is selected.
#: One table view a ledger.
LEDGERS = Region("ledgers", None)
#: Number of enterprises by grade, area and industry: one entry a year.
GRADE_COUNTS = Region("grade counts", None)
#: The targets by year, metric and scope.
TARGETS = Region("targets", 1)
#: What the search box looks names up in.
DIRECTORY = Region("search directory", 1)
#: What else the search box finds.
PAGES = Region("search directory of pages", 1)
#: The directory of each drop-down of the filters, by area and drop-down.
OPTIONS = Region("options of the filters", 64)
#: The register with its industries.
REGISTER = Region("register", 1)
#: Which enterprises are members of the platform.
PLATFORM_MEMBERS = Region("platform members", 1)
#: Carriers of innovation.
CARRIERS = Region("carriers", 1)
#: Stages of each chain's map.
CHAIN_MAPS = Region("chain maps", 1)
#: Policies with their terms.
POLICIES = Region("policies", 1)
#: Parks by year.
PARKS = Region("parks", 1)

# Of a snapshot: by day, month or year. Users look at few periods, each costs tens of milliseconds.
#: What was invested in each project as of a month's end.
INVESTED = Region("investment as of a month's end", 64)
#: Projects as of a day, and each as it is listed.
PROJECTS = Region("projects as of a day", _FEW)
PROJECT_ROWS = Region("rows of the project list", _FEW)
CHAIN_PROJECT_ROWS = Region("rows of a chain's project list", _FEW)
#: Renewal projects as of a month, and each as it is listed.
RENEWAL = Region("renewal as of a month", _FEW)
RENEWAL_ROWS = Region("rows of the renewal list", _FEW)
#: Remediation entries as of a day, their credit codes, and each as the board lists it.
REMEDIATION = Region("remediation as of a day", _FEW)
REMEDIATION_CODES = Region("credit codes under remediation", _FEW)
REMEDIATION_ROWS = Region("rows of the remediation board", _FEW)
#: The platform's rows up to a month, its months for a chart, and its new tax so far.
PLATFORM = Region("platform until a month", _FEW)
PLATFORM_MONTHS = Region("months of the platform", _FEW)
PLATFORM_TAX = Region("new tax of the platform", _FEW)
#: Values of the platform and the names of their months: filters don't change them, a page asks for some sixteen by period
#: and comparison.
PLATFORM_VALUES = Region("values of the platform", 96)
#: People by category and year.
TALENT = Region("talent until a year", _FEW)
#: Grades by credit code: one entry a year.
GRADES_BY_CODE = Region("grades by credit code", _FEW)
#: Rows of the overview's systems: by period, and by the filters that their ledgers know.
SYSTEMS = Region("systems of the overview", 256)

# Of a snapshot: by published evaluation. The arrays of a province's take megabytes.
#: Its firms as columns, their totals by dimension, its rules as text, and the firms below its D line.
EVALUATION_FIRMS = Region("firms of an evaluation", _FEW)
EVALUATION_TOTALS = Region("totals of an evaluation", _FEW)
EVALUATION_RULES = Region("rules of an evaluation", _FEW)
LOW_FIRMS = Region("firms below the D line", _FEW)
#: Firms of two evaluations side by side.
EVALUATION_MATCHES = Region("matches of two evaluations", _FEW)
#: Sort keys of the list of firms: one entry a column that somebody sorted by.
FIRM_SORT_KEYS = Region("sort keys of the firm list", 24)

# Of a snapshot whose monthly facts are in another engine.
#: Positions of the enterprises in the files of columns: of the newest list only, which grows with each file that is made.
FILE_POSITIONS = Region("positions in files", 1)

# Of a repository.
#: Rows of enterprises, evaluations, medians: small, one statement each.
QUERIES = Region("query results", 256)
#: Areas that somebody drilled down to; each carries a cube and a cache of its own.
AREAS = Region("areas", 16)
#: Sums by enterprise: 24 bytes an enterprise each, eight more once sorted, as much again for 可比口径.
FIRM_TOTALS = Region("firm totals", 12)
#: Pairs of snapshots over the rows that count in a comparison: a series in 可比口径 has a pair a point. Those of 3,000
#: enterprises and 24 months have up to 9 MB; where a series' don't fit, they are summed from the firm columns again.
COUNTED = Region("snapshots of counted rows", 16 * _MEGABYTE, _pair_nbytes, at_least=16, at_most=96 * _MEGABYTE)
#: Spans of joint rows by enterprise: of a snapshot, and of a repository.
JOINT = Region("spans of joint rows", _FEW)
#: Columns of monthly values: all months and measures of a few thousand enterprises, or the usual ones of ten times more.
FIRM_COLUMNS = Region("firm columns", 24 * _MEGABYTE, _nbytes)


_MISSING: Any = object()


class Cache:
    """Results by region and key. Threads that miss the same key at once each compute it; any of their results may stay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stores: dict[Region, MutableMapping[Hashable, Any]] = {}

    def get_or_compute(self, region: Region, key: Hashable, compute: Callable[[], _T]) -> _T:
        """Return the cached result of ``key``, else store and return what ``compute`` returns. ``None`` is a result, too."""
        store = self._stores.get(region)
        result = _MISSING
        if store is not None:
            if region.fifo or region.maxsize is None:
                result = store.get(key, _MISSING)
            else:
                with self._lock:
                    result = store.get(key, _MISSING)
        if result is not _MISSING:
            return result  # type: ignore[no-any-return]
        value = compute()
        self.put(region, key, value)
        return value

    def get(self, region: Region, key: Hashable) -> Any:
        """Return the cached result of ``key``, ``None`` when there is none."""
        with self._lock:
            store = self._stores.get(region)
            return None if store is None else store.get(key)

    def put(self, region: Region, key: Hashable, value: Any) -> None:
        """Store a result; the region drops what exceeds its bound. A result larger than the bound is the only one left."""
        with self._lock:
            store = self._stores.get(region)
            if store is None:
                store = self._stores[region] = _new_store(region)
            if region.fifo and len(store) >= (region.maxsize or 0) and key not in store:
                del store[next(iter(store))]  # a dict is in the order of entry
            store[key] = value


def _new_store(region: Region) -> MutableMapping[Hashable, Any]:
    if region.fifo or region.maxsize is None:
        return {}
    return LRUCache(region.maxsize, getsizeof=region.weight if region.sizeof else None)
