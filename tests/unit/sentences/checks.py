"""Whether the claims of a sentence are true of the values beside it, and of nothing but these."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.unit.sentences import reader

_UP = ("拉动", "推高")


@dataclass
class Facts:
    """What a panel shows, by name: values of each attribute ('' = the only one), changes, points of growth, shares.

    ``shown``: the percentages of the shares where they stand in a list, which a sentence repeats.
    ``total``: growth of the whole in points; ``merged``: name of a group -> its members; ``down_is_good``: for changes;
    ``months``: changes of a series; ``numbers``: what a clause of a kind may say, by kind and label.
    """

    values: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    shares: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)
    total: float = math.nan
    merged: dict = field(default_factory=dict)
    down_is_good: bool = False
    months: list = field(default_factory=list)
    numbers: dict = field(default_factory=dict)
    firm: dict = field(default_factory=dict)
    last_is_record: bool = False

    def table(self, statement):
        """The values that a superlative is over: of those it is said to be among, else of its attribute."""
        among = statement["among"] or statement["noun"]
        return next(self.values[key] for key in (among, statement["attr"], "") if key in self.values)


def check(text, facts):
    """Assert every claim of a sentence; returns the claims."""
    statements = reader.read(text)
    for at, statement in enumerate(statements):
        try:
            _CHECKS.get(statement.kind, _nothing)(statement, facts)
        except AssertionError as error:
            raise AssertionError(f"“{statement.text}” in “{text}”: {error}") from None
        if statement.text.startswith("也"):
            assert any(s["who"] or s["count"] for s in statements[:at]), text
    return statements


def _known(table):
    return {name: value for name, value in table.items() if not math.isnan(value)}


def _names(who, table, noun=""):
    """The members that a text names: 甲、乙; names may have 、 in them themselves. A number with a noun names no one."""
    if who in table:
        return {who}
    rest, members = who, set()
    while rest:
        name = next((n for n in sorted(table, key=len, reverse=True) if rest == n or rest.startswith(f"{n}、")), None)
        if name is None:
            return None
        members.add(name)
        rest = rest[len(name) + 1 :]
    return members


def is_shown(value, shown):
    """Whether a value rounds to what is shown, as far as its digits go."""
    expected, digit = reader.amount(shown)
    quotient, goal = (Decimal(repr(x)) / Decimal(repr(digit)) for x in (value, expected))
    # A quotient of floats may lie on either side of a tie.
    return abs(quotient.quantize(Decimal(1), ROUND_HALF_UP) - goal) < Decimal("0.01") or abs(quotient - goal) < Decimal(
        "0.5000001"
    )


def _holders(statement, table, *, least):
    """Check that those named, and nobody else, have the value that is shown, and nobody has more (or less)."""
    known = _known(table)
    assert len(known) > 1, f"a superlative among {len(known)}"
    holders = {name for name, value in known.items() if is_shown(value, statement["shown"])}
    best = (min if least else max)(known.values())
    assert holders, f"nobody has {statement['shown']}: {known}"
    assert best in {known[h] for h in holders}, f"{best} is better than {statement['shown']}"
    named = _names(statement["who"], known)
    if named is None:
        count = int("".join(c for c in statement["who"] if c.isdigit()) or -1)
        assert count == len(holders) > 3, f"{statement['who']} are not {holders}"
    else:
        assert named == holders, f"{statement['who']} are not {holders}"
    assert bool(statement["tie"]) == (len(holders) > 1), f"{len(holders)} share it"
    assert len(holders) < len(known), "all are equal"


def _superlative(statement, facts):
    table = facts.table(statement)
    least = statement["label"] == "最低"
    _holders(statement, table, least=least)
    if not least and statement["label"] in ("最多", "最大"):
        assert reader.amount(statement["shown"])[0] > 0, "the most of nothing"


def _everyone(statement, facts):
    table = _known(facts.table(statement))
    assert int(statement["count"] or len(table)) == len(table) > 1
    assert all(is_shown(value, statement["shown"]) for value in table.values()), table


def _change(statement, facts):
    _holders(statement, facts.changes, least=facts.down_is_good)
    rises = statement["shown"].startswith("+")
    assert not statement["shown"].startswith(("0", "—")), "no change is none"
    rise_labels = ("升幅最小", "升得最少") if facts.down_is_good else ("增长最快", "提高最多")
    falls = ("降幅最大", "降得最多") if facts.down_is_good else ("降幅最小", "降得最少")
    assert statement["label"] in (rise_labels if rises else falls), statement["label"]


def _moved_alike(statement, facts):
    known = _known(facts.changes)
    assert int(statement["count"] or len(known)) == len(known) > 1
    if statement["verb"] == "持平":
        assert all(abs(v) < 0.001 for v in known.values()), known
    else:
        sign = "−" if statement["verb"] == "下降" else "+"
        assert all(is_shown(v, sign + statement["shown"]) for v in known.values()), known


def _unchanged(statement, facts):
    known = _known(facts.changes)
    named = _names(statement["who"], known)
    for name, value in known.items():
        if named and name in named:
            assert abs(value) < 0.001
        elif named:
            assert (value < 0) == (statement["verb"] == "下降"), (name, value)


def _driver(statement, facts):
    falls = statement["verb"] in ("拖累", "拉低")
    assert (facts.total < 0) == falls, f"the whole moved by {facts.total}"
    assert statement["shown"].startswith("−" if falls else "+"), statement["shown"]
    _holders(statement, facts.points, least=falls)


def _drive_alike(statement, facts):
    known = _known(facts.points)
    sign = "+" if statement["verb"] in _UP else "−"
    assert int(statement["count"]) == len(known) > 1
    assert all(is_shown(v, sign + statement["shown"]) for v in known.values())


def _driven(statement, facts):
    table = facts.firm if statement.kind == "alone" else facts.points
    value = table[statement["who"]]
    assert float(statement["shown"]) > 0, "nothing moves nothing"
    assert (value > 0) == (statement["verb"] in _UP), value
    assert is_shown(abs(value), statement["shown"]), value


def _share(statement, facts):
    who = statement["who"]
    names = {who} if who in facts.shares else facts.merged.get(who) or _names(who, facts.shares)
    assert names, f"{who} has no share: {facts.shares}"
    value = sum(facts.shares[n] for n in names)
    if names <= facts.shown.keys() and statement["share"][0].isdigit():
        assert statement["share"] == f"{sum(facts.shown[n] for n in names)}%", facts.shown
        assert abs(value * 100 - float(sum(facts.shown[n] for n in names))) < 0.1 * len(names), value
        return
    low, high = reader.share(statement["share"])
    assert low <= value < high, f"{who} has {value}"


def _all_in(statement, facts):
    names = _names(statement["who"], facts.shares)
    assert names, facts.shares
    assert abs(sum(facts.shares[n] for n in names) - 1) < 1e-9, facts.shares


def _months(statement, facts):
    above, below = sum(c > 0 for c in facts.months), sum(c < 0 for c in facts.months)
    count = int(statement["count"])
    assert count == len(facts.months)
    if statement["above"]:
        expected = below if "低于" in statement.text else above
        assert int(statement["above"]) == expected, facts.months
    else:
        expected = {"均高于": above == count, "均低于": below == count, "都没有高于": above == 0}
        expected |= {"高于": above == 1, "低于": below == 1, "等于": above == below == 0}
        assert expected[statement["all"]], facts.months


def _record(_statement, facts):
    assert facts.last_is_record


def _number(statement, facts):
    """A number that the panel has: by the form's kind and what it is of."""
    key = (statement.kind, statement["attr"] or statement["label"] or statement["who"] or statement["when"])
    assert key in facts.numbers, f"{key} is no number of this panel"
    shown = statement["shown"] or statement["count"]
    if shown and facts.numbers[key] is not None:
        assert is_shown(facts.numbers[key], shown), facts.numbers[key]


def _value(statement, facts):
    assert is_shown(facts.table(statement)[statement["who"]], statement["shown"]), facts.values


def _nothing(_statement, _facts):
    return None


_CHECKS = {
    "superlative": _superlative,
    "everyone": _everyone,
    "change": _change,
    "moved alike": _moved_alike,
    "unchanged": _unchanged,
    "driver": _driver,
    "drive alike": _drive_alike,
    "alone": _driven,
    "driven": _driven,
    "share": _share,
    "all in": _all_in,
    "months": _months,
    "value": _value,
    "record": _record,
    **dict.fromkeys(("count", "newest", "top", "leads", "role", "standing", "best month", "amount"), _number),
}
