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

from cockpit.calendar import months as m
from cockpit.catalogue.metrics import METRIC_BY_NAME
from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import EVALUATION_INPUTS, FEN_PER_WAN, MONTHLY, SHEETS
from cockpit.cube.cube import DIMENSIONS, MEASURES, build_cube
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
    cells = pd.DataFrame.from_records(list(register.values()), columns=["credit_code", "town", "division", "chain"])
    ledgers["remediation"] = ledgers["remediation"].merge(cells.astype("str"), on="credit_code", how="left")
    cube = build_cube(_cube_rows(register, monthly), _presence(register, monthly))
    version = DataVersion(1, datetime(2023, 7, 16, 1, 30, tzinfo=UTC))
    return Snapshot.build(version, district, cube, LeafData(ledgers, _grades(register, sheets.get("评价结果", ()))))


def pinyin_of(names):
    """Return the syllables of each name, as the library gives them."""
    return [lazy_pinyin(name, errors=list) for name in names]


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

    def comparable(self, data, months, base_months):
        return data.with_cube(snapshot(self.sheets, self.district, self.present(months) & self.present(base_months)).cube)

    def present(self, months):
        return {code for code, rows in self.monthly.items() if any(r["month"] in months for r in rows)}

    def firm_totals(self, data, measure, months, base_months):
        column, scale = MEASURES[measure]
        at, values, bases = [], [], []
        for i, code in enumerate(data.cube.firm_code):
            rows = [r for r in self.monthly[code] if r["month"] in months or r["month"] in base_months]
            if rows:
                value, base = (_total(r[column] for r in rows if r["month"] in chosen) for chosen in (months, base_months))
                at.append(i)
                values.append(math.nan if value is None else value / scale)
                bases.append(math.nan if base is None else base / scale)
        at = np.array(at, dtype=np.int64)
        return FirmTotals(data.firm_register, at, np.array(values), np.array(bases))

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
