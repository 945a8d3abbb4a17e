"""Sentences of random selections over districts of every kind, read back and held against the values beside them."""

from __future__ import annotations

import functools
import math
import random

import pytest

from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping, industry_name
from cockpit.catalogue.formulas import Direction
from cockpit.catalogue.metrics import METRICS
from cockpit.errors import UsageError
from cockpit.selection import Compare, Selection
from cockpit.views.chain import firms as chain_firms
from cockpit.views.chain import panels as chain_panels
from cockpit.views.chain import stages as chain_stages
from cockpit.views.context import resolve_context
from cockpit.views.green import areas as green_areas
from cockpit.views.innovation import spread
from cockpit.views.overview import panels as overview
from cockpit.views.overview.briefing import briefing
from cockpit.views.projects import breakdowns
from cockpit.views.remediation import progress
from cockpit.views.space import summary as space
from cockpit.views.wall import headlines, scenes
from tests.unit.sentences import chain_page, districts, firm_page, innovation, platform, reader, wall
from tests.unit.sentences.checks import Facts, check

_SEEDS = 3
#: Readings of whole sentences, each of one panel or scene.
READERS = [read for module in (innovation, platform, chain_page, firm_page, wall) for read in module.READERS]
_NAMES = {
    "tangqi": "塘栖镇",
    "donghu": "东湖街道",
    "qiaosi": "乔司街道",
    "nanyuan": "南苑街道",
    "fashion": "时尚产业",
    "green-energy": "绿色能源",
}
_TOWNS = ("tangqi", "donghu", "qiaosi", "nanyuan")
_PERIODS = ("", "2022", "2022-05", "2022-01..2022-06", "2023-02", "2021", "2022-07..2023-06")


@pytest.fixture(scope="module")
def made(district):
    return functools.lru_cache(None)(lambda kind, seed: districts.make(kind, seed, district))


def chosen(pick):
    """A random selection: some filters, period, comparison, metric."""

    def some(keys, most):
        return tuple(sorted(pick.sample(keys, pick.choice((0, 0, 0, 1, most)))))

    return Selection(
        towns=some(_TOWNS, 2),
        industries=some(("17", "18", "34", "38"), 2),
        chains=some(("fashion", "green-energy"), 1),
        period=pick.choice(_PERIODS),
        compare=pick.choice((Compare.YOY, Compare.YOY, Compare.MOM, Compare.NONE)),
        comparable=pick.random() < 0.2,
        metric=pick.choice(overview.CHOICES),
        by=pick.choice((Grouping.TOWN, Grouping.CHAIN, Grouping.INDUSTRY)),
    )


def context(repository, selection):
    """The view context; ``None`` for a period without data, which has no page."""
    try:
        return resolve_context(repository, selection)
    except UsageError:
        return None


def _table(items, field, name="short"):
    return {getattr(i, name): getattr(i, field) for i in items}


def _items_facts(metric, items, name="short"):
    return Facts(
        values={"": _table(items, "value", name)},
        changes=_table(items, "change", name),
        shares={k: v for k, v in _table(items, "share", name).items() if not math.isnan(v)},
        shown={k: v for k, v in _table(items, "share_shown", name).items() if not v.is_nan()},
        down_is_good=metric.direction is not Direction.UP,
        numbers={("count", ""): sum(not math.isnan(i.value) for i in items)},
    )


def _towns(ctx):
    view = overview.towns(ctx)
    return view, _items_facts(view.metric, view.rows)


def _chains(ctx):
    view = overview.chains(ctx)
    facts = _items_facts(view.metric, [c.item for c in view.cards], "name")
    facts.points = {c.item.name: c.shown for c in view.cards}
    facts.total = ctx.total(view.metric, ctx.selection.replace(chains=()).where).change * 100
    return view, facts


def _contributions(ctx):
    view = overview.contributions(ctx)
    firms = {s.name: s.points for s in (*view.leaders, *view.laggards)}
    for statement in reader.read(view.insight) if view.insight else ():
        if statement.kind == "alone":
            assert firms[statement["who"]] == (min if view.total_shown < 0 else max)(firms.values()), view.insight
    return view, Facts(points={s.name: s.shown for s in view.steps}, total=view.total_shown, firm=firms)


def _trend(ctx):
    view = overview.trend(ctx)
    known = [p for p in view.points if not math.isnan(p.value)]
    numbers = {}
    if known:
        first = known[-1].month - known[-1].covered + 1
        label = f"{known[-1].month % 100}月" if known[-1].covered == 1 else f"{first % 100}—{known[-1].month % 100}月"
        numbers = {("newest", view.metric.label): known[-1].value, ("label", ""): label}
    values = [p.value for p in known]
    record = len(values) > 1 and values[-1] > max(values[:-1])
    changes = [p.change for p in view.points if not math.isnan(p.change)]
    return view, Facts(months=changes, numbers=numbers, last_is_record=record)


def _chain_rows(make):
    def panel(ctx):
        view = make(ctx)
        return view, _items_facts(view.metric, view.items)

    return panel


def _stages(ctx):
    view = chain_stages.stage_panel(ctx, "fashion")
    facts = Facts(
        values={view.metric.label: {s.item.name: s.shown.value for s in view.stages if s.item.key}},
        shares={s.item.name: s.shown.share for s in view.stages if not math.isnan(s.shown.share)},
        shown={s.item.name: s.shown.share_shown for s in view.stages if not s.shown.share_shown.is_nan()},
    )
    for kind, names in (
        ("gap", [s.item.name for s in view.stages if s.gap]),
        ("weak", [s.item.name for s in view.stages if s.weak]),
    ):
        clauses = [s["who"] for s in reader.read(view.insight) if s.kind == kind] if view.insight != "尚无链条图谱" else []
        assert clauses == (["、".join(names)] if names else []), view.insight
    return view, facts


def _leader(ctx):
    view = chain_firms.leader_panel(ctx)
    growth_of = {r.item.key: r.item.change for r in view.roles}
    return view, Facts(numbers={("role", name): change for name, change in growth_of.items()})


def _firms(ctx):
    view = chain_firms.firm_panel(ctx)
    first = view.rows[0] if view.rows else None
    numbers = {("count", ""): view.firms, ("top", ""): view.cr4}
    if first is not None:
        numbers["leads", first.name.removeprefix("杭州").removesuffix("有限公司")] = None
        if any(r.output == first.output for r in view.rows[1:]):
            numbers = {k: v for k, v in numbers.items() if k[0] != "leads"}
    for statement in reader.read(view.insight):
        if statement.kind == "top":
            assert view.firms > int(statement["count"]), view.insight
    return view, Facts(numbers=numbers)


def _green(ctx):
    view = green_areas.areas(ctx)
    wings = {r.name for r in view.rows if r.role == "翼"}
    return view, Facts(
        changes={r.name: r.change for r in view.rows if r.role},
        shares={r.name: r.share for r in view.rows if not math.isnan(r.share)},
        shown={r.name: r.share_shown for r in view.rows if not math.isnan(r.share)},
        merged={"两翼": wings},
    )


def _projects(make):
    def panel(ctx):
        view = make(ctx)
        several = {r.name: r.start_rate for r in view.rows if r.count >= 3}
        facts = Facts(
            values={
                "计划投资": {r.name: r.planned for r in view.rows},
                "开工率": {r.name: r.start_rate for r in view.rows},
                **{f"签约3个以上的{among}": several for among in ("", "镇街中", "产业链中")},
            },
            shares={r.name: r.planned / view.whole.planned for r in view.rows} if view.whole and view.whole.planned else {},
        )
        return view, facts

    return panel


def _remediation(ctx):
    view = progress.towns(ctx)
    rows = [r for r in view.rows if r.key]
    values = {
        "盘活": {r.name: r.released for r in rows},
        "在治": {r.name: float(r.active) for r in rows},
        "完成率": {r.name: r.completion for r in rows},
    }
    return view, Facts(values=values)


def _renewal(ctx):
    view = space.renewal_towns(ctx)
    whole = sum(r.done.area for r in view.rows)
    return view, Facts(shares={r.name: r.done.area / whole for r in view.rows} if whole else {})


def _research(ctx):
    view = spread.research_intensity(ctx)
    chains, towns = ([i for i in group if i.key] for group in (view.chains, view.towns))
    by_town = _table(towns, "value", "name")
    values = {"": _table(chains, "value", "name"), "镇街中": by_town, "个镇街": by_town}
    return view, Facts(values=values, changes=_table(chains, "change", "name"))


_PANELS = {
    "towns": _towns,
    "chains": _chains,
    "contributions": _contributions,
    "trend": _trend,
    "chain towns": _chain_rows(chain_panels.towns),
    "chain industries": _chain_rows(chain_panels.industries),
    "stages": _stages,
    "roles": _leader,
    "firms": _firms,
    "green areas": _green,
    "projects by chain": _projects(breakdowns.chains),
    "projects by town": _projects(breakdowns.towns),
    "remediation": _remediation,
    "renewal": _renewal,
    "research": _research,
}


def _check_selection(made, number):
    pick = random.Random(number)
    kind = districts.KINDS[number % len(districts.KINDS)]
    selection = chosen(pick)
    ctx = context(made(kind, pick.randrange(_SEEDS)), selection)
    if ctx is None:
        return
    where = f"{number} {kind} {selection.to_query()}"
    for name in pick.sample(sorted(_PANELS), 4):
        view, facts = _PANELS[name](ctx)
        if view.insight and view.insight != "尚无链条图谱":
            try:
                check(view.insight, facts)
            except AssertionError as error:
                pytest.fail(f"{where} {name}: {error}")
            if name == "contributions":
                metric = overview.selected_metric(ctx)
                assert_scope_is_named(view.caption.scope, selection, has_base=not math.isnan(ctx.total(metric).base))
            if name == "trend":
                has_base = any(not math.isnan(point.base) for point in view.points)
                assert_scope_is_named(view.caption.scope, selection, has_base=has_base)
    for reader_of_panel in pick.sample(READERS, 3):
        try:
            reader_of_panel(ctx)
        except AssertionError as error:
            pytest.fail(f"{where} {reader_of_panel.__name__}: {error}")
    if pick.random() < 0.5:
        _check_briefing(ctx, where)


def assert_scope_is_named(text, selection, *, has_base):
    """Every filter stands in the text by its name; so does 可比口径, but not where there is no base: that is of all firms."""
    for key in (*selection.towns, *selection.chains):
        assert _NAMES[key] in text, text
    for division in selection.industries:
        assert industry_name(division) in text, text
    is_comparable = selection.comparable and selection.compare is not Compare.NONE and has_base
    assert ("可比口径" in text) is is_comparable, text


def _check_briefing(ctx, where):
    view, selection = briefing(ctx), ctx.selection
    headline, paragraph = view.headline, "".join(text for text, _ in view.paragraph)
    if not paragraph:
        assert "没有所选范围的数据" in headline, where
        return
    month = Period(PeriodKind.MONTH, ctx.last_month, ctx.last_month)
    has_base = not math.isnan(ctx.total(METRICS["output"], period=month).base)
    assert_scope_is_named(headline, selection, has_base=has_base)
    opening = paragraph.split("。")[0]
    assert_scope_is_named(opening, selection, has_base=has_base)
    assert ctx.terms.whole in opening or selection.towns or selection.chains or selection.industries, where
    if selection.compare is Compare.NONE:
        assert "同比" not in paragraph, f"{where}: {paragraph}"
        assert "环比" not in paragraph, f"{where}: {paragraph}"
    if selection.compare is Compare.MOM:
        assert "增速比" not in paragraph, f"{where}: {paragraph}"
    _check_drivers(ctx, headline, paragraph, where)


def _check_drivers(ctx, headline, paragraph, where):
    """Whoever is said to have moved the month did so, by what the chart of the month shows, and nobody moved it further."""
    month = f"{ctx.last_month // 100}-{ctx.last_month % 100:02d}"
    by_grouping = {}
    for by in (Grouping.CHAIN, Grouping.TOWN):
        part = resolve_context(ctx.repository, ctx.selection.replace(period=month, metric="output", by=by))
        by_grouping[by] = overview.contributions(part)
    parts = by_grouping[Grouping.CHAIN]
    if math.isnan(parts.total):
        assert "拉动" not in paragraph, where
        assert "拖累" not in paragraph, where
        return
    assert ("增长" in headline) == (parts.total >= 0.05), f"{where}: {headline} {parts.total}"
    assert ("下降" in headline) == (parts.total <= -0.05), f"{where}: {headline} {parts.total}"
    firms = {s.name: s.shown for s in (*parts.leaders, *parts.laggards)}
    for sentence in paragraph.split("。"):
        for clause in sentence.replace("分镇街看，", "分镇街看|").replace("；", "，").split("，"):
            if not clause.endswith("个百分点") or not any(verb in clause for verb in ("拉动", "拖累")):
                continue
            view = by_grouping[Grouping.TOWN if "分镇街看" in clause else Grouping.CHAIN]
            facts = Facts(points={s.name: s.shown for s in view.steps if s.key}, firm=firms)
            try:
                [statement] = check(clause.replace("|", "，"), facts)
            except (AssertionError, KeyError) as error:
                pytest.fail(f"{where}: {clause} {error}")
            table = firms if statement.kind == "alone" else facts.points
            best = (max if parts.total > 0 else min)(table.values())
            assert table[statement["who"]] == best, f"{where}: {clause} {table}"


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_claims_of_panels_and_briefing_are_true_of_their_values(made, start):
    for number in range(start, start + 50):
        _check_selection(made, number)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(200, 2000, 100))
def test_claims_of_two_thousand_selections_are_true(made, start):
    for number in range(start, start + 100):
        _check_selection(made, number)


@pytest.mark.slow
@pytest.mark.parametrize("kind", districts.KINDS)
def test_the_headline_of_alerts_counts_them(made, kind):
    for period in _PERIODS[:3]:
        for towns in ((), ("tangqi",)):
            if ctx := context(made(kind, 0), Selection(period=period, towns=towns)):
                wall.read_alerts(ctx)


@pytest.mark.parametrize("kind", districts.KINDS)
def test_headlines_of_the_wall_go_with_the_sign(made, kind):
    for seed in range(_SEEDS):
        for period in _PERIODS:
            ctx = context(made(kind, seed), Selection(period=period))
            if ctx is None:
                continue
            scene = scenes.overview_scene(ctx)
            change, text = scene.hero.compared.change, scene.headline.text
            if math.isnan(change):
                assert "增长" not in text
                assert "下降" not in text
            elif "同比" in text:
                assert ("增长" in text) == (change >= 0.0005), text
            assert not ("拖累" in text and change > 0), text
            assert not ("拉动" in text and change < 0), text
            assert headlines.period_label(ctx.period.first, ctx.period.last) or text


@pytest.mark.parametrize(
    "false",
    [
        "塘栖增长最快（−1.0%）",
        "塘栖拉动最大（−3.13个百分点）",
        "塘栖、东湖增长最快（+5.0%）",
        "东湖增长最快（+3.0%）",
        "塘栖占九成以上",
        "塘栖占近四成",
        "东湖拖累最大（−1.00个百分点）",
        "塘栖随便说说",
    ],
)
def test_a_false_claim_is_found(false):
    facts = Facts(
        values={"": {"塘栖": 2.0, "东湖": 1.0}},
        changes={"塘栖": 0.05, "东湖": 0.03},
        points={"塘栖": 3.0, "东湖": 1.0},
        shares={"塘栖": 0.67, "东湖": 0.33},
        total=4.0,
    )
    with pytest.raises(AssertionError):
        check(false, facts)
    check("塘栖增长最快（+5.0%），占67.0%；塘栖拉动最大（+3.00个百分点）", facts)
