"""Monthly figures against the enterprise's past: cumulative figures resolved, jumps and missing reports found."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit import months as m
from cockpit.findings import Finding
from cockpit.published import Published
from data.loaders.checks import Register
from data.loaders.cumulative import to_monthly
from data.loaders.grid import Mask
from data.loaders.jumps import check_jumps
from data.loaders.rows import Rows

_HISTORY_MONTHS = 12
_PLACED_BY = ("credit_code", "month", "basis")


def settle(rows: Rows, published: Published, register: Register) -> tuple[npt.NDArray[np.int64], list[Finding]]:
    """Bring rows to the month's own figures (in place); returns their spans and the findings W304.

    Rows without a readable enterprise, month or 口径, and rows that repeat another, take no part.
    """
    usable = ~rows.repeated
    for name in _PLACED_BY:
        usable &= rows.known(name)
    if not usable.any():
        return np.ones(len(rows.number), dtype=np.int64), []
    months = rows.values["month"][usable]
    first, last = int(months.min()), int(months.max())
    past = published.monthly(min(m.shift(first, -_HISTORY_MONTHS), m.month(m.year_of(first), 1)), last)
    spans = to_monthly(rows, usable, past)
    check_jumps(rows, usable, spans, past)
    return spans, _missing_reports(rows, usable, spans, past, register)


def _missing_reports(
    rows: Rows, usable: Mask, spans: npt.NDArray[np.int64], past: pd.DataFrame, register: Register
) -> list[Finding]:
    """W304: an enterprise above scale without a row in a month that the sheet covers.

    A month published earlier is not missing (a sheet may correct a few rows only), nor is one before the
    enterprise was founded, nor one of an enterprise whose row has a month that can't be read.
    """
    reported: dict[int, set[str]] = {}
    for code, month in zip(rows.values["credit_code"], rows.values["month"], strict=True):
        if code is not None and month is not None:
            reported.setdefault(month, set()).add(code)
    joint = usable & (spans > 1)
    earlier = [(c, k, s) for c, k, s in zip(past["credit_code"], past["month"], past["span"], strict=True)]
    covering = [(rows.values["credit_code"][i], rows.values["month"][i], spans[i]) for i in np.flatnonzero(joint)]
    for code, month, span in (*earlier, *covering):
        for covered in m.span(m.shift(int(month), 1 - int(span)), int(month)):
            if covered in reported:
                reported[covered].add(code)
    unplaced = set(rows.values["credit_code"][~rows.known("month")])
    return [
        _missing(rows.sheet.title, register, code, month)
        for month in sorted(reported)
        for code in register.reporting(month)
        if code not in reported[month] and code not in unplaced
    ]


def _missing(title: str, register: Register, code: str, month: int) -> Finding:
    name = register.name.get(code) or ""
    words = f"规上企业“{name}”（{code}）没有{m.iso(month)}的数据。请补报，或确认该企业本月无数据。"
    return Finding("W304", title, None, None, None, code, words)
