"""The sentences of an enterprise's page, read back against its own months and those of its chain."""

from __future__ import annotations

import math
import statistics

from cockpit.catalogue.metrics import METRICS
from cockpit.views.context import resolve_context
from cockpit.views.enterprise import months
from cockpit.views.enterprise.peers import peer_firms
from layouts.enterprise import lists
from tests.oracle import CODE, SUMS, shift, span
from tests.unit.sentences import parsing
from tests.unit.sentences.checks import is_shown

#: Months in a district's data, and metrics of a firm's months by their sheet's column.
_COLUMNS = {"output": "工业总产值", "tax": "入库税收", "value_added": "工业增加值"}


def _of_one_firm(ctx):
    """The context of one of the enterprises, another one for every period and number of filters."""
    firms = ctx.repository.sheets["企业名录"]
    number = (ctx.period.last * 7 + 3 * len(ctx.selection.towns) + 5 * len(ctx.selection.industries)) % len(firms)
    metric = sorted(_COLUMNS)[ctx.period.first % 3]
    firm = firms[number]
    return firm, resolve_context(ctx.repository, ctx.selection.replace(firm=firm[CODE], metric=metric))


def _own(ctx, firm, header):
    return {r["月份"]: r[header] for r in parsing.sheet(ctx, "月度经营", **{CODE: (firm[CODE],)}) if r[header] is not None}


def _chain_codes(ctx, firm):
    rows = parsing.sheet(ctx, "企业名录", 产业链=(firm["产业链"],), 评价类型=("规上",))
    return {row[CODE] for row in rows}


def _median(ctx, firm, header, month):
    codes = _chain_codes(ctx, firm)
    rows = parsing.sheet(ctx, "月度经营", 月份=(month,))
    values = [r[header] for r in rows if r[CODE] in codes and r[header] is not None]
    return (statistics.median(values), len(values)) if values else (math.nan, 0)


def read_trend(ctx):
    firm, ctx = _of_one_firm(ctx)
    view = months.firm_trend(ctx)
    if not view.insight:
        return
    metric = METRICS[ctx.selection.metric]
    header = SUMS[_COLUMNS[metric.key]]
    own = _own(ctx, firm, header)
    parts = parsing.match(
        rf"(?:(?P<year>\d+)年)?(?P<month>\d+)月{metric.label}(?P<value>[+−\d.,]+(?:亿元|万元))(?:，同比(?P<change>[^（；]+))?"
        r"(?:（中位数(?P<median_change>[^（；]+)）)?(?:；为(?P<chain>.+)企业中位数（(?P<median>[+−\d.,]+(?:亿元|万元))）的(?P<times>.+))?",
        view.insight,
    )
    last = max(x for x in own if x <= parsing.period_months(ctx)[-1])
    assert int(parts["month"]) == int(last[5:]), view.insight
    newest = max(row["月份"] for row in ctx.repository.sheets["月度经营"])
    shown_year = parts["year"] or min(parsing.period_months(ctx)[-1], newest)[:4]
    assert shown_year == last[:4], f"{view.insight}: of {last}"
    assert is_shown(own[last], parts["value"]), view.insight
    before = shift(last, -12)
    change = parsing.growth(own[last], own.get(before, math.nan))
    assert (parts["change"] is None) == math.isnan(change), view.insight
    if parts["change"]:
        parsing.assert_verb(parts["change"], change)
    (median, count), (median_before, count_before) = (_median(ctx, firm, header, x) for x in (last, before))
    assert count > 1 or parts["times"] is None, f"{view.insight}: the only one"
    if parts["median_change"]:
        assert min(count, count_before) > 1, view.insight
        parsing.assert_verb(parts["median_change"], parsing.growth(median, median_before))
    if parts["times"]:
        assert parts["chain"] == firm["产业链"], view.insight
        assert is_shown(median, parts["median"]), view.insight
        assert _is_multiple(own[last] / median, parts["times"]), f"{view.insight} {own[last] / median}"


def _is_multiple(ratio, text):
    if text == "一样":
        return abs(ratio - 1) < 0.0005
    return is_shown(ratio, text.removesuffix("倍"))


def read_energy(ctx):
    """Σ 综合能耗 ÷ Σ 工业增加值 over the twelve months to the period's end, of the firm and of its chain."""
    firm, ctx = _of_one_firm(ctx)
    view = months.firm_energy(ctx)
    if view is None or not view.insight:
        return
    last = parsing.period_months(ctx)[-1]
    twelve = span(shift(last, -11), last)
    codes = _chain_codes(ctx, firm)
    own, chain = (_intensity(ctx, who, twelve) for who in ({firm[CODE]}, codes))
    parts = parsing.match(r"单位增加值能耗(?:与(?P<tie>.+)持平|比(?P<chain>.+)(?P<verb>高|低)(?P<gap>[\d.,]+%))", view.insight)
    assert codes - {firm[CODE]}, f"{view.insight}: the only one"
    assert (parts["tie"] or parts["chain"]) == firm["产业链"], view.insight
    gap = own / chain - 1
    if parts["tie"]:
        assert abs(gap) <= 0.0005, view.insight
    else:
        assert (parts["verb"] == "高") == (gap > 0), view.insight
        assert is_shown(abs(gap), parts["gap"]), f"{view.insight} {gap}"


def _intensity(ctx, codes, twelve):
    rows = [r for r in ctx.repository.sheets["月度经营"] if r[CODE] in codes and r["月份"] in twelve]
    used, added = (sum(r[h] for r in rows if r[h] is not None) for h in ("综合能耗（吨标准煤）", "工业增加值（万元）"))
    return used / added


def read_peers(ctx):
    _, ctx = _of_one_firm(ctx)
    view = peer_firms(ctx)
    if view is None or len(view.rows) < 2 or not (text := lists._peers_insight(view)):
        return
    parts = parsing.match(
        r"亩均税收(?P<value>[+−\d.,]+)万元/亩，在(?:这|有数据的)(?P<count>\d+)家中(?P<tie>并列)?(?P<rank>最高|最低|居第(?P<at>\d+))|"
        r"亩均税收(?P<same>[+−\d.,]+)万元/亩，与(?:这|有数据的)(?P<others>\d+)家相同",
        text,
    )
    known = [r.tax_per_mu for r in view.rows if not math.isnan(r.tax_per_mu)]
    own = view.rows[0].tax_per_mu
    assert is_shown(own, parts["value"] or parts["same"]), text
    shown = [f"{value:.2f}" for value in known]
    better, equal = sum(v > own and s != shown[0] for v, s in zip(known, shown, strict=True)), shown.count(shown[0])
    if parts["same"]:
        assert equal == len(known) == int(parts["others"]) + 1, text
        return
    assert int(parts["count"]) == len(known), text
    assert ("有数据的" in text) == (len(known) < len(view.rows)), text
    assert bool(parts["tie"]) == (equal > 1), f"{text} {shown}"
    rank = "最高" if not better else "最低" if better + equal == len(known) else f"居第{better + 1}"
    assert parts["rank"] == rank, f"{text} {shown}"


READERS = (read_trend, read_energy, read_peers)
