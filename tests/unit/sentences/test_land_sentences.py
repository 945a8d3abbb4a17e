"""Sentences of the per-mu page, read back, over every selection of the small evaluated district."""

from __future__ import annotations

import itertools
import math

import pytest

from cockpit.catalogue.dimensions import Grouping
from cockpit.selection import GradeMeasure, Selection
from cockpit.views.context import resolve_context
from cockpit.views.land import evaluation as land
from cockpit.views.land import scatter as land_scatter
from cockpit.views.land import towns as land_towns
from cockpit.views.wall import headlines
from tests.unit import land_district
from tests.unit.sentences.checks import Facts, check

_TOWNS = ((), ("tangqi",), ("donghu", "qiaosi"), ("nanyuan",))
_CHAINS = ((), ("fashion",), ("high-end-equipment",))
_GROUPS = ("", "规上", "宗地")


@pytest.fixture(scope="module")
def small(district):
    return land_district.District(district)


def contexts(small, **more):
    for towns, chains, group in itertools.product(_TOWNS, _CHAINS, _GROUPS):
        yield resolve_context(small, Selection(towns=towns, chains=chains, group=group, **more))


@pytest.mark.parametrize("counted", list(GradeMeasure))
@pytest.mark.parametrize("by", [Grouping.TOWN, Grouping.CHAIN])
def test_the_structure_by_grade(small, counted, by):
    for ctx in contexts(small, counted=counted, by=by):
        view = land.grade_structure(ctx)
        names = {GradeMeasure.FIRMS: "D类企业", GradeMeasure.LAND: "D类用地", GradeMeasure.TAX: "D类税收"}
        facts = Facts(
            values={"A、B类占比": {r.name: r.ab for r in view.rows}, names[counted]: {r.name: r.amounts[-1] for r in view.rows}}
        )
        check(view.insight, facts)


def test_land_of_d_firms_and_the_ranking(small):
    for metric, ctx in ((m, c) for m in land_towns.PER_MU_METRICS for c in contexts(small, metric=m)):
        owned = land_towns.worst_land(ctx)
        total = sum(r.land for r in owned.rows if not math.isnan(r.land))
        assert owned.insight.startswith("全区") == bool(ctx.selection.towns and total), owned.insight
        shares = {r.name: r.land / total for r in owned.rows if total and not math.isnan(r.land)}
        check(owned.insight, Facts(shares=shares, numbers={("amount", "D类企业占地"): total}))
        ranking = land_towns.per_mu_ranking(ctx)
        values, changes = ({r.name: getattr(r, field) for r in ranking.rows} for field in ("value", "change"))
        if ranking.insight:
            check(
                ranking.insight, Facts(values={"亩均税收" if metric == "tax_per_mu" else "亩均增加值": values}, changes=changes)
            )


def test_shares_of_d_firms_are_of_all_that_was_evaluated(small):
    """KPI, headline and towns' table divide by the same land: that of all evaluated firms, graded or not."""
    for ctx in contexts(small):
        view = land.summary(ctx)
        owned = land_towns.worst_land(ctx)
        if len(ctx.selection.towns) == 1:
            [row] = [r for r in owned.rows if r.key == ctx.selection.towns[0]]
            if view.worst_land:
                assert row.share == pytest.approx(view.worst_land_share)
        text = headlines.land_headline(ctx, view, land.grade_migration(ctx)).text
        assert ("只贡献" in text) == (view.worst_tax_share < view.worst_land_share), text


def test_firms_below_the_line_are_counted_whatever_their_grade(small):
    for ctx in contexts(small):
        view = land_scatter.scatter(ctx)
        if view.limit > 0:
            below = [f for f in view.firms if f.tax / f.land < view.limit]
            count = f"{len(below)}家" if below else "没有"
            assert view.insight == f"{count}{view.group}企业亩均税收低于2万元/亩"
