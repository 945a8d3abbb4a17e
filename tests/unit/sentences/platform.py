"""The sentences of the view 时尚E家, read back against the rows of its sheet."""

from __future__ import annotations

import math

from cockpit.views.platform import members as firms
from cockpit.views.platform import months as platform
from tests.oracle import shift, span
from tests.unit.sentences import parsing
from tests.unit.sentences.checks import is_shown
from tests.unit.sentences.reader import amount

_COMPARED = {"yoy": "同比", "mom": "环比"}


def _records(ctx):
    """Month -> row of the district, up to the period's end."""
    last = parsing.period_months(ctx)[-1]
    return {row["月份"]: row for row in parsing.sheet(ctx, "时尚E家", 区域=("本区",)) if row["月份"] <= last}


def _reported(records, months, *headers):
    return [x for x in months if x in records and all(records[x].get(header) is not None for header in headers)]


def _sum(records, months, header):
    return sum(records[x][header] for x in months) if months else math.nan


def _is_joint(records, months):
    """Whether a February among the months stands for January as well: what such rows hold is read by other tests."""
    return any(x.endswith("-02") and shift(x, -1) not in records and min(records) < x for x in months if x in records)


def _month_name(month):
    return f"{month[:4]}年{int(month[5:])}月"


def read_members(ctx):
    records, text = _records(ctx), platform.members(ctx).insight
    last = parsing.period_months(ctx)[-1]
    known = _reported(records, span(shift(last, -35), last), "成员企业数")
    if not known:
        assert text == ""
        return
    parts = parsing.match(
        r"(?:截至(?P<until>\d+年\d+月))?本区(?P<count>[\d,]+)家(?:，(?P<since>\d+年\d+月)以来(?:(?P<verb>增加|减少)(?P<moved>[\d,]+)家|没有增减))?"
        r"(?:，占全国成员的(?P<share>[\d.]+%))?(?:，(?P<converted>[\d.]+%)完成数字化改造)?",
        text,
    )
    now = records[known[-1]]
    assert (parts["until"] or _month_name(last)) == _month_name(known[-1]), text
    assert amount(parts["count"])[0] == now["成员企业数"], text
    if parts["since"]:
        assert parts["since"] == _month_name(known[0]) != _month_name(known[-1]), text
        moved = now["成员企业数"] - records[known[0]]["成员企业数"]
        assert (parts["verb"] == "增加") == (moved > 0), text
        assert amount(parts["moved"] or "0")[0] == abs(moved), text
    else:
        assert len(known) == 1, text
    nation = [r["成员企业数"] for r in parsing.sheet(ctx, "时尚E家", 区域=("全国",), 月份=(known[-1],))]
    for shown, above, below in (
        (parts["share"], now["成员企业数"], nation[0] if nation else None),
        (parts["converted"], now["数字化改造企业数"], now["成员企业数"]),
    ):
        assert (shown is None) == (above is None or not below), text
        assert shown is None or is_shown(above / below, shown), text


def read_capacity(ctx):
    records, text, months = _records(ctx), platform.capacity(ctx).insight, parsing.period_months(ctx)
    headers = ("匹配产能（万件）", "发布产能（万件）")
    known = _reported(records, months, *headers)
    if not known or _is_joint(records, months):
        assert known or text == ""
        return
    parts = parsing.match(
        r"(?P<months>.+?)每100件产能匹配(?P<rate>[\d.]+)件(?:，(?P<compared>同比|环比)(?P<change>.+?))?"
        r"(?:，(?P<month>\d+)月(?P<best>[\d.]+%)，为(?P<of>\d+)个月最高)?",
        text,
    )
    assert parsing.named_months(parts["months"]) == known, f"{text} {known}"
    assert is_shown(_rate(records, known) * 100, parts["rate"]), text
    base = parsing.base_months(ctx)
    if parts["compared"]:
        assert parts["compared"] == _COMPARED[ctx.compare], text
        sides = _compared_months(records, months, base, *headers)
        if not _is_joint(records, base):
            change = _rate(records, sides[0]) - _rate(records, sides[1])
            parsing.assert_verb(parts["change"], change, up="提高", points=True)
    shown = _reported(records, span(shift(months[-1], -23), months[-1]), *headers)
    rates = {x: _rate(records, [x]) for x in shown}
    best = [x for x, rate in rates.items() if f"{rate:.3f}" == f"{max(rates.values()):.3f}"]
    if parts["month"]:
        assert int(parts["of"]) == len(shown), text
        assert best == [months[-1]], f"{text} {best}"
        assert int(parts["month"]) == int(months[-1][5:]), text
        assert is_shown(rates[months[-1]], parts["best"]), text


def _compared_months(records, months, base, *headers):
    """Return the months that have these values in both periods, and those that they are compared with."""
    both = [
        (now, before)
        for now, before in zip(months, base, strict=True)
        if _reported(records, [now], *headers) and _reported(records, [before], *headers)
    ]
    return [pair[0] for pair in both], [pair[1] for pair in both]


def _rate(records, months):
    return _sum(records, months, "匹配产能（万件）") / _sum(records, months, "发布产能（万件）") if months else math.nan


def read_orders(ctx):
    records, text, months = _records(ctx), platform.orders(ctx).monthly.insight, parsing.period_months(ctx)
    known = _reported(records, months, "订单数", "订单额（万元）")
    if not known or _is_joint(records, months):
        assert known or text == ""
        return
    parts = parsing.match(
        r"(?P<months>.+?)(?:没有订单|共(?P<number>[\d,]+)单、(?P<value>.+?)(?:，每单(?P<each>[\d,.]+)万元)?)"
        r"(?:，订单额(?P<compared>同比|环比)增速(?P<versus>高于|低于|与)订单数(?P<tie>持平)?)?",
        text,
    )
    assert parsing.named_months(parts["months"]) == known, f"{text} {known}"
    number, value = _sum(records, known, "订单数"), _sum(records, known, "订单额（万元）")
    if parts["number"] is None:
        assert number == value == 0, text
        return
    assert amount(parts["number"])[0] == number > 0, text
    assert is_shown(value, parts["value"]), text
    assert parts["each"] is None or is_shown(value / number, parts["each"]), text
    base = parsing.base_months(ctx)
    if parts["compared"]:
        assert parts["compared"] == _COMPARED[ctx.compare], text
        sides = _compared_months(records, months, base, "订单数", "订单额（万元）")
        if not _is_joint(records, base):
            changes = [
                parsing.growth(_sum(records, sides[0], header), _sum(records, sides[1], header))
                for header in ("订单额（万元）", "订单数")
            ]
            ahead = round(changes[0] * 100, 1) - round(changes[1] * 100, 1)
            if abs(ahead) > 0.11:
                assert parts["versus"] == ("高于" if ahead > 0 else "低于"), f"{text} {changes}"
            assert (parts["versus"] == "与") == (parts["tie"] is not None), text


def read_tax(ctx):
    records, text, months = _records(ctx), platform.new_tax(ctx).monthly.insight, parsing.period_months(ctx)
    taxes = {x: r["新增税收（万元）"] for x, r in sorted(records.items()) if r["新增税收（万元）"] is not None}
    since = next((x for x, tax in taxes.items() if tax), None)
    if since is None or _is_joint(records, months):
        assert since or text == ""
        return
    parts = parsing.match(r"(?P<since>.+?)起累计(?P<total>[^，]+?)(?:，其中(?P<months>.+月|\d+年)(?P<value>.+))?", text)
    assert parts["since"] == _month_name(since), text
    assert is_shown(sum(taxes.values()), parts["total"]), text
    own = [x for x in months if x in taxes]
    assert (parts["months"] is None) == (not own), text
    if own:
        assert parsing.named_months(parts["months"]) == own, text
        assert is_shown(sum(taxes[x] for x in own), parts["value"]), text


def read_comparison(ctx):
    view = firms.members(ctx)
    if not view.sides or not view.insight or view.insight == "同行业没有非成员企业可比":
        return
    own, other = view.sides
    parts = parsing.match(
        r"(?:同一批企业产值(?P<compared>同比|环比)：成员(?P<own>.+?)，非成员(?P<other>.+?)，(?P<gap>两者持平|成员.+?))?"
        r"；?(?:成员户均产值比(?P<first>.+?)(?P<since>[+−]?[\d.,]+%))?",
        view.insight,
    )
    if parts["compared"]:
        assert parts["compared"] == _COMPARED[ctx.compare], view.insight
        assert is_shown(own.now.value / own.now.base - 1, parts["own"]), view.insight
        assert is_shown(other.now.value / other.now.base - 1, parts["other"]), view.insight
        points = round((amount(parts["own"])[0] - amount(parts["other"])[0]) * 100, 1)
        if points:
            assert parts["gap"] == f"成员{'快' if points > 0 else '慢'}{abs(points):.1f}个百分点", view.insight
        else:
            assert parts["gap"] == "两者持平", view.insight
    if parts["first"]:
        assert own.since.same > 0, view.insight
        assert is_shown(own.since.value / own.since.base - 1, parts["since"]), view.insight


READERS = (read_members, read_capacity, read_orders, read_tax, read_comparison)
