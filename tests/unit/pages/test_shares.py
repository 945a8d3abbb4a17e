"""Shares that are listed with their whole add up to 100.0 as shown, and are the same in card, tooltip, table, sentence, wall."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.selection import Selection, View
from cockpit.views.chain.firms import leader_panel
from cockpit.views.chain.stages import stage_panel
from cockpit.views.context import items, resolve_context
from cockpit.views.green import areas as green_areas
from cockpit.views.green import projects as green_projects
from cockpit.views.overview import panels as overview
from cockpit.views.wall.scenes import chain_scene
from layouts.chain.firms import render_leader
from layouts.chain.stages import render_stages
from layouts.green.areas import render_areas
from layouts.green.projects import render_fields
from layouts.overview.chains import render_chains
from layouts.overview.towns import render_towns
from tests.unit.pages.markup import text_of, walk, with_class
from tests.unit.sentences import districts

_PERCENT = r"(−?\d+(?:\.\d+)?)%"
_SEEDS = range(6)


@pytest.fixture(scope="module", params=[(kind, seed) for kind in ("growing", "mixed") for seed in _SEEDS], ids=str)
def made(request, district):
    return districts.make(*request.param, district)


def percents(texts, pattern):
    """The percentages that follow the pattern in the texts."""
    return [Decimal(match.replace("−", "-")) for text in texts for match in re.findall(pattern + _PERCENT, text)]


def tooltips(component):
    return [str(value) for node in walk(component) if (value := getattr(node, "properties", {}).get("data-tooltip"))]


def test_chains_towns_and_areas(made, context):
    ctx = resolve_context(made, Selection(period="2022"))
    every = {i.key: i for i in items(ctx, METRICS["output"], ctx.where, Grouping.CHAIN)}
    assert sum(i.share_shown for i in every.values()) == 100
    cards = [text_of(c) for c in with_class(render_chains(overview.chains(ctx), context()).body, "chain-card")]
    listed = percents(cards, "占全区")
    assert listed
    assert listed == [i.share_shown for i in every.values() if i.key]
    assert sum(listed) + sum(i.share_shown for i in every.values() if not i.key) == 100
    towns = overview.towns(ctx)
    hints = tooltips(render_towns(towns, context()).svg)
    assert sum(percents(hints, "占各镇街合计 ")) in (100, 0)
    green = green_areas.areas(resolve_context(made, Selection(period="2022", chains=("green-energy",), view=View.GREEN)))
    rendered = render_areas(green, context("/chain/green-energy", chains=("green-energy",), view=View.GREEN))
    by_row = [row.share_shown for row in green.rows if not row.share_shown.is_nan()]
    assert sum(by_row) == 100
    on_map = percents(tooltips(rendered.svg), "占全区 ")
    assert not on_map or sum(on_map) == 100
    shown = percents([text_of(rendered.body)], r"")
    assert all(share in shown for share in by_row)
    for share in percents([green.insight], "占"):
        assert share in by_row or share in [a + b for a in by_row for b in by_row]
    fields = green_projects.fields(resolve_context(made, Selection(period="2022", chains=("green-energy",), view=View.GREEN)))
    if fields.rows:
        assert sum(row.share_shown for row in fields.rows) == 100
        body = text_of(render_fields(fields, context("/chain/green-energy", chains=("green-energy",), view=View.GREEN)).body)
        assert all(f"{row.share_shown}%" in body for row in fields.rows)


def test_stages_and_roles_of_a_chain_on_page_and_wall(made, context):
    ctx = resolve_context(made, Selection(period="2022", chains=("fashion",)))
    panel = stage_panel(ctx, "fashion")
    nodes = percents([text_of(render_stages(panel, context("/chain/fashion", chains=("fashion",))).body)], "· 占")
    assert sum(nodes) == 100
    assert sorted(nodes) == sorted(s.shown.share_shown for s in panel.stages if not s.shown.share_shown.is_nan())
    for stage in panel.stages:
        for reason in (r for r in stage.reasons if r.startswith("占比")):
            assert reason == f"占比{stage.item.share_shown}%"
            assert stage.item.share_shown < 5
        if not stage.reasons and not stage.item.share_shown.is_nan() and stage.item.key:
            assert stage.item.share_shown >= 5
    leaders = leader_panel(ctx)
    assert sum(role.item.share_shown for role in leaders.roles) == 100
    growth = ctx.total(METRICS["output"]).change * 100
    if not math.isnan(growth):
        assert sum(role.shown for role in leaders.roles) == pytest.approx(float(formatting.round_half_up(growth, 2)))
    scene = chain_scene(ctx)
    [own] = [i for i in items(ctx, METRICS["output"], Selection().where, Grouping.CHAIN) if i.key == "fashion"]
    assert scene.share == own.share_shown
    [alone] = [r.item.share_shown for r in leaders.roles if r.item.key == "链主"] or [None]
    firms = [r for r in leaders.roles if r.item.key == "链主" and r.firms == 1]
    if firms:
        big = text_of(render_leader(leaders, context("/chain/fashion", chains=("fashion",))).body)
        assert f"{alone}%" in big
