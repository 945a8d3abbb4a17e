"""The pure domain's inputs from plain rows: the same sheets that ``tests.oracle`` reads, with no loader and no database.

Frames have the dtypes of the real reader, so that a test of the domain meets what the product meets.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from pypinyin import lazy_pinyin

from cockpit.cache import Cache
from cockpit.calendar import months as m
from cockpit.catalogue.metrics import METRIC_BY_NAME
from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import EVALUATION_INPUTS, FEN_PER_WAN, MONTHLY, SHEETS
from cockpit.cube.cube import DIMENSIONS, MEASURES, build_cube
from cockpit.cube.firm_months import COLUMNS, MonthlyScan
from cockpit.cube.firm_totals import FirmTotals
from cockpit.enterprise_file import MONTH_MEASURES, WINDOW_MEASURES, EnterpriseFile, Origin
from cockpit.snapshot import DataVersion, LeafData, Snapshot
from data.database.reader import dtypes

_FACTS = (MONTHLY.table, EVALUATION_INPUTS.table)
_SUMMED = [column for column, _ in MEASURES.values() if column != "staff_months"]
_YI = 10**10  # 亿元 in 分


def snapshot(sheets, district, only=None):
    """A snapshot of these sheets; ``only``: credit codes whose monthly rows (and land) count."""
    register = {f["credit_code"]: f | {"division": str(f["industry_code"])[:2]} for f in fields("企业名录", sheets, district)}
    monthly = [r for r in fields("月度经营", sheets, district) if only is None or r["credit_code"] in only]
    ledgers = {s.table: frame(s, fields(s.title, sheets, district)) for s in SHEETS if s.table not in _FACTS}
    ledgers["project_versions"] = ledgers["project"].assign(batch_id=1, replaced_by=math.nan)
    cells = pd.DataFrame.from_records(list(register.values()), columns=["credit_code", "town", "division", "chain"])
    ledgers["remediation"] = ledgers["remediation"].merge(cells.astype("str"), on="credit_code", how="left")
    cube = build_cube(_cube_rows(register, monthly), _presence(register, monthly))
    version = DataVersion(1, datetime(2023, 7, 16, 1, 30, tzinfo=UTC))
    by_code = defaultdict(list)
    for row in monthly:
        by_code[row["credit_code"]].append(row)
    leaf_data = LeafData(ledgers, _grades(register, sheets.get("评价结果", ())))
    return Snapshot.build(version, district, cube, leaf_data, PlainSource(by_code))


def pinyin_of(names):
    """Return the syllables of each name, as the library gives them."""
    return [lazy_pinyin(name, errors=list) for name in names]


def with_earlier_batch(repository, day):
    """The repository as if the projects' ledger had been handed in on ``day``, and again later, as it is now."""
    now = repository.current.ledgers["project"]
    dates = ("signed_on", "started_on", "completed_on", "in_production_on")
    before = now[now["signed_on"] <= day]
    before = before.assign(**{c: before[c].where(before[c] <= day) for c in dates})
    versions = [now.assign(batch_id=2, replaced_by=math.nan), before.assign(batch_id=1, replaced_by=2.0)]
    repository.current.ledgers["project_versions"] = pd.concat(versions, ignore_index=True)
    return repository


class PlainMonths:
    """``FirmMonths`` over plain rows, one number at a time; in an order of its own, a stranger among them."""

    def __init__(self, monthly, codes):
        self.monthly, self.codes = monthly, list(codes)
        self.stored = ["stranger", *reversed(self.codes)]

    def __len__(self):
        return len(self.codes)

    def take(self, firms):
        return PlainMonths(self.monthly, [self.codes[i] for i in firms])

    def scan(self, names, months):
        indices = np.arange(len(self.codes), 0, -1)
        return MonthlyScan(len(self.stored), indices, self._months(names, months))

    def _months(self, names, months):
        for expected in sorted(months):
            rows = [self._row(each, expected) for each in self.stored]
            yield expected, [np.array([self._cell(row, name) for row in rows]) for name in names]

    def _row(self, each, expected):
        if each == "stranger":
            return dict.fromkeys(COLUMNS, 7.0) | {"span": 3 if expected % 2 else 1}
        return next((r for r in self.monthly.get(each, ()) if r["month"] == expected), None)

    @staticmethod
    def _cell(row, name):
        value = None if row is None else row[name]
        return (0.0 if name == "span" else math.nan) if value is None else float(value)


class PlainSource:
    """``cockpit.snapshot.FirmMonthsSource`` over plain rows: code -> rows by field name."""

    def __init__(self, monthly):
        self.monthly = monthly
        self.cache = Cache()

    def from_firm_months(self, data, key, compute, region):
        return self.cache.get_or_compute(region, key, lambda: compute(PlainMonths(self.monthly, data.cube.firm_code)))


class RowsRepository:
    """``cockpit.snapshot.Repository`` over plain rows."""

    def __init__(self, sheets, district):
        self.sheets, self.district = sheets, district
        self.register = {f["credit_code"]: f for f in fields("企业名录", sheets, district)}
        self.cells = {c: _cell_of(f | {"division": str(f["industry_code"])[:2]}) for c, f in self.register.items()}
        self.monthly = defaultdict(list)
        for row in fields("月度经营", sheets, district):
            self.monthly[row["credit_code"]].append(row)
        self.current = snapshot(sheets, district)

    def snapshot(self):
        return self.current

    def pinyin(self, names):
        return pinyin_of(names)

    def drill_down(self, data, area):
        assert not area
        return data

    def firm_totals(self, data, measure, months, base_months):
        column, scale = MEASURES[measure]
        at, sums = [], []
        full = (list(months), list(base_months))
        for i, code in enumerate(data.cube.firm_code):
            rows = {r["month"]: r for r in self.monthly[code]}
            dropped = {
                i
                for r in rows.values()
                for side in full
                if 0 < len(set(side) & (run := {m.shift(r["month"], -back) for back in range(r["span"])})) < len(run)
                for i, x in enumerate(side)
                if x in run
            }
            months, base_months = ([x for i, x in enumerate(side) if i not in dropped] for side in full)
            if not any(_covers(r, months) or _covers(r, base_months) for r in rows.values()):
                continue
            pairs = list(zip(months, base_months, strict=True)) if base_months else []
            sides = [months, base_months, months, base_months]
            if pairs and all(any(x in rows for x in side) for side in (months, base_months)):
                both = self._both(rows.values(), pairs)
                sides[2:] = [[a for a, _ in both], [b for _, b in both]]
            totals = [_total(rows[x][column] for x in side if x in rows) for side in sides]
            at.append(i)
            sums.append([math.nan if total is None else total / scale for total in totals])
        arrays = np.array(sums, dtype=np.float64).reshape(-1, 4).T
        return FirmTotals(data.firm_register, np.array(at, dtype=np.int64), *arrays)

    @staticmethod
    def _both(rows, pairs):
        """The pairs of months that the rows cover on both sides, no joint row divided."""
        runs = [[m.shift(r["month"], -back) for back in range(r["span"])] for r in rows]
        remaining = pairs
        while True:
            sides = [{a for a, _ in remaining}, {b for _, b in remaining}]
            covered = [{x for run in runs if set(run) <= side for x in run} for side in sides]
            left = [(a, b) for a, b in remaining if a in covered[0] and b in covered[1]]
            if left == remaining:
                return remaining
            remaining = left

    def enterprise(self, data, code):
        if code not in self.register:
            return None
        rows = sorted(self.monthly[code], key=lambda r: r["month"])
        records = [{"month": r["month"], "span": r["span"], **{n: _measure(r, n) for n in MONTH_MEASURES}} for r in rows]
        types = {"month": "int64", "span": "int64", **dict.fromkeys(MONTH_MEASURES, "float64")}
        frame = pd.DataFrame(records, columns=list(types), dtype=object).astype(types)
        return EnterpriseFile(code, frame, tuple(self._origins(code)))

    def _origins(self, code):
        """As if all sheets stood in one file, under a heading each."""
        mine = {"project": ("investor", self.register[code]["name"], "project_no")}
        keys = {
            "enterprise": None,
            "monthly": "month",
            "evaluation_input": "year",
            "remediation": "kind",
            "project": "project_no",
        }
        when = self.current.version.published_at
        for sheet in SHEETS:
            if sheet.table in keys:
                column, expected, key = mine.get(sheet.table, ("credit_code", code, keys[sheet.table]))
                for at, row in enumerate(fields(sheet.title, self.sheets, self.district), 2):
                    if row[column] == expected:
                        name = "" if key is None else str(row[key])
                        yield Origin(sheet.table, name, sheet.title, at, 1, "报表.xlsx", "王", when)

    def chain_firms(self, data, chain, windows):
        records = []
        for code, cell in sorted(self.cells.items()):
            inside = [[r for r in self.monthly[code] if first <= r["month"] <= last] for first, last in windows]
            if cell["chain"] == chain and cell["kind"] == "规上" and any(inside):
                row = {
                    "credit_code": code,
                    "name": self.register[code]["name"],
                    "land_mu": self.register[code]["land_mu"],
                    **cell,
                }
                sums = {
                    f"{n}_{i}": _total(_measure(r, n) for r in rows) for i, rows in enumerate(inside) for n in WINDOW_MEASURES
                }
                records.append(row | sums)
        names = [f"{n}_{i}" for i in range(len(windows)) for n in WINDOW_MEASURES]
        columns = ["credit_code", "name", "town", "division", "stage", "role", "land_mu", *names]
        types = dict.fromkeys(("land_mu", *names), "float64")
        return pd.DataFrame(records, columns=columns).astype(types)

    def chain_medians(self, data, chain, measure, run):
        groups = defaultdict(list)
        for code, cell in self.cells.items():
            for row in self.monthly[code] if cell["chain"] == chain and cell["kind"] == "规上" else ():
                if run[0] <= row["month"] <= run[1] and _measure(row, measure) is not None:
                    groups[(row["month"], row["span"])].append(_measure(row, measure))
        records = [(*key, statistics.median(values), len(values)) for key, values in sorted(groups.items())]
        types = {"month": "int64", "span": "int64", "median": "float64", "firms": "int64"}
        return pd.DataFrame(records, columns=list(types)).astype(types)


def _covers(row, months):
    return any(m.shift(row["month"], -back) in months for back in range(row["span"]))


def _measure(row, name):
    """A measure of a monthly row in the catalogue's unit."""
    if name == "covered":
        return row["span"]
    if name in ("staff_months", "staffed", "staff"):
        value = {"staff_months": _times(row["staff"], row["span"]), "staffed": row["span"], "staff": row["staff"]}[name]
        return None if row["staff"] is None else value
    column, unit = MEASURES[name]
    return None if row[column] is None else row[column] / unit


def fields(title, sheets, district):
    """Rows of a sheet by field name, each cell as the database stores it."""
    [sheet] = [s for s in SHEETS if s.title == title]
    rows = []
    for row in sheets.get(title, ()):
        cells = {c.field: _cell(c, row.get(c.header, row.get(c.label)), district) for c in sheet.columns}
        rows.append(cells | ({"span": row.get("_span", 1)} if title == "月度经营" else {}))
    return rows


def frame(sheet, rows):
    """A ledger's frame as the reader gives it."""
    types = dtypes(sheet.table)
    return pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)


def _cell(column, value, district):
    if value is None:
        return None
    match column.kind:
        case Kind.MONTH:
            return int(value.replace("-", ""))
        case Kind.MONEY:
            return round(value * (_YI if column.unit == "亿元" else FEN_PER_WAN))
        case Kind.TOWN:
            return district.find_town(value).key
        case Kind.CHAIN:
            return district.find_chain(value).key
        case Kind.SCOPE:
            town, chain = district.find_town(value), district.find_chain(value)
            return f"town:{town.key}" if town else f"chain:{chain.key}" if chain else "district"
        case Kind.METRIC:
            return METRIC_BY_NAME[value].key
        case Kind.INDUSTRY:
            return str(value)
        case _:
            return value


def _cell_of(firm):
    return {d: firm[d] or "" for d in DIMENSIONS}


def _total(values):
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def _cube_rows(register, monthly):
    groups = defaultdict(list)
    for row in monthly:
        cell = _cell_of(register[row["credit_code"]])
        groups[(row["month"], *cell.values())].append(row | {"staff_months": _times(row["staff"], row["span"])})
    rows = [
        dict(zip(("month", *DIMENSIONS), key, strict=True))
        | {"max_span": max(r["span"] for r in group)}
        | {column: _total(r[column] for r in group) for column in (*_SUMMED, "staff_months")}
        for key, group in groups.items()
    ]
    types = {"month": "int64", **dict.fromkeys(DIMENSIONS, "str"), "max_span": "int64"}
    types |= dict.fromkeys((*_SUMMED, "staff_months"), "float64")
    return pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)


def _times(staff, months):
    return None if staff is None else staff * months


def _presence(register, monthly):
    bits = defaultdict(int)
    for row in monthly:
        for back in range(row["span"]):
            bits[row["credit_code"]] |= 1 << (m.distance(200001, row["month"]) - back)
    rows = [
        {
            "credit_code": c,
            **_cell_of(register[c]),
            "land_mu": register[c]["land_mu"],
            "bits": b.to_bytes((b.bit_length() + 7) // 8, "little"),
        }
        for c, b in bits.items()
    ]
    types = {"credit_code": "str", **dict.fromkeys(DIMENSIONS, "str"), "land_mu": "float64", "bits": "object"}
    return pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)


def _grades(register, rows):
    years = defaultdict(list)
    for row in rows:
        cell = _cell_of(register[row["统一社会信用代码"]])
        years[row["年份"]].append({"credit_code": row["统一社会信用代码"], "grade": row["等级"], **cell})
    return {year: pd.DataFrame(records).astype("str") for year, records in years.items()}
