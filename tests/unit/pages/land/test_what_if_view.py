"""The what-if's values: scenarios, sliders, changes and what they do; by hand, and the sample against plain loops."""

from __future__ import annotations

import math

import pytest

from cockpit.errors import UsageError
from cockpit.evaluation.policy.policy import GRADES
from cockpit.selection import Selection, View
from cockpit.views.context import resolve_context
from cockpit.views.land import what_if
from tests import land_oracle
from tests.unit.evaluation import builders
from tests.unit.land_district import NOW, NOW_GRADES, PLAIN, POWER, RULE, District, bare
from tests.workbooks import code

#: In 规上 A to 40 % (3 places of 9) and the line at 4 万元/亩; in 宗地 no line.
CHANGES = "0c0:4;0qA:40;1c0:0"
#: What they do: 2 and 3 rise to A, 6 (3 万元/亩) falls to D; 14 rises to C. 10 keeps its veto, 7 and 8 stay below.
AFTER = NOW_GRADES | {2: "A", 3: "A", 6: "D", 14: "C"}


@pytest.fixture(scope="module")
def small(district):
    return District(district)


def at(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022", "view": View.WHAT_IF} | selection)))


def outcome(repository, **selection):
    return what_if.what_if(at(repository, **selection)).outcome


def bill(grades):
    """Land tax and power by plain loops: 0.5 万元/亩 times -1, -0.6, 0, 1; 万千瓦时 times 0, 0, 0.1, 0.3. Exempt firms as B."""
    land = power = 0.0
    for number, (mu, _, _) in NOW.items():
        grade = grades[number] if grades[number] in "ABCD" else "B"
        land += mu * 0.5 * {"A": -1.0, "B": -0.6, "C": 0.0, "D": 1.0}[grade]
        power += POWER.get(number, 0.0) * {"A": 0.0, "B": 0.0, "C": 0.1, "D": 0.3}[grade]
    return land, power


def test_nothing_changed_moves_nobody(small):
    result = outcome(small)
    assert result.counts == (("A", 2, 2), ("B", 5, 5), ("C", 3, 3), ("D", 5, 5))
    assert (result.rose, result.fell, result.towns, result.chains, result.movers, result.fault) == (0, 0, (), (), (), "")
    assert all(c.before == c.after for c in result.bills)
    assert what_if.what_if(at(small)).changed_rules == ()


def test_the_outcome_by_hand(small):
    result = outcome(small, changes=CHANGES)
    # A 1, 2, 3, 11 · B 4, 12, 13 · C 5, 14, 16 · D 6, 7, 8, 10, 15
    assert result.counts == (("A", 2, 4), ("B", 5, 3), ("C", 3, 3), ("D", 5, 5))
    assert (result.rose, result.fell) == (3, 1)
    assert [(r.name, r.rose, r.fell) for r in result.towns] == [("乔司", 1, 1), ("东湖", 1, 0), ("塘栖", 1, 0)]
    assert [(r.name, r.rose, r.fell) for r in result.chains] == [("未归链", 1, 1), ("时尚产业", 2, 0)]
    moved = {(m.name, m.before, m.after, m.land) for m in result.movers}
    assert moved == {("测试2", "B", "A", 20), ("测试3", "B", "A", 10), ("测试6", "C", "D", 40), ("测试14", "D", "C", 3)}
    assert [m.land for m in result.movers] == [40, 20, 10, 3]  # those with most land first


def test_the_flows_by_hand(small):
    flows = outcome(small, changes=CHANGES).moves
    assert flows.keys == (*GRADES, "不定等级")
    assert flows.counts == (
        (2, 0, 0, 0, 0),
        (2, 3, 0, 0, 0),  # 2 and 3
        (0, 0, 2, 1, 0),  # 6
        (0, 0, 1, 4, 0),  # 14
        (0, 0, 0, 0, 1),  # 9
    )
    assert flows.total == 16


def test_the_bill_by_hand(small):
    land, power = outcome(small, changes=CHANGES).bills
    # Before: A 12 亩, B 44 + the 8 of firm 9, D 39; after: A 42, B 14 + 8, D 76.
    assert (land.name, land.before, land.after) == ("土地使用税", pytest.approx(-2.1), pytest.approx(10.4))
    assert land.before == pytest.approx(-6 - 15.6 + 19.5)
    assert land.after == pytest.approx(-21 - 6.6 + 38)
    # Before: 6 is C (10), 7 and 14 D (15 + 3); after: 6 D (30), 7 D (15), 14 C (1).
    assert (power.name, power.before, power.after) == ("电价加价", pytest.approx(28.0), pytest.approx(46.0))
    assert (land.before, power.before) == pytest.approx(bill(NOW_GRADES))
    assert (land.after, power.after) == pytest.approx(bill(AFTER))


def test_the_bill_of_a_town_is_its_own(small):
    result = outcome(small, changes=CHANGES, towns=("qiaosi",))  # 6 C-D, 7, 8 D, 13 B, 14 D-C, 16 C
    assert [c.before for c in result.bills] == pytest.approx([-1.5 + 16.5, 28.0])
    assert [c.after for c in result.bills] == pytest.approx([-1.5 + 35.0, 46.0])
    assert (result.rose, result.fell) == (1, 1)


def test_towns_and_chains_add_up_to_the_whole(small):
    for sim in (CHANGES, "0qA:90;0qB:90;0qC:100", "1w0:1", "0w0:0", "0c0:9", "0b:best", "0b:mean;1b:ratio"):
        result = outcome(small, changes=sim)
        assert not result.fault, sim
        for parts in (result.towns, result.chains):
            assert (sum(p.rose for p in parts), sum(p.fell for p in parts)) == (result.rose, result.fell), sim
        assert sum(n for _, n, _ in result.counts) == sum(n for _, _, n in result.counts) == 15


def test_weights_are_scaled_to_the_groups_total(small):
    # 60 and 40 with 40 → 90: shares 60 : 90, that is 40 and 60. Score 4 × tax + 3 × added.
    view = what_if.what_if(at(small, changes="0w1:90"))
    assert view.changed_rules == ("规上 亩均税收权重 60→40分", "规上 亩均增加值权重 40→60分")
    # 1: 80 + 90 = 170, 2: 108, 3 and 10: 100, 4: 80, 5: 54, 6: 30, 7: 21, 8: 4. The order is the same.
    assert (view.outcome.rose, view.outcome.fell) == (0, 0)


@pytest.mark.parametrize(
    ("sim", "expected"),
    [
        (CHANGES, ("规上 A类累计占比 20→40%", "规上 tax_per_mu的D类门槛 2→4万元/亩", "宗地 取消tax_per_mu2万元/亩的D类门槛")),
        ("0qB:10", ("规上 B类累计占比 60→20%",)),  # pushed up to what A has
        ("0qC:10", ("规上 C类累计占比 95→60%",)),
        ("0qA:97", ("规上 A类累计占比 20→97%", "规上 B类累计占比 60→97%", "规上 C类累计占比 95→97%")),
        ("0b:best", ("规上 基准值改为本组最优值",)),
        ("0b:policy", ()),
        ("0w0:60", ()),
        ("0qA:20", ()),
        ("junk;0z1:4;0w0:-3;0w0:1e9;9w9:1;0b:worst;:::;0w0:", ()),
    ],
)
def test_what_was_changed_as_text(small, sim, expected):
    text = tuple(w.replace("亩均税收", "tax_per_mu") for w in what_if.what_if(at(small, changes=sim)).changed_rules)
    assert text == expected


@pytest.mark.parametrize(
    "sim", ["junk", "0w0:999999", "0w0:0;0w1:0", "0qA:100", "0qA:0;0qB:0;0qC:0", "9w9:1", "0c0:99999", "0b:x"]
)
def test_no_change_of_the_link_breaks_the_view(small, sim):
    result = outcome(small, changes=sim)
    assert result.fault == ""
    assert sum(n for _, _, n in result.counts) == 15


def test_a_rule_that_cannot_be_computed_says_so(district):
    mean_of_last = builders.policy(
        builders.group(builders.indicator(baseline={"of": "mean", "year": "last"})),
        builders.group(key="宗地", kind="宗地"),
        name="要上年",
    )
    repository = District(district, plans=[("要上年", mean_of_last)])
    repository.frames = {2022: repository.frames[2022]}
    view = what_if.what_if(at(repository, base="要上年"))
    assert "2021年" in view.outcome.fault
    assert view.outcome.counts == ()
    assert view.slider_groups  # they can still be turned back


# --- scenarios ----------------------------------------------------------------------------------------------------------


def test_the_scenarios_in_order_and_what_is_shown_first(small):
    view = what_if.what_if(at(small))
    assert [(p.key, p.name) for p in view.scenarios] == [("", "现行评价"), (RULE.name, RULE.name), (PLAIN.name, PLAIN.name)]
    assert (view.scenario.key, view.versus.key) == ("", "")
    assert (view.year, view.years, view.saved, view.version) == (2022, (2021, 2022), (), 1)


def test_a_saved_scenario_replaces_one_of_its_name(district):
    stricter = RULE.model_copy(update={"name": "更严", "groups": PLAIN.groups})
    repository = District(district, plans=[("更严", stricter), (PLAIN.name, RULE)])
    view = what_if.what_if(at(repository, base="更严", versus=PLAIN.name))
    assert [p.name for p in view.scenarios] == ["现行评价", RULE.name, PLAIN.name, "更严"]
    assert (view.scenario.policy.groups, view.versus.policy.groups) == (PLAIN.groups, RULE.groups)
    assert [s.name for s in view.saved] == ["更严", PLAIN.name]


@pytest.mark.parametrize("name", ["没有的方案", "<script>", "现行评价", " "])
def test_a_scenario_that_does_not_exist_is_the_published_one(small, name):
    view = what_if.what_if(at(small, base=name, versus=name, changes=CHANGES))
    assert (view.scenario.key, view.versus.key) == ("", "")
    assert (view.outcome.rose, view.outcome.fell) == (3, 1)


def test_two_scenarios_against_each_other(small):
    # PLAIN grades by rank only: 7 becomes C and 14 C; nothing else changes. Turned round, they fall.
    there = outcome(small, base=PLAIN.name)
    back = outcome(small, versus=PLAIN.name)
    assert (there.rose, there.fell) == (back.fell, back.rose) == (2, 0)
    assert {(m.name, m.before, m.after) for m in there.movers} == {("测试7", "D", "C"), ("测试14", "D", "C")}
    assert {(m.name, m.before, m.after) for m in back.movers} == {("测试7", "C", "D"), ("测试14", "C", "D")}
    # That rule bills nothing: both ways round the other rule's measures are counted on both grades.
    assert len(back.bills) == 2
    assert [(c.before, c.after) for c in there.bills] == [(c.after, c.before) for c in back.bills]
    assert outcome(small, base=PLAIN.name, versus=PLAIN.name).bills == ()


def test_an_old_year_has_its_own_figures(small):
    view = what_if.what_if(at(small, period="2021", changes="0c0:0"))
    assert view.year == 2021
    # Without the line firm 5, eighth of 95 % = 8 places, is C; 7 is ninth and stays D.
    assert [(m.name, m.before, m.after) for m in view.outcome.movers] == [("测试5", "D", "C")]


def test_published_figures_without_any_published_grade(district):
    view = what_if.what_if(at(bare(district, years=(2022,))))
    assert [p.key for p in view.scenarios] == [RULE.name, PLAIN.name]
    assert view.scenario is view.versus
    assert view.outcome.counts == (("A", 2, 2), ("B", 5, 5), ("C", 3, 3), ("D", 5, 5))


def test_without_figures_there_is_no_view_and_nothing_to_save(district):
    repository = bare(district)
    assert what_if.what_if(at(repository)) is None
    assert what_if.scenario_options(at(repository)) == ()
    with pytest.raises(UsageError, match="无法试算"):
        what_if.scenario_policy(at(repository))
    assert what_if.evaluated_year(at(District(district), period="2020")) is None


def test_what_is_saved_is_what_is_shown(small):
    policy = what_if.scenario_policy(at(small, changes=CHANGES))
    again = what_if.evaluate_scenario(at(small), policy)
    grades = dict(zip(again.firms["credit_code"], again.firms["grade"], strict=True))
    assert grades == {code(n): g for n, g in AFTER.items()}
    assert policy.year == 2022


def test_the_published_evaluation_stays_as_it_is(small):
    before = small.published[0].evaluation.firms.copy()
    outcome(small, changes=CHANGES)
    assert small.published[0].evaluation.firms.equals(before)
    assert small.published[0].evaluation.policy == RULE.for_year(2022)


# --- sliders ----------------------------------------------------------------------------------------------------------


def test_the_sliders_by_hand(small):
    first, second = what_if.what_if(at(small)).slider_groups
    assert [(k.key, k.name, k.unit, k.value) for k in first.sliders] == [
        ("0w0", "亩均税收", "分", 60.0),
        ("0w1", "亩均增加值", "分", 40.0),
        ("0qA", "A类累计占比", "%", 20.0),
        ("0qB", "B类累计占比", "%", 60.0),
        ("0qC", "C类累计占比", "%", 95.0),
        ("0c0", "亩均税收低于此值为D类", "万元/亩", 2.0),
    ]
    assert [k.key for k in second.sliders] == ["1w0", "1qA", "1qB", "1qC", "1c0"]
    assert (first.group, first.baseline, first.baseline_key) == ("规上", "policy", "0b")
    assert what_if.what_if(at(small, changes="0b:mean")).slider_groups[0].baseline == "mean"


@pytest.mark.slow
def test_every_slider_does_what_the_engine_does(small):
    """Each slider turned to its ends: the view's counts are those of the policy evaluated anew."""
    for group in what_if.what_if(at(small)).slider_groups:
        for slider in group.sliders:
            for value in (slider.low, slider.high):
                ctx = at(small, changes=f"{slider.key}:{value:g}")
                view = what_if.what_if(ctx)
                graded = what_if.evaluate_scenario(ctx, what_if.scenario_policy(ctx)).firms["grade"].value_counts()
                assert [n for _, _, n in view.outcome.counts] == [int(graded.get(g, 0)) for g in GRADES], slider.key


# --- the sample -----------------------------------------------------------------------------------------------------

#: link -> how 规上 is graded: weights, places in %, line.
TRIED = {
    "0w0:50;0w1:0": ((50, 0, 20, 10, 10, 10), (20, 60, 95), 2.0),
    "0qA:10;0qB:45;0qC:90": ((30, 20, 20, 10, 10, 10), (10, 45, 90), 2.0),
    "0c0:5": ((30, 20, 20, 10, 10, 10), (20, 60, 95), 5.0),
    "0c0:0;0qA:30": ((30, 20, 20, 10, 10, 10), (30, 60, 95), 0.0),
    "0w0:10;0w1:20;0w2:40;0w3:10;0w4:10;0w5:10;0c0:3.5": ((10, 20, 40, 10, 10, 10), (20, 60, 95), 3.5),
}


@pytest.mark.parametrize("sim", TRIED)
def test_the_sample_against_plain_loops(graded_repository, years, sim):
    year = years[2022]
    before, after = year.grades(), year.regraded("规上", *TRIED[sim])
    result = outcome(graded_repository, changes=sim)
    assert result.counts == tuple((g, *(sum(v == g for v in grades.values()) for grades in (before, after))) for g in "ABCD")
    rose, fell = land_oracle.moves(before, after)
    assert (result.rose, result.fell) == (len(rose), len(fell))
    assert rose | fell
    bills = [year.bill(grades) for grades in (before, after)]
    assert {c.name: (c.before, c.after) for c in result.bills} == {
        name: (pytest.approx(bills[0][name]), pytest.approx(bills[1][name])) for name in land_oracle.MEASURES
    }
    for part, rows in (("town", result.towns), ("chain", result.chains)):
        for row in rows:
            inside = {f.code for f in year.firms.values() if short(getattr(f, part)) == row.name}
            assert (row.rose, row.fell) == (len(rose & inside), len(fell & inside))
        assert (sum(r.rose for r in rows), sum(r.fell for r in rows)) == (len(rose), len(fell))
    most = sorted((year.firms[c].row[land_oracle.LAND] for c in rose | fell), reverse=True)[:12]
    assert [m.land for m in result.movers] == most
    assert all((m.before, m.after) == (before[m.credit_code], after[m.credit_code]) for m in result.movers)


def short(name):
    return name.removesuffix("街道").removesuffix("镇") or "未归链"


def test_the_sample_by_town_filters_the_firms_and_not_the_ranks(graded_repository, years):
    year = years[2022]
    sim = "0qA:10;0qB:45;0qC:90"
    after = year.regraded("规上", *TRIED[sim])
    result = outcome(graded_repository, changes=sim, towns=("tangqi",))
    own = [f.code for f in year.of(town="塘栖镇")]
    assert [n for _, _, n in result.counts] == [sum(after[c] == g for c in own) for g in "ABCD"]


def test_the_samples_other_policies_all_run(graded_repository):
    view = what_if.what_if(at(graded_repository))
    for scenario in view.scenarios:
        tried = what_if.what_if(at(graded_repository, base=scenario.key))
        assert tried.outcome.fault == ""
        assert sum(n for _, _, n in tried.outcome.counts) > 1500
        assert not any(math.isnan(m.score_after) for m in tried.outcome.movers)
