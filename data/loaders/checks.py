"""Checks across sheets and against the published data: E108, W304, W306, W307."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cockpit import months as m
from cockpit.findings import Finding
from data.loaders.parsing import Rows

_LAND_TOLERANCE = 0.20
_REFERRING = ("monthly", "evaluation_input", "remediation")


class Register:
    """The enterprises known: those published, overlaid by this workbook's 企业名录."""

    def __init__(self, published: pd.DataFrame, rows: Rows | None) -> None:
        columns = published.set_index("credit_code")
        self.kind: dict[str, str] = columns["kind"].to_dict()
        self.name: dict[str, str] = columns["name"].to_dict()
        self.land: dict[str, float] = columns["land_mu"].to_dict()
        self.founded: dict[str, Any] = {}
        if rows is None:
            return
        for i, code in enumerate(rows.values["credit_code"]):
            if code is None:
                continue
            self.kind[code] = rows.values["kind"][i]
            self.name[code] = rows.values["name"][i] or ""
            self.founded[code] = rows.values["founded_on"][i]
            if rows.values["land_mu"][i] is not None:
                self.land[code] = rows.values["land_mu"][i]


def check_known(rows: Rows, register: Register) -> None:
    """E108: an enterprise neither in this workbook's register nor in the published one."""
    if rows.sheet.table not in _REFERRING:
        return
    for i, code in enumerate(rows.values["credit_code"]):
        if code is not None and code not in register.kind:
            rows.report("E108", i, "credit_code", f"企业 {code} 不在企业名录中。请先在“企业名录”里登记，或核对代码。")


def check_monthly(rows: Rows) -> None:
    """W307: value added above output, or tax above revenue; a negative whole is reported as such already."""
    for part, whole, words in (
        ("value_added_fen", "output_fen", "工业增加值大于工业总产值"),
        ("tax_fen", "revenue_fen", "入库税收大于营业收入"),
    ):
        if part in rows.places and whole in rows.places:
            with np.errstate(invalid="ignore"):
                hits = (rows.number_of(part) > rows.number_of(whole)) & (rows.number_of(whole) >= 0)
            for i in np.flatnonzero(hits):
                rows.report("W307", int(i), part, f"{words}，不合常理。请核对两个数的单位和口径。")


def check_land(rows: Rows, register: Register) -> None:
    """W306: land in 年度评价 and in 企业名录 differ by more than 20 %."""
    for i, code in enumerate(rows.values["credit_code"]):
        land, own = register.land.get(code or ""), rows.values["land_mu"][i]
        if land and own is not None and abs(own - land) > _LAND_TOLERANCE * land:
            rows.report("W306", i, "land_mu", f"年度评价用地 {own:g} 亩，企业名录 {land:g} 亩，相差超过20%。请核对。")


def missing_reports(rows: Rows, spans: np.ndarray[Any, Any], register: Register) -> list[Finding]:
    """W304: an enterprise above scale without a row in a month that the sheet covers."""
    reported: dict[int, set[str]] = {}
    for i, (code, month) in enumerate(zip(rows.values["credit_code"], rows.values["month"], strict=True)):
        if code is None or month is None:
            continue
        reported.setdefault(month, set()).add(code)
        for back in range(1, int(spans[i])):
            if m.shift(month, -back) in reported:
                reported[m.shift(month, -back)].add(code)
    above_scale = [c for c, kind in register.kind.items() if kind == "规上"]
    findings = []
    for month in sorted(reported):
        for code in above_scale:
            founded = register.founded.get(code)
            too_young = founded is not None and not pd.isna(founded) and founded.year * 100 + founded.month > month
            if code not in reported[month] and not too_young:
                words = (
                    f"规上企业“{register.name.get(code, '')}”（{code}）没有{m.iso(month)}的数据。请补报，或确认该企业本月无数据。"
                )
                findings.append(Finding("W304", rows.sheet.title, None, None, None, code, words))
    return findings
