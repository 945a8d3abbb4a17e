"""Monthly figures: cumulative figures become the month's own, and jumps against the enterprise's past are found."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from cockpit import months as m
from cockpit.contracts import MONTHLY, Kind
from cockpit.published import Published
from data.loaders.parsing import Rows

#: Measures that add up over months, and so may be reported cumulatively; staff is never differenced.
ADDED = tuple(c.field for c in MONTHLY.columns[3:] if c.kind is not Kind.COUNT)
_WATCHED = (("output_fen", "工业总产值"), ("tax_fen", "入库税收"))
_HISTORY_MONTHS = 12
_FEWEST_MONTHS = 3
_JUMP = 10


class History:
    """An enterprise's earlier months: as published, overlaid by the rows of this workbook as they are read."""

    def __init__(self, published: pd.DataFrame) -> None:
        self._rows: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        for row in published.to_dict("records"):
            self._rows[row["credit_code"]][row["month"]] = row

    def put(self, code: str, month: int, row: dict[str, Any]) -> None:
        """The month's own figures of a row of this workbook."""
        self._rows[code][month] = row

    def covered_until(self, code: str, year: int, before: int) -> int:
        """The last month of the year before ``before`` that has a row; the December before it when there is none."""
        earlier = [month for month in self._rows.get(code, ()) if m.month(year, 1) <= month < before]
        return max(earlier, default=m.month(year - 1, 12))

    def year_to_date(self, code: str, year: int, before: int, measure: str) -> float | None:
        """Sum of the year's months before ``before``; ``None`` when nothing was reported."""
        rows = self._rows.get(code, {})
        found = [rows[k].get(measure) for k in rows if m.month(year, 1) <= k < before]
        known = [v for v in found if v is not None and not pd.isna(v)]
        return sum(known) if known else None

    def median(self, code: str, month: int, measure: str) -> float | None:
        """Median of one month's figure over the twelve months before; ``None`` with fewer than three.

        A row that covers two months counts as its average.
        """
        rows = self._rows.get(code, {})
        figures = []
        for past in m.span(m.shift(month, -_HISTORY_MONTHS), m.shift(month, -1)):
            value = rows[past].get(measure) if past in rows else None
            if value is not None and not pd.isna(value):
                figures.append(value / rows[past].get("span", 1))
        return float(np.median(figures)) if len(figures) >= _FEWEST_MONTHS else None


def settle(rows: Rows, published: Published) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Turn cumulative figures into the month's own (in place), report W302 and W303, return each row's span.

    A cumulative row is reduced by the enterprise's sum of the year before it, of this workbook, else of the
    published data. It covers the months since its last one of that year: a cumulative February without a
    January covers two.
    """
    spans = np.ones(len(rows.number), dtype=np.int64)
    usable = [i for i in range(len(rows.number)) if _has_place(rows, i)]
    if not usable:
        return spans
    usable.sort(key=lambda i: (rows.values["month"][i], i))
    months = [rows.values["month"][i] for i in (usable[0], usable[-1])]
    first = min(m.shift(months[0], -_HISTORY_MONTHS), m.month(m.year_of(months[0]), 1))
    history = History(published.monthly(first, months[1]))
    for i in usable:
        code, month = rows.values["credit_code"][i], rows.values["month"][i]
        if rows.values["basis"][i] == "累计":
            spans[i] = _difference(rows, i, history)
        _watch_jump(rows, i, history, int(spans[i]))
        own = {f: rows.values[f][i] for f in ADDED}
        history.put(code, month, {**own, "span": int(spans[i])})
    return spans


def _has_place(rows: Rows, i: int) -> bool:
    return all(rows.values[f][i] is not None for f in ("credit_code", "month", "basis"))


def _difference(rows: Rows, i: int, history: History) -> int:
    code, month = rows.values["credit_code"][i], rows.values["month"][i]
    year = m.year_of(month)
    for measure in ADDED:
        total = rows.values[measure][i]
        before = history.year_to_date(code, year, month, measure)
        if total is None or before is None:
            continue
        if total < before:
            short = _shown(before - total, measure)
            words = f"{m.number_of(month)}月累计数小于此前累计数（差 {short}）。请核对是否少报，或上月多报。"
            rows.report("W303", i, measure, words)
        rows.values[measure][i] = total - before if isinstance(total, int) else round(total - before, 9)
    return m.distance(history.covered_until(code, year, month), month)


def _shown(amount: float, measure: str) -> str:
    return f"{amount / 1e6:,.2f} 万元" if measure.endswith("_fen") else f"{amount:,.2f}"


def _watch_jump(rows: Rows, i: int, history: History, span: int) -> None:
    """W302: more than ten times, or less than a tenth of, the enterprise's median: likely a slip of the unit."""
    for measure, label in _WATCHED:
        value = rows.values[measure][i]
        if value is None or value < 0 or measure not in rows.places:
            continue
        usual = history.median(rows.values["credit_code"][i], rows.values["month"][i], measure)
        if usual is None or usual <= 0:
            continue
        monthly = value / span
        if monthly > _JUMP * usual or monthly < usual / _JUMP:
            told, before = _shown(value, measure), _shown(usual, measure)
            words = f"{label} {told}，近12个月的中位数是 {before}，相差10倍以上。请核对单位是否写错。"
            rows.report("W302", i, measure, words)
