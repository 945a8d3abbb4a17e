"""Synthetic firms: a register of any size, and the parameters of each firm's monthly values. Names are invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from cockpit.catalogue.dimensions import INDUSTRIES
from cockpit.contracts.credit_code import ALPHABET, check_character
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.district.district import District
from data.synthetic.trades import TRADES, home_chains

ROLES = ("链主", "配套", "一般")
KINDS = ("规上", "宗地")
_DIVISIONS = tuple(code for code in INDUSTRIES if "13" <= code <= "43")
_NAME_CHARACTERS = "锦恒瑞盛泰达华宏嘉远卓越创新鑫源博智联众信诚佳美浩天宇星辰晨曦润泽东方海川云峰正安康乐庆丰和顺永兴立德明辉"
#: Neighbouring numbers get names that don't look alike; it has no factor in common with the number of names.
_NAME_STEP = 48_271
_LARGE_SHARE = 0.6
_LAST_FOUNDED = date(2019, 12, 31)


@dataclass(frozen=True)
class SyntheticFirms:
    """The firms as arrays [firm]; dimensions as indices into the district's lists.

    ``first``/``last``: the months that a firm reports, as indices of the run. ``land`` in 亩; ``size``: output of an average
    month in 万元; ``growth`` a year; ``output_a_head`` in 万元; the others are shares of output, or per 万元 of it.
    """

    codes: list[str]
    leaf: IntArray
    division: IntArray
    chain: IntArray
    role: IntArray
    kind: IntArray
    first: IntArray
    last: IntArray
    land: FloatArray
    size: FloatArray
    growth: FloatArray
    tax: FloatArray
    value_added: FloatArray
    energy: FloatArray
    rd: FloatArray
    output_a_head: FloatArray

    def __len__(self) -> int:
        return len(self.codes)

    def rows(self, district: District, chunk: slice) -> Iterator[tuple[Any, ...]]:
        """Yield register rows in the order of ``ENTERPRISES.fields``."""
        for i in range(*chunk.indices(len(self))):
            division = _DIVISIONS[self.division[i]]
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


def generate_firms(district: District, count: int, months: int, seed: int) -> SyntheticFirms:
    """Generate ``count`` firms; the same arguments give the same firms."""
    rng = np.random.default_rng([seed, 0])
    shares = rng.dirichlet(np.full(len(district.leaves), 6.0))
    leaf = rng.choice(len(district.leaves), count, p=shares)
    division = rng.choice(len(_DIVISIONS), count, p=_division_shares(len(_DIVISIONS), rng))
    # Firms of an industry belong to the chain that the industry stands for, some to that of the industry next to it.
    home = np.array(home_chains(_DIVISIONS, [chain.name for chain in district.chains]))
    chain = home[(division + (rng.random(count) < 0.25)) % len(_DIVISIONS)]
    kind = (rng.random(count) >= _LARGE_SHARE).astype(np.int64)
    chance = rng.random(count)
    role = np.where((chance < 0.004) & (kind == 0), 0, np.where(chance < 0.3, 1, 2))
    size = np.exp(rng.normal(6.2, 1.1, count)) * np.where(kind == 0, 1.0, 0.12)
    role[_largest_of_each(chain, np.where(kind == 0, size, 0.0))] = 0
    size *= np.where(role == 0, 6.0, 1.0)
    starts_late, ends_early = rng.random(count) < 0.04, rng.random(count) < 0.02
    land: FloatArray = np.clip(size**0.62 * np.exp(rng.normal(0.0, 0.55, count)), 1.0, 2000.0)
    return SyntheticFirms(
        codes=[_code(i, district) for i in range(count)],
        leaf=leaf,
        division=division,
        chain=chain,
        role=role,
        kind=kind,
        first=np.where(starts_late, rng.integers(0, months, count), 0),
        last=np.where(ends_early & ~starts_late, rng.integers(months // 2, months, count), months - 1),
        land=np.round(land, 2),
        size=size,
        growth=rng.normal(0.055, 0.09, count),
        tax=np.clip(rng.normal(0.055, 0.025, count), 0.001, 0.2),
        value_added=np.clip(rng.normal(0.23, 0.06, count), 0.05, 0.6),
        energy=np.exp(rng.normal(-2.6, 0.7, count)),
        rd=np.clip(rng.normal(0.028, 0.018, count), 0.0, 0.15),
        output_a_head=np.exp(rng.normal(2.2, 0.4, count)),
    )


def _largest_of_each(chain: IntArray, size: FloatArray) -> IntArray:
    """Return the index of the largest firm of each chain that has a firm of any size."""
    by_size = np.argsort(-size, kind="stable")
    _, first = np.unique(chain[by_size], return_index=True)
    largest: IntArray = by_size[first]
    return largest[size[largest] > 0]


def _division_shares(count: int, rng: np.random.Generator) -> FloatArray:
    """Return the shares of the industries: a few have most of the firms."""
    weights = rng.permutation(1 / np.arange(1, count + 1) ** 0.8)
    shares: FloatArray = weights / weights.sum()
    return shares


def _code(number: int, district: District) -> str:
    """Build a valid credit code: the district's code, and the number in base 31."""
    digits = ""
    for _ in range(7):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    body = f"91{district.code}MA{digits}"
    return body + check_character(body)


def _name(number: int, division: str) -> str:
    """Build an invented name of the firm's trade, different for each; “演示” marks it as demonstration data."""
    base = len(_NAME_CHARACTERS)
    round_number, position = divmod(number, base**3)
    mixed = (position + 1) * _NAME_STEP % base**3
    characters = "".join(_NAME_CHARACTERS[mixed // base**i % base] for i in range(3))
    trades = TRADES[division]
    return f"演示{characters}{round_number + 1 if round_number else ''}{trades[number % len(trades)]}有限公司"
