"""Sentences of projects and parks, read back by a form of the whole sentence and held against the rows beside them."""

from __future__ import annotations

import functools
import math
import re

import pytest

from cockpit.ledgers.projects import STANDINGS
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.projects import funnel, listing
from cockpit.views.space import parks
from tests.unit.sentences import districts
from tests.unit.sentences.reader import amount

_SELECTIONS = [
    Selection(towns=towns, chains=chains, period=period)
    for towns in ((), ("tangqi",), ("donghu", "qiaosi"))
    for chains in ((), ("fashion",))
    for period in ("", "2021", "2022-05", "2023-02")
]
_MONEY = r"[\d,]+(?:\.\d+)?(?:亿元|万元)"
_LEAD = "(?P<stock>期内没有签约，看在库项目：)?"
_FUNNEL = re.compile(
    _LEAD + r"签约(?P<signed>[\d,]+)个，(?:已开工(?P<started>[\d,]+)个（(?P<rate>[\d.]+%)）|还没有开工的)"
    r"(?:，竣工(?P<completed>[\d,]+)个，投产(?P<producing>[\d,]+)个)?"
    rf"(?:；待开工(?P<waiting>[\d,]+)个，计划投资(?P<money>{_MONEY}))?"
)
_ATTENTION = re.compile(rf"(?P<late>[\d,]+)个逾期或停滞，占在库项目的(?P<share>全部|[\d.]+%)，涉及计划投资(?P<money>{_MONEY})")
_LISTING = re.compile(rf"{_LEAD}投资最大的10个计划(?P<money>{_MONEY})，占(?P<share>[\d.]+%)")
_PARKS = re.compile(
    r"(?P<first>园区\d)亩均税收(?P<value>[\d,.]+)万元/亩，是(?P<benchmark>\D+?)的(?P<times>[\d.]+)倍"
    r"(?:；(?P<low>(?:园区\d)(?:、园区\d)?|\d+个园区)低于(?P<limit>[\d.]+)万元/亩|；(?P<all>\d)个园区都在[\d.]+万元/亩以上)?"
    r"(?:；(?P<fell>园区\d(?:、园区\d)*|\d+个园区)(?P<tie>并列)?(?:降幅最大（−(?P<most>[\d.]+)%）|下降(?P<only>[\d.]+)%))?"
)


@pytest.fixture(scope="module")
def made(district):
    return functools.lru_cache(None)(lambda kind, seed: districts.make(kind, seed, district))


@pytest.fixture(params=[(kind, seed) for kind in districts.KINDS for seed in range(3)], ids=str)
def contexts(request, made):
    repository = made(*request.param)
    cube = repository.snapshot().cube
    known = [
        s for s in _SELECTIONS if not s.period or int(s.period.replace("-", "").ljust(6, "0")[:4]) >= cube.first_month // 100
    ]
    return [resolve_context(repository, selection) for selection in known]


def _is(text, value):
    expected, digit = amount(text)
    return abs(value - expected) <= digit / 2 * (1 + 1e-9)


def _whole(text):
    return int(text.replace(",", ""))


def test_the_way_of_projects(contexts):
    for ctx in contexts:
        view = funnel.funnel(ctx)
        if not view.steps:
            assert view.insight == ""
            continue
        match = _FUNNEL.fullmatch(view.insight)
        assert match, view.insight
        rows = listing.listing(ctx).projects
        reached = [sum(row.step >= at for row in rows) for at in range(4)]
        assert _whole(match["signed"]) == reached[0] == len(rows)
        assert _whole(match["started"] or "0") == reached[1]
        if match["rate"]:
            assert _is(match["rate"], reached[1] / reached[0])
        assert (match["completed"] is None) == (reached[2] == 0)
        if match["completed"]:
            assert [_whole(match[name]) for name in ("completed", "producing")] == reached[2:]
        waiting = [row for row in rows if row.step == 0]
        assert _whole(match["waiting"] or "0") == len(waiting)
        if waiting:
            assert _is(match["money"], sum(row.planned for row in waiting))


def test_projects_that_are_behind_and_the_largest(contexts):
    for ctx in contexts:
        view = listing.attention(ctx)
        late = [row for row in view.projects if row.concern and not row.soon]
        if late:
            match = _ATTENTION.fullmatch(view.insight)
            assert match, view.insight
            assert _whole(match["late"]) == len(late)
            assert match["share"] == "全部" if len(late) == view.total else _is(match["share"], len(late) / view.total)
            assert _is(match["money"], sum(row.planned for row in late))
        else:
            assert view.insight == ("没有逾期或停滞的项目" if view.total else "")
        every = listing.listing(ctx)
        assert sum(count for _, count in every.counts) == every.total
        assert [sum(row.standing == s.value for row in every.projects) for s in STANDINGS] == [n for _, n in every.counts]
        if len(every.projects) < 20:
            assert every.insight == ""
        else:
            match = _LISTING.fullmatch(every.insight)
            planned = sorted((row.planned for row in every.projects), reverse=True)
            assert match, every.insight
            assert _is(match["money"], sum(planned[:10]))
            assert _is(match["share"], sum(planned[:10]) / sum(planned))


def test_parks_beside_the_benchmark(contexts):
    read = 0
    for ctx in contexts:
        view = parks.parks(ctx)
        taxed = {row.park.name: row.park.tax_per_mu for row in view.rows if not math.isnan(row.park.tax_per_mu)}
        if not taxed:
            assert view.insight == ""
            continue
        match = _PARKS.fullmatch(view.insight)
        assert match, view.insight
        read += 1
        benchmark = view.benchmark
        assert match["benchmark"] == benchmark.name
        assert taxed[match["first"]] == max(taxed.values())
        assert _is(match["value"], taxed[match["first"]])
        assert _is(match["times"], taxed[match["first"]] / benchmark.tax_per_mu_wan)
        low = {name for name, value in taxed.items() if value < benchmark.tax_per_mu_wan}
        if match["low"]:
            assert match["low"] == f"{len(low)}个园区" if len(low) > 2 else set(match["low"].split("、")) == low
        else:
            assert not low
            assert match["all"] is None or int(match["all"]) == len(taxed) > 1
        _check_fall(match, {row.park.name: row.change for row in view.rows if row.park.name in taxed})
    assert read or not any(len(ctx.full.ledgers["park"]) for ctx in contexts)


def _check_fall(match, changes):
    known = {name: change for name, change in changes.items() if not math.isnan(change)}
    fallen = {name: change for name, change in known.items() if change <= -0.0005}
    if not match["fell"]:
        assert not fallen
        return
    shown = match["most"] or match["only"]
    worst = {name for name, change in known.items() if _is(f"{shown}%", -change)}
    assert min(known.values()) in {known[name] for name in worst}
    assert (match["only"] is None) == (len(known) > 1)
    assert (match["tie"] is not None) == (len(worst) > 1)
    assert set(match["fell"].split("、")) == worst or match["fell"] == f"{len(worst)}个园区"
