"""The register against what is published (W309), and its land against that of 年度评价, both ways (W306)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.calendar import months as m
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import ENTERPRISES, EVALUATION_INPUTS, FEN_PER_WAN
from cockpit.district.district import District
from data.loaders.batch_store import BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.comparisons.ledgers import LedgerRows, compare_with
from data.loaders.checks.comparisons.slips import format_factor, format_plain, likely_unit
from data.loaders.checks.comparisons.suspects import CellFinding, SuspectStore
from data.loaders.headers.headers import ColumnMapping

_LAND_TOLERANCE = 0.20
_ABOVE_SCALE = "规上"
_SUM_TOLERANCE = 0.05
_FEWEST_OF_A_SUM = 5  # enterprises: of fewer, one that has grown moves the sum
_FEWEST_OF_A_COLUMN = 20
_SHARE_OF_A_COLUMN = 0.5
_UNIT_FACTOR = 5
_DIVISION = 2  # digits of an industry's code that name its division
_GROUPS = {"town": "镇街", "industry_code": "行业", "chain": "产业链"}
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Change:
    """A changed cell: row number, enterprise, the published value and the new one (keys of towns and chains by name)."""

    row: int
    code: str
    name: str
    old: str
    new: str
    factor: float = 1.0  # of land


def check_register_changes(
    store: BatchStore, mappings: dict[str, ColumnMapping], published: PublishedData, district: District, slipped: frozenset[str]
) -> Iterator[CellFinding]:
    """Yield W309 for changes of 评价类型, town, chain and division, and of land by more than 20 % (of all firms' by 5 %).

    A new name is no finding, unless it is another enterprise's: then rows have slipped.
    """
    fields = ("credit_code", "name", "kind", "town", "industry_code", "chain", "land_mu")
    rows = store.values(ENTERPRISES, ("row_number", *fields), "duplicate_of is null and not has_error")
    own = pd.DataFrame(list(rows), columns=["row_number", *fields])
    before = published.rows(ENTERPRISES.table, list(own["credit_code"]))
    both = own.merge(before[list(fields)], on="credit_code", suffixes=("", "_old"))
    months = published.months()
    names = {t.key: t.name for t in district.leaves} | {c.key: c.name for c in district.chains}
    for field in ("name", "kind", "town", "industry_code", "chain", "land_mu"):
        if field in mappings and field not in slipped:
            changes = list(_changes(both, field, names))
            yield from _report(mappings[field], field, changes, len(both), _Recent(published, months, changes))
            if field == "land_mu":
                yield from _report_sum(mappings[field], both[~both["row_number"].isin([c.row for c in changes])])


def _changes(both: pd.DataFrame, field: str, names: Mapping[str, str]) -> Iterator[_Change]:
    old, new = both[f"{field}_old"], both[field]
    if field == "land_mu":
        old, new = old.astype("float64"), new.astype("float64")
        changed = (old > 0) & ((new - old).abs() > _LAND_TOLERANCE * old)
    elif field == "name":
        changed = old.notna() & (old != new) & (new.isin(set(old)) | new.duplicated(keep=False))
    elif field == "industry_code":
        changed = old.notna() & new.notna() & (old.str[:_DIVISION] != new.str[:_DIVISION])
    else:
        changed = old.notna() & new.notna() & (old != new)
    for i in np.flatnonzero(changed):
        row = both.iloc[i]
        a, b = old.iloc[i], new.iloc[i]
        if field == "land_mu":
            yield _Change(
                int(row["row_number"]), row["credit_code"], row["name"], f"{format_plain(a)}亩", f"{format_plain(b)}亩", b / a
            )
        else:
            yield _Change(int(row["row_number"]), row["credit_code"], row["name_old"], names.get(a, a), names.get(b, b))


class _Recent:
    """Output, tax and land behind the changed enterprises: of the newest twelve published months."""

    def __init__(self, published: PublishedData, months: list[int], changes: list[_Change]) -> None:
        self.label = ""
        self._sums: dict[str, tuple[float, float]] = {}
        if months and changes:
            first, last = m.shift(months[-1], 1 - m.MONTHS_OF_YEAR), months[-1]
            self.label = f"{m.iso(max(first, months[0]))}至{m.iso(last)}"
            rows = published.monthly(first, last, [c.code for c in changes])
            sums = (
                rows.astype({"output_fen": "float64", "tax_fen": "float64"})
                .groupby("credit_code")[["output_fen", "tax_fen"]]
                .sum()
            )
            self._sums = {str(code): (float(v[0]), float(v[1])) for code, v in zip(sums.index, sums.to_numpy(), strict=True)}

    def text(self, changes: list[_Change]) -> str:
        """Say what the enterprises reported: 工业总产值 … 万元、入库税收 … 万元."""
        output, tax = (sum(self._sums.get(c.code, (0.0, 0.0))[i] for c in changes) / FEN_PER_WAN for i in (0, 1))
        if not output and not tax:
            return "全部数据（含历史）"
        return f"全部数据（含历史；{self.label}工业总产值{format_plain(output, 2)}万元、入库税收{format_plain(tax, 2)}万元）"


def _report(mapping: ColumnMapping, field: str, changes: list[_Change], matched: int, recent: _Recent) -> Iterator[CellFinding]:
    label = mapping.column.label
    if len(changes) >= max(_FEWEST_OF_A_COLUMN, _SHARE_OF_A_COLUMN * matched):
        first = min(changes, key=lambda c: c.row)
        effect = _effect(field, first, "", recent.text(changes))
        message = (
            f"“{label}”有{len(changes):,}家与已发布的不同（如第{first.row}行“{first.name}”由“{first.old}”改为“{first.new}”），"
            f"{effect}请核对整列。"
        )
        yield Finding("W309", ENTERPRISES.title, None, mapping.display_name, mapping.letter, None, message), mapping.index
        return
    for change in changes:
        unit = likely_unit(mapping.column, change.factor) if field == "land_mu" else ""
        by = f"（{format_factor(change.factor)}，变动超过20%）" if field == "land_mu" else ""
        effect = _effect(field, change, change.new, recent.text([change]))
        message = f"“{change.name}”的{label}由“{change.old}”改为“{change.new}”{by}，{effect}{unit}请确认。"
        yield Finding("W309", ENTERPRISES.title, change.row, mapping.display_name, mapping.letter, None, message), mapping.index


def _report_sum(mapping: ColumnMapping, both: pd.DataFrame) -> Iterator[CellFinding]:
    """Yield W309 where the land of many enterprises, each within the tolerance, comes to far more or less than published."""
    pairs = both[["land_mu_old", "land_mu"]].astype("float64").dropna()
    before, after = pairs.sum()
    if len(pairs) < _FEWEST_OF_A_SUM or abs(after - before) < _SUM_TOLERANCE * before:
        return
    message = (
        f"“{mapping.column.label}”各家变动都不到20%，但{len(pairs):,}家合计由{format_plain(before, 2)}亩变为"
        f"{format_plain(after, 2)}亩（{after / before - 1:+.1%}），亩均税收、亩均增加值（含历史）随之改变。请核对整列。"
    )
    yield Finding("W309", ENTERPRISES.title, None, mapping.display_name, mapping.letter, None, message), mapping.index


def _effect(field: str, change: _Change, to: str, reported: str) -> str:
    if field == "kind":
        moved = "计入" if to == _ABOVE_SCALE else "移出"
        return f"{reported}将{moved}规上工业总产值、入库税收、亩均税收等全部规上指标。"
    if field == "name":
        return "这个名称在名录里另有企业，疑似错行。"
    if field == "land_mu":
        return "用地面积、亩均税收、亩均增加值（含历史）随之改变。"
    return f"{reported}将归到{f'“{to}”' if to else f'新的{_GROUPS[field]}'}，两边的同比都会变。"


def compare_land(ledger: LedgerRows, register: EnterpriseRegister, suspects: SuspectStore) -> _Floats:
    """Compare the land of 年度评价 with the register's; return the latter, row by row."""
    registered = np.array([register.land_mu.get(c, np.nan) for c in ledger.own["credit_code"]], dtype=np.float64)
    compare_with(ledger, suspects, "land_mu", registered, "企业名录的用地")
    return registered


def compare_evaluated_land(ledger: LedgerRows, published: PublishedData, suspects: SuspectStore) -> _Floats:
    """Compare the register's land with the newest published 年度评价; return that, row by row."""
    codes = list(ledger.own["credit_code"])
    rows = published.rows(EVALUATION_INPUTS.table, codes).sort_values("year")
    newest = dict(zip(rows["credit_code"], rows["land_mu"], strict=True))
    evaluated = np.array([newest.get(c, np.nan) for c in ledger.own["credit_code"]], dtype=np.float64)
    compare_with(ledger, suspects, "land_mu", evaluated, "年度评价的用地")
    return evaluated


def check_land(ledger: LedgerRows, other: _Floats, except_rows: frozenset[int]) -> Iterator[CellFinding]:
    """Yield W306 where the land (亩) of 年度评价 and of 企业名录 differ by more than 20 % of the other sheet's (of all firms together by 5 %)."""
    own = ledger.numbers("land_mu")
    mapping = ledger.mappings["land_mu"]
    mine, theirs = ("年度评价", "企业名录") if ledger.sheet is EVALUATION_INPUTS else ("企业名录", "年度评价")
    hits = (np.abs(own - other) > _LAND_TOLERANCE * other) & (other > 0) & (own > 0)
    for i in np.flatnonzero(hits):
        number = int(ledger.own["row_number"].iloc[i])
        if number in except_rows:
            continue
        factor = own[i] / other[i]
        unit = likely_unit(mapping.column, factor) if not 1 / _UNIT_FACTOR < factor < _UNIT_FACTOR else ""
        message = f"{mine}用地{format_plain(own[i])}亩，{theirs}{format_plain(other[i])}亩，相差超过20%。{unit}请核对。"
        yield Finding("W306", ledger.sheet.title, number, mapping.display_name, mapping.letter, None, message), mapping.index
    # Land changes from year to year: the register is as of now, so only the newest year's sum is that of the register.
    is_newest = ledger.periods == ledger.periods.max() if ledger.sheet is EVALUATION_INPUTS else np.ones(len(own), dtype=bool)
    within = is_newest & ~hits & (other > 0) & (own > 0)
    mine_sum, their_sum = float(own[within].sum()), float(other[within].sum())
    if within.sum() >= _FEWEST_OF_A_SUM and abs(mine_sum - their_sum) >= _SUM_TOLERANCE * their_sum:
        message = (
            f"各家相差都不到20%，但{int(within.sum()):,}家的用地合计，{mine}是{format_plain(mine_sum, 2)}亩，"
            f"{theirs}是{format_plain(their_sum, 2)}亩（{mine_sum / their_sum - 1:+.1%}）。请核对整列。"
        )
        yield Finding("W306", ledger.sheet.title, None, mapping.display_name, mapping.letter, None, message), mapping.index
