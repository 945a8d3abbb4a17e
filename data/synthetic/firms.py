"""Made-up firms: a register of any size, and the figures that each firm's months come from. Names are invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from cockpit.catalogue.dimensions import INDUSTRIES
from cockpit.contracts.credit_code import ALPHABET, check_character
from cockpit.district.district import District

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REGISTER = ("credit_code", "name", "town", "industry_code", "chain", "stage", "role", "kind", "land_mu", "park", "founded_on",
            "platform_member")  # fmt: skip
ROLES = ("链主", "配套", "一般")
KINDS = ("规上", "宗地")
_MAKING = tuple(code for code in INDUSTRIES if "13" <= code <= "43")
_SIGNS = "锦恒瑞盛泰达华宏嘉远卓越创新鑫源博智联众信诚佳美浩天宇星辰晨曦润泽东方海川云峰正安康乐庆丰和顺永兴立德明辉"
_SHARE_LARGE = 0.6
_LAST_FOUNDED = date(2019, 12, 31)


@dataclass(frozen=True)
class Firms:
    """The firms as arrays, one place a firm; dimensions as positions in the district's lists.

    ``first``/``last``: the months that a firm reports, as positions in the run. ``size``: output of an average month
    in 万元; ``growth`` a year; the others are shares of output, or per 万元 of it.
    """

    codes: list[str]
    leaf: Ints
    division: Ints
    chain: Ints
    role: Ints
    kind: Ints
    first: Ints
    last: Ints
    land: Floats
    size: Floats
    growth: Floats
    tax: Floats
    value_added: Floats
    energy: Floats
    rd: Floats
    output_a_head: Floats

    def __len__(self) -> int:
        return len(self.codes)

    def rows(self, district: District, chosen: slice) -> Iterator[tuple[Any, ...]]:
        """Register rows in the order of ``REGISTER``."""
        for i in range(*chosen.indices(len(self))):
            division = _MAKING[self.division[i]]
            yield (
                self.codes[i],
                _name(i, division),
                district.leaves[self.leaf[i]].key,
                f"{division}{10 + i % 9}",
                district.chains[self.chain[i]].key,
                None,
                ROLES[self.role[i]],
                KINDS[self.kind[i]],
                float(self.land[i]),
                None,
                _LAST_FOUNDED - timedelta(days=i * 37 % 9000),
                None,
            )


def made_up(district: District, count: int, months: int, seed: int) -> Firms:
    """``count`` firms that depend on nothing but the arguments."""
    rng = np.random.default_rng([seed, 0])
    shares = rng.dirichlet(np.full(len(district.leaves), 6.0))
    leaf = rng.choice(len(district.leaves), count, p=shares)
    division = rng.choice(len(_MAKING), count, p=_falling(len(_MAKING), rng))
    # Firms of an industry belong to the one or two chains that the industry stands for.
    chain = (division + (rng.random(count) < 0.25)) % len(district.chains)
    kind = (rng.random(count) >= _SHARE_LARGE).astype(np.int64)
    leads = rng.random(count)
    role = np.where((leads < 0.004) & (kind == 0), 0, np.where(leads < 0.3, 1, 2))
    size = np.exp(rng.normal(6.2, 1.1, count)) * np.where(kind == 0, 1.0, 0.12) * np.where(role == 0, 12.0, 1.0)
    late, early = rng.random(count) < 0.04, rng.random(count) < 0.02
    land: Floats = np.clip(size**0.62 * np.exp(rng.normal(0.0, 0.55, count)), 1.0, 2000.0)
    return Firms(
        codes=[_code(i) for i in range(count)],
        leaf=leaf,
        division=division,
        chain=chain,
        role=role,
        kind=kind,
        first=np.where(late, rng.integers(0, months, count), 0),
        last=np.where(early & ~late, rng.integers(months // 2, months, count), months - 1),
        land=np.round(land, 2),
        size=size,
        growth=rng.normal(0.055, 0.09, count),
        tax=np.clip(rng.normal(0.055, 0.025, count), 0.001, 0.2),
        value_added=np.clip(rng.normal(0.23, 0.06, count), 0.05, 0.6),
        energy=np.exp(rng.normal(-2.6, 0.7, count)),
        rd=np.clip(rng.normal(0.028, 0.018, count), 0.0, 0.15),
        output_a_head=np.exp(rng.normal(2.2, 0.4, count)),
    )


def _falling(count: int, rng: np.random.Generator) -> Floats:
    """Shares of the industries: a few have most of the firms."""
    weights = rng.permutation(1 / np.arange(1, count + 1) ** 0.8)
    shares: Floats = weights / weights.sum()
    return shares


def _code(number: int) -> str:
    """A valid credit code: registrar and place of the district, and the number in base 31."""
    digits = ""
    for _ in range(7):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    body = f"91330113MA{digits}"
    return body + check_character(body)


def _name(number: int, division: str) -> str:
    """An invented name, different for each firm; “演示” says what it is."""
    signs = ""
    for _ in range(3):
        number, at = divmod(number, len(_SIGNS))
        signs += _SIGNS[at]
    more = f"{number + 1}" if number else ""
    return f"演示{signs}{more}{INDUSTRIES[division].removesuffix('业')}有限公司"
