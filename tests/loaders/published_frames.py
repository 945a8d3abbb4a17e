"""Published data in memory, and helpers for findings."""

from __future__ import annotations

import pandas as pd

from cockpit.calendar import months as m
from cockpit.contracts.sheets import MONTHLY_MEASURES
from tests.no_published_data import NoPublishedData
from tests.workbooks import code

MEASURES = [c.field for c in MONTHLY_MEASURES]


class PublishedFrames(NoPublishedData):
    """Published enterprises and months, and the other sheets of a batch."""

    def __init__(self, batch=None, enterprises=None, monthly=None):
        self._tables = batch.frames if batch else {}
        self._enterprises = batch.frames["enterprise"] if batch else enterprises
        self._monthly = batch.frames["monthly"] if batch else monthly

    def enterprises(self):
        if self._enterprises is None:
            return super().enterprises()
        return self._enterprises[["credit_code", "name", "town", "kind", "land_mu", "founded_on", "platform_member"]]

    def monthly(self, first, last, codes):
        if self._monthly is None:
            return super().monthly(first, last, codes)
        rows = self._monthly[self._monthly["month"].between(first, last) & self._monthly["credit_code"].isin(codes)]
        return rows[["credit_code", "month", "basis", "span", *MEASURES]]

    def months(self):
        if self._monthly is None:
            return []
        covered = zip(self._monthly["month"], self._monthly["span"], strict=True)
        return sorted({n for month, span in covered for n in m.span(m.shift(int(month), 1 - int(span)), int(month))})

    def rows(self, table, codes):
        if table not in self._tables:
            return super().rows(table, codes)
        frame = self._tables[table]
        return frame if codes is None else frame[frame["credit_code"].isin(codes)]

    def year_sums(self, year, codes):
        rows = self.monthly(m.month(year, 1), m.month(year, 12), codes)
        sums = []
        for firm, months in rows.groupby("credit_code"):
            if months["span"].sum() == 12:
                means = {"staff": (months["staff"] * months["span"]).sum() / 12}
                sums.append({"credit_code": firm} | {f: months[f].sum(skipna=False) for f in MEASURES} | means)
        return pd.DataFrame(sums, columns=["credit_code", *MEASURES]) if sums else super().year_sums(year, codes)


def published(months, firms=1):
    """Build ``firms`` enterprises above scale; ``months``: (enterprise, yyyymm, output in 万元, span)."""
    register = {"town": "tangqi", "kind": "规上", "land_mu": 10.0, "founded_on": pd.NaT, "platform_member": pd.NA}
    enterprises = pd.DataFrame([{"credit_code": code(n), "name": f"企业{n}", **register} for n in range(1, firms + 1)])
    outputs = [output for _, _, output, _ in months]
    fen = pd.Series([round(output * 1_000_000) for output in outputs], dtype="Int64")
    monthly = pd.DataFrame(
        {
            "credit_code": [code(n) for n, *_ in months],
            "month": [m for _, m, *_ in months],
            "basis": "当月",
            "span": [s for *_, s in months],
            **{f: fen if f.endswith("_fen") else [float(o) for o in outputs] for f in MEASURES},
        }
    )
    return PublishedFrames(enterprises=enterprises, monthly=monthly)


def locations(batch, expected):
    """Return (row, column) of the findings of one code."""
    return [(f.row, f.column) for f in batch.findings if f.code == expected]


def codes(batch, initials="EW"):
    """Return the codes of errors and warnings, sorted."""
    return sorted(f.code for f in batch.findings if f.code[0] in initials)
