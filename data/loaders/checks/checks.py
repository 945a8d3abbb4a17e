"""Checks across sheets and against the published data: E108, W306, W307."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from cockpit.contracts.sheets import ENTERPRISES
from data.loaders.batch_store import BatchStore
from data.loaders.parsed_rows import ParsedRows

_LAND_TOLERANCE = 0.20
_ABOVE_SCALE = "规上"
#: Sheets whose rows are about enterprises of the register.
REFERRING = ("monthly", "evaluation_input", "remediation")
_COMPONENTS = (
    ("value_added_fen", "output_fen", "工业增加值大于工业总产值"),
    ("tax_fen", "revenue_fen", "税收大于营业收入"),
)


class EnterpriseRegister:
    """The known enterprises by credit code: those published, overlaid by this source's 企业名录.

    It stays in memory: some hundred bytes an enterprise.
    """

    def __init__(self, published: pd.DataFrame, store: BatchStore | None) -> None:
        """Index the published enterprises; ``store`` holds this source's own register, if it has one."""
        columns = published.set_index("credit_code")
        self.kinds: dict[str, str | None] = columns["kind"].to_dict()
        self.names: dict[str, str | None] = columns["name"].to_dict()
        self.land_mu: dict[str, float] = columns["land_mu"].to_dict()
        founded = columns["founded_on"].dropna()
        self._founding_months: dict[str, int] = (founded.dt.year * 100 + founded.dt.month).to_dict()
        if store is not None:
            self._overlay(store)

    def _overlay(self, store: BatchStore) -> None:
        fields = ("credit_code", "name", "kind", "land_mu", "founded_on")
        for code, name, kind, land, founded in store.values(ENTERPRISES, fields, "credit_code is not null"):
            self.kinds[code] = kind
            self.names[code] = name
            if land is not None:
                self.land_mu[code] = land
            if founded is not None:
                day = date.fromisoformat(founded)
                self._founding_months[code] = day.year * 100 + day.month

    def not_yet_founded(self, month: int) -> set[str]:
        """Return the enterprises founded after the month (yyyymm)."""
        return {code for code, founded in self._founding_months.items() if founded > month}

    def above_scale(self) -> Iterator[str]:
        """Iterate over the codes of the enterprises above scale (规上)."""
        return (c for c, kind in self.kinds.items() if kind == _ABOVE_SCALE)


def check_registered(rows: ParsedRows, register: EnterpriseRegister) -> None:
    """Report E108 for enterprises that neither this source's register nor the published one has."""
    for i, code in enumerate(rows.values["credit_code"]):
        if code is not None and code not in register.kinds:
            rows.report("E108", i, "credit_code", f"企业 {code} 不在企业名录中。请先在“企业名录”里登记，或核对代码。")


def check_components(rows: ParsedRows) -> None:
    """Report W307 for value added above output or tax above revenue, unless either has a sign finding already."""
    for part, whole, message in _COMPONENTS:
        if part in rows.mappings and whole in rows.mappings:
            hits = (rows.numbers(part) > rows.numbers(whole)) & ~rows.sign_violations[part] & ~rows.sign_violations[whole]
            for i in np.flatnonzero(hits):
                rows.report("W307", int(i), part, f"{message}，不合常理。请核对两个数的单位和口径。")


def check_land(rows: ParsedRows, register: EnterpriseRegister) -> None:
    """Report W306 where the land (亩) of 年度评价 and of 企业名录 differ by more than 20 %."""
    own = rows.numbers("land_mu")
    registered = np.array([register.land_mu.get(c, np.nan) for c in rows.values["credit_code"]], dtype=np.float64)
    hits = (np.abs(own - registered) > _LAND_TOLERANCE * registered) & (registered > 0) & ~rows.sign_violations["land_mu"]
    for i in np.flatnonzero(hits):
        message = f"年度评价用地 {own[i]:g} 亩，企业名录 {registered[i]:g} 亩，相差超过20%。请核对。"
        rows.report("W306", int(i), "land_mu", message)
