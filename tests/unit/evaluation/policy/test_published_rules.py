"""The published rules that ship with the district pack, each on firms whose scores were computed by hand."""

from __future__ import annotations

import pytest

from cockpit.evaluation.grading.engine import evaluate_policy
from data.district_pack import pack_folder
from data.evaluation.policies import load_policy
from tests.unit.evaluation.builders import column, firm, frame, points

FOLDER = pack_folder("linping") / "policies"


def rule(name):
    return load_policy(FOLDER / f"{name}.yaml").policy


def run(name, rows, last_year=()):
    return evaluate_policy(rule(name), frame(rows), frame(list(last_year)))


def land_firm(n=900, **more):
    """A 宗地 firm: the rules want at least one."""
    return firm(n, 10.0, kind="宗地", power_wan_kwh=50.0, value_added=30.0, revenue=100.0, energy_tce=5.0, **more)


def sizes(evaluation, group="规上"):
    counts = evaluation.firms.query("group == @group")["grade"].value_counts()
    return {str(grade): int(count) for grade, count in counts.items()}


# --- Huangyan 2022: fixed baselines


def at_the_baselines(n, tax=240.97, **more):
    """A firm on 10 mu whose indicators are 24.097, 136.16, 2.694, 4929.81, 18.14 and 0.0302."""
    added = 1361.6
    own = {"land_mu": 10.0, "value_added": added, "energy_tce": added / 2.694, "pollutant_t": added / 4929.81}
    return firm(n, tax, **{**own, "staff": added / 18.14, "rd": 3.02, "revenue": 100.0, **more})


def test_huangyan_a_firm_at_every_baseline_scores_100():
    # 30 + 20 + 20 + 10 + 10 + 10
    result = run("huangyan-2022", [at_the_baselines(1), land_firm()])
    assert column(result, "score")[0] == 100.0
    assert points(result) == [[30.0, 20.0, 20.0, 10.0, 10.0, 10.0]]


def test_huangyan_small_firms_at_both_baselines_score_100():
    # 11.5932 ÷ 11.5932 × 50 + 0.2352 ÷ 0.2352 × 50
    result = run("huangyan-2022", [at_the_baselines(1), firm(2, 11.5932, kind="宗地", power_wan_kwh=11.5932 / 0.2352)])
    assert column(result, "score")[1] == 100.0


def test_huangyan_parts_by_hand():
    result = run(
        "huangyan-2022",
        [
            # 48.194 ÷ 24.097 × 30 = 60; 68.08 ÷ 136.16 × 20 = 10; 1.347 ÷ 2.694 × 20 = 10; 4929.81 ÷ … × 10 = 10;
            # 9.07 ÷ 18.14 × 10 = 5; no research 0: together 95
            firm(
                1,
                481.94,
                land_mu=10.0,
                value_added=680.8,
                energy_tce=680.8 / 1.347,
                pollutant_t=680.8 / 4929.81,
                staff=680.8 / 9.07,
                rd=0.0,
                revenue=100.0,
            ),
            # twice every baseline: no cap, 200
            at_the_baselines(
                2,
                tax=481.94,
                value_added=2723.2,
                energy_tce=1361.6 / 2.694,
                pollutant_t=1361.6 / 4929.81,
                staff=1361.6 / 18.14,
                rd=6.04,
            ),
            land_firm(),
        ],
    )
    assert points(result) == [[60.0, 10.0, 10.0, 10.0, 5.0, 0.0], [60.0, 40.0, 40.0, 20.0, 20.0, 20.0]]
    assert column(result, "score")[:2] == [95.0, 200.0]


@pytest.mark.parametrize("emission", [None, 0.0])
def test_huangyan_without_emission_data_the_score_is_the_groups_mean(emission):
    half = at_the_baselines(2, pollutant_t=2 * 1361.6 / 4929.81)  # half the baseline: 5 of 10 points
    result = run("huangyan-2022", [at_the_baselines(1), half, at_the_baselines(3, pollutant_t=emission), land_firm()])
    assert [p[3] for p in points(result)] == [10.0, 5.0, 7.5]  # (10 + 5) ÷ 2
    assert column(result, "score")[:3] == [100.0, 95.0, 97.5]


# --- Huai'an 2024: 45, 35, 20; baselines twice last year's means; T

LAST = [
    firm(1, 10.0, revenue=100.0, energy_tce=5.0),  # 10 a mu, 100 a mu, 2 a tonne
    firm(2, 20.0, revenue=300.0, energy_tce=5.0),  # 20, 300, 4
    land_firm(),
]


def test_huaian_against_twice_last_years_mean():
    # baselines 2 × 15 = 30, 2 × 200 = 400, 2 × 3 = 6
    now = [
        firm(1, 30.0, revenue=400.0, energy_tce=5.0),  # 45 + 35 + 20
        firm(2, 20.0, revenue=200.0, energy_tce=20.0),  # 30 + 17.5 + 1 ÷ 6 × 20
        firm(3, 60.0, revenue=400.0, energy_tce=None),  # 90 + 35 + 0
        land_firm(),
    ]
    result = run("huaian-2024", now, LAST)
    assert result.groups[0].scores.baselines[0].tolist() == pytest.approx([30.0, 400.0, 6.0])
    assert column(result, "score")[:3] == pytest.approx([100.0, 47.5 + 20 / 6, 125.0], abs=1e-8)


def test_huaian_quotas():
    # of 40: A 8, B to 24, C to 38, D 2
    now = [firm(n, float(n), revenue=100.0, energy_tce=5.0) for n in range(1, 41)]
    assert sizes(run("huaian-2024", [*now, land_firm()], LAST)) == {"A": 8, "B": 16, "C": 14, "D": 2}


@pytest.mark.parametrize(
    ("more", "grade"),
    [
        ({"division": "44"}, "T"),
        ({"division": "45"}, "T"),
        ({"division": "46"}, "T"),
        ({"division": "43"}, "D"),
        ({"founded_on": "2023-01-01"}, "T"),  # at the end of 2024 not yet two years
        ({"founded_on": "2022-12-31"}, "D"),
    ],
)
def test_huaian_utilities_and_the_young_get_t(more, grade):
    # the best of 11 by score: T all the same; as the worst of 10 graded it is D (95 % of 10 are 9)
    now = [firm(n, 100.0, revenue=100.0, energy_tce=5.0) for n in range(1, 10)]
    result = run("huaian-2024", [*now, firm(10, 1.0, **more), land_firm()], LAST)
    assert column(result, "grade")[9] == grade
    assert column(result, "treated_as")[9] == ("" if grade == "T" else "D")


# --- Anhui 2023: 45, 20, 15, 15, 5; 25/70/95; 参照B类


def anhui(n, tax, **more):
    """Together with its like a firm at the group's own ratios: 100 points at a tax of 10."""
    own = {"land_mu": 10.0, "revenue": 200.0, "value_added": 50.0, "energy_tce": 25.0, "rd": 6.0, "staff": 5.0}
    return firm(n, tax, **{**own, **more})


def test_anhui_parts_by_hand():
    # tax 5 and 15 over 10 mu each: ratio 1; the other four equal for both, so at the baseline
    result = run("anhui-2023", [anhui(1, 5.0), anhui(2, 15.0), anhui(3, 40.0, land_mu=40.0, revenue=800.0), land_firm()])
    # baselines: 60 ÷ 60; 1200 ÷ 60 = 20; 150 ÷ 75 = 2; 18 ÷ 1200 = 0.015; 150 ÷ 15 = 10
    assert result.groups[0].scores.baselines[0].tolist() == pytest.approx([1.0, 20.0, 2.0, 0.015, 10.0])
    # 1: 0.5 × 45, 20, 15, 0.03 ÷ 0.015 = 2 capped at 1.5 × 15 = 22.5, 5
    # 2: 1.5 × 45 = 67.5; 3: 45, 20, 15, 0.0075 ÷ 0.015 × 15 = 7.5, 5
    assert points(result) == [[22.5, 20.0, 15.0, 22.5, 5.0], [67.5, 20.0, 15.0, 22.5, 5.0], [45.0, 20.0, 15.0, 7.5, 5.0]]
    assert column(result, "score")[:3] == [85.0, 130.0, 92.5]


def test_anhui_quotas_and_the_exempt_scored_but_not_graded():
    # 20 are graded: A 5, B to 14, C to 19, D 1; the two exempt ones would be first and last
    now = [anhui(n, float(n)) for n in range(1, 21)]
    exempt = [anhui(21, 99.0, division="45"), anhui(22, 0.5, founded_on="2022-06-01")]
    result = run("anhui-2023", [*now, *exempt, land_firm()])
    assert sizes(result) == {"A": 5, "B": 9, "C": 5, "D": 1, "参照B类": 2}
    exempt_firms = result.firms.set_index("credit_code").loc[[f["credit_code"] for f in exempt]]
    assert exempt_firms["treated_as"].tolist() == ["B", "B"]
    assert exempt_firms["rank"].tolist() == [1, 22]
    assert (exempt_firms["score"] > 0).all()
    assert exempt_firms["reason"].tolist() == ["公用事业企业", "初创企业"]


def test_anhui_small_firms_rank_by_tax_per_mu():
    small = [firm(n, tax, kind="宗地", land_mu=land) for n, (tax, land) in enumerate([(9.0, 3.0), (8.0, 2.0), (50.0, 100.0)], 2)]
    result = run("anhui-2023", [anhui(1, 10.0), *small])
    assert column(result, "rank")[1:] == [2, 1, 3]  # 3, 4 and 0.5 a mu


# --- Dezhou 2024: A at most 20 %, D at least 5 %


def dezhou(values):
    """Grades of firms with these taxes and 1000 万元 more: nobody reaches the cap, which would make ties of its own."""
    result = run(
        "dezhou-2024", [*(firm(n, 1000.0 + v, value_added=10.0, energy_tce=5.0) for n, v in enumerate(values, 1)), land_firm()]
    )
    return column(result, "grade")[: len(values)]


def test_dezhou_without_ties():
    # 20: A 4, B to 12, C to 19, D 1
    assert dezhou(range(20, 0, -1)) == [*"AAAA", *"BBBBBBBB", *"CCCCCCC", "D"]


def test_dezhou_ties_never_make_a_more_than_a_fifth_nor_d_less_than_a_twentieth():
    assert dezhou([20, 19, 18, 17, 17, *range(15, 0, -1)])[:5] == [*"AAABB"]  # 4th and 5th equal: three A
    assert dezhou([*range(20, 3, -1), 1, 1, 1])[-4:] == [*"CDDD"]  # the last three equal: all D
    assert dezhou([5] * 20) == ["D"] * 20


@pytest.mark.parametrize("size", [1, 4, 5, 19, 20, 21, 39, 101])
@pytest.mark.parametrize("distinct", [1, 2, 3, 7, 200])
def test_dezhou_limits_hold_for_all_sizes_and_ties(size, distinct):
    result = dezhou([n % distinct + 1 for n in range(size)])
    assert result.count("A") <= 0.2 * size
    assert result.count("D") >= 0.05 * size


def test_dezhou_parts_by_hand():
    # ratios: 40 ÷ 2 = 20 a mu, 20 ÷ 10 = 2 a tonne; 1: 30 ÷ 20 × 60 = 90, 2 ÷ 2 × 40 = 40; 2: 10 ÷ 20 × 60 = 30, 40
    now = [firm(1, 30.0, value_added=10.0, energy_tce=5.0), firm(2, 10.0, value_added=10.0, energy_tce=5.0), land_firm()]
    assert points(run("dezhou-2024", now)) == [[90.0, 40.0], [30.0, 40.0]]


# --- Linping 2022: 30, 20, 20, 10, 10, 10; the group's ratios; caps; ±10; 2 万元/亩; two years


def linping(n, tax, **more):
    own = {
        "land_mu": 10.0,
        "value_added": 500.0,
        "energy_tce": 250.0,
        "pollutant_t": 0.5,
        "staff": 50.0,
        "rd": 10.0,
        "revenue": 400.0,
    }
    return firm(n, tax, **{**own, **more})


def test_linping_parts_by_hand():
    # ratios: 600 ÷ 40 = 15 a mu, all others as each firm has them (the third has no emission data)
    now = [linping(1, 150.0), linping(2, 300.0), linping(3, 135.0, pollutant_t=None), linping(4, 15.0), land_firm()]
    result = run("linping-2022", now)
    # 1: 30+20+20+10+10+10; 2: 2 × 30 capped at 45; 3: 0.9 × 30 = 27, emission the mean of (10, 10, 10); 4: 0.1 × 30 = 3
    assert points(result) == [
        [30.0, 20.0, 20.0, 10.0, 10.0, 10.0],
        [45.0, 20.0, 20.0, 10.0, 10.0, 10.0],
        [27.0, 20.0, 20.0, 10.0, 10.0, 10.0],
        [3.0, 20.0, 20.0, 10.0, 10.0, 10.0],
    ]
    assert column(result, "grade")[3] == "D"  # 1.5 万元/亩
    assert column(result, "reason")[3] == "总分位于末档"  # of four, 95 % are three


def test_linping_additions_the_limit_of_two_and_the_young():
    # 19 of 20 are graded: A 3 (3.8), B to 11 (11.4), C to 18 (18.05); the last three by score are 4, 5 and 6
    now = [linping(n, 1000.0 - n) for n in range(1, 21)]
    now[0] |= {"bonus": 25.0}
    now[1] |= {"malus": 25.0}
    now[2] |= {"founded_on": "2021-01-01"}
    now[3] |= {"tax": 20.0}  # 2 万元/亩 exactly is not below 2
    now[4] |= {"tax": 19.99}
    now[5] |= {"value_added": 0.0, "rd": 0.0}
    result = run("linping-2022", [*now, land_firm()])
    score, base = column(result, "score"), column(result, "base_score")
    assert [round(s - b, 8) for s, b in zip(score[:3], base[:3], strict=True)] == [10.0, -10.0, 0.0]
    assert column(result, "grade")[2] == "不定等级"
    assert column(result, "treated_as")[2] == "B"
    assert sizes(result) == {"A": 3, "B": 8, "C": 6, "D": 2, "不定等级": 1}
    assert column(result, "grade")[3] == "C"
    assert (column(result, "grade")[4], column(result, "by_score")[4]) == ("D", "C")
    assert column(result, "reason")[4] == "亩均税收低于2万元/亩"
    assert (column(result, "grade")[5], column(result, "reason")[5]) == ("D", "总分位于末档")


def test_linping_small_firms_by_hand():
    # ratios: 40 ÷ 2 = 20 a mu, 40 ÷ 80 = 0.5 a kWh; 1: 30 ÷ 20 × 50 = 75, 0.6 ÷ 0.5 × 50 = 60; 2: 25, 10 ÷ 30 ÷ 0.5 × 50
    small = [firm(2, 30.0, kind="宗地", power_wan_kwh=50.0), firm(3, 10.0, kind="宗地", power_wan_kwh=30.0)]
    result = run("linping-2022", [linping(1, 150.0), *small])
    assert column(result, "score")[1:] == pytest.approx([135.0, 25 + 100 / 3], abs=1e-8)


def test_every_rule_says_what_it_assumes_and_where_it_comes_from():
    for file in FOLDER.glob("*.yaml"):
        read = load_policy(file).policy
        assert read.source
        assert read.assumptions
        assert str(read.year) in file.name
