"""The register of enterprises that this source refers to, and E108 for those that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from cockpit.contracts.sheets import ENTERPRISES
from data.loaders.batch_store import BatchStore
from data.loaders.parsed_rows import ParsedRows

_ABOVE_SCALE = "规上"
#: Sheets whose rows are about enterprises of the register.
REFERRING = ("monthly", "evaluation_input", "remediation")


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
        #: Whether any is flagged as a member of 时尚E家.
        self.has_members = bool(columns["platform_member"].fillna(False).astype(bool).any())
        founded = columns["founded_on"].dropna()
        self._founding_months: dict[str, int] = (founded.dt.year * 100 + founded.dt.month).to_dict()
        if store is not None:
            self._overlay(store)

    def _overlay(self, store: BatchStore) -> None:
        self.has_members |= store.count(ENTERPRISES, "platform_member = 1") > 0
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
