"""The pieces of the grammar: each says only what is true of the values as they are shown."""

import math

import pytest

from cockpit import formatting
from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from cockpit.selection import Selection
from cockpit.sentences import changes, counts, drivers, scope, shares, superlatives
from cockpit.sentences.clauses import Clause, join_clauses

OUTPUT, ENERGY, PER_MU = METRICS["output"], METRICS["energy_intensity"], METRICS["tax_per_mu"]
NAN = math.nan


def percent(value):
    return formatting.format_percent(value)


class TestClauses:
    def test_a_subject_that_was_just_named_is_not_named_again(self):
        assert join_clauses([Clause("甲", "最高（3）"), Clause("甲", "提高最多（1）")]) == "甲最高（3），也提高最多（1）"
        assert join_clauses([Clause("甲", "最高"), Clause("甲", "占近半", also=False)]) == "甲最高，占近半"
        clauses = [Clause("甲", "最高", "占比"), Clause("乙", "最低", "占比"), Clause("乙", "最多", "用地")]
        assert join_clauses(clauses) == "甲占比最高；乙最低，用地也最多"

    def test_other_subjects_and_free_text_stand_apart(self):
        clauses = [Clause("甲", "最高"), None, "共3个", "", Clause("甲", "最低"), Clause("乙", "最低")]
        assert join_clauses(clauses) == "甲最高；共3个；甲最低；乙最低"

    def test_no_clause_is_no_text(self):
        assert join_clauses([None, ""]) == ""


class TestSuperlatives:
    @pytest.mark.parametrize(
        ("members", "text"),
        [
            ([("甲", 0.2), ("乙", 0.1)], "甲最高（20.0%）"),
            ([("甲", 0.2)], None),
            ([], None),
            ([("甲", 0.2), ("乙", NAN)], None),
            ([("甲", 0.2001), ("乙", 0.2), ("丙", 0.1)], "甲、乙并列最高（20.0%）"),
            ([("甲", 0.2), ("乙", 0.2)], "2个镇街均为20.0%"),
            ([("甲", 0.0), ("乙", 0.0)], None),
            ([("甲", 0.0), ("乙", -0.1)], None),
            ([(n, 0.2) for n in "甲乙丙丁"] + [("戊", 0.1)], "4个镇街并列最高（20.0%）"),
        ],
    )
    def test_most_has_a_holder_that_stands_out(self, members, text):
        clause = superlatives.superlative(members, "最高", percent, noun="个镇街")
        assert (None if clause is None else str(clause)) == text

    def test_least_may_be_zero_but_a_tie_is_named_as_one(self):
        members = [("甲", 0.0), ("乙", 0.0), ("丙", 0.5)]
        clause = superlatives.superlative(members, "最低", percent, noun="个镇街", attribute="完成率", least=True)
        assert str(clause) == "甲、乙完成率并列最低（0.0%）"

    def test_values_within_a_sentence_have_no_space(self):
        assert superlatives.value_text(OUTPUT, 1928000.0) == "192.8亿元"


class TestChanges:
    @pytest.mark.parametrize(
        ("members", "text"),
        [
            ([("甲", 0.1), ("乙", -0.2)], "甲增长最快（+10.0%）"),
            ([("甲", -0.1), ("乙", -0.2)], "甲降幅最小（−10.0%）"),
            ([("甲", 0.0001), ("乙", -0.2)], "甲持平，其余下降"),
            ([("甲", 0.1), ("乙", 0.1)], "2个镇街均增长10.0%"),
            ([("甲", 0.0), ("乙", 0.0)], "2个镇街均持平"),
            ([("甲", 0.1), ("乙", 0.1), ("丙", 0.0)], "甲、乙并列增长最快（+10.0%）"),
            ([("甲", 0.1)], None),
            ([("甲", 0.1), ("乙", NAN)], None),
        ],
    )
    def test_verbs_go_by_the_sign_as_shown(self, members, text):
        clause = changes.strongest_change(members, changes.change_terms(OUTPUT), noun="个镇街")
        assert (None if clause is None else str(clause)) == text

    @pytest.mark.parametrize(
        ("members", "text"),
        [
            ([("甲", 0.1), ("乙", -0.2)], "乙降幅最大（−20.0%）"),
            ([("甲", 0.1), ("乙", 0.2)], "甲升幅最小（+10.0%）"),
            ([("甲", 0.0), ("乙", 0.2)], "甲持平，其余上升"),
        ],
    )
    def test_where_down_is_good_verbs_are_neutral(self, members, text):
        assert str(changes.strongest_change(members, changes.change_terms(ENERGY), noun="个镇街")) == text

    @pytest.mark.parametrize(("change", "text"), [(0.074, "增长7.4%"), (-0.03, "下降3.0%"), (-0.0002, "持平"), (0.0, "持平")])
    def test_a_change_that_rounds_to_zero_is_none(self, change, text):
        assert changes.GROWTH.verb(change) == text

    def test_percentage_points_are_named_so(self):
        assert changes.change_terms(METRICS["rd_intensity"]).verb(-0.0125) == "下降1.3个百分点"


class TestDrivers:
    @pytest.mark.parametrize(
        ("members", "total", "text"),
        [
            ([("甲", 2.0), ("乙", -1.0)], 1.0, "甲拉动最大（+2.00个百分点）"),
            ([("甲", 0.5), ("乙", -3.13)], -2.63, "乙拖累最大（−3.13个百分点）"),
            ([("甲", -0.43), ("乙", -3.13)], -3.56, "乙拖累最大（−3.13个百分点）"),
            ([("甲", 0.001), ("乙", 0.0)], 0.001, None),
            ([("甲", 1.0)], 1.0, None),
            ([("甲", -1.0), ("乙", -1.0)], -2.0, "2条产业链各拖累1.00个百分点"),
            ([("甲", 1.0), ("乙", 1.0), ("丙", 0.0)], 2.0, "甲、乙并列拉动最大（+1.00个百分点）"),
        ],
    )
    def test_nothing_that_falls_pulls(self, members, total, text):
        clause = drivers.main_driver(OUTPUT, members, total, noun="条产业链")
        assert (None if clause is None else str(clause)) == text

    def test_a_part_of_nothing_has_no_clause(self):
        assert drivers.drive_text(OUTPUT, 0.004) == ""
        assert drivers.drive_text(OUTPUT, -8.45) == "拖累8.45个百分点"

    def test_where_down_is_good_nothing_drags(self):
        assert drivers.drive_text(ENERGY, 1.0) == "推高1.00个百分点"
        assert drivers.drive_text(ENERGY, -1.0) == "拉低1.00个百分点"


class TestShares:
    @pytest.mark.parametrize(
        ("fraction", "text"),
        [
            (0.38, "近四成"),
            (0.45, "近半"),
            (0.4999, "近半"),
            (0.5, "50.0%"),
            (0.51, "过半"),
            (0.42, "42.0%"),
            (0.8999, "近九成"),
            (0.95, "九成以上"),
            (0.99996, "九成以上"),
            (1.0, "全部"),
            (-0.2, "−20.0%"),
            (NAN, "—"),
        ],
    )
    def test_words_are_decided_on_the_unrounded_share(self, fraction, text):
        assert shares.share_text(fraction) == text

    def test_all_of_it_is_all(self):
        assert str(shares.share_clause("塘栖", 0.1 + 0.2 + 0.7)) == "全部在塘栖"
        assert str(shares.share_clause("塘栖", 0.95)) == "塘栖占九成以上"
        assert shares.share_clause("塘栖", 0.0) is None
        assert shares.share_clause("塘栖", NAN) is None

    def test_nearly_all_is_not_all(self):
        assert shares.precise_percent(0.9998) == "99.98%"
        assert shares.precise_percent(0.0002) == "0.02%"
        assert shares.precise_percent(0.0) == "0.0%"


class TestCounts:
    def test_the_largest_four_of_four_have_no_clause(self):
        assert counts.top_share(4, 4, 1.0) == ""
        assert counts.top_share(4, 9, 0.62) == "前4家占62.0%"
        assert counts.top_share(4, 9, 1.0) == "前4家占全部"

    @pytest.mark.parametrize(
        ("values", "text"),
        [
            ([0.1, 0.2], "2个月均高于上年同期"),
            ([-0.1, -0.2], "2个月均低于上年同期"),
            ([0.1, -0.2, 0.0], "3个月中1个高于上年同期"),
            ([0.0, -0.2], "2个月都没有高于上年同期"),
            ([0.1], "1个月高于上年同期"),
        ],
    )
    def test_months_are_counted_by_sign(self, values, text):
        assert counts.months_above(values, "月", "上年同期") == text


class TestScope:
    def test_every_filter_is_named(self, district):
        selection = Selection(towns=("nanyuan", "tangqi"), industries=("26", "38"), chains=("biomedicine",), stages=("原料药",))
        name = scope.scope_name(selection, district)
        assert name == "南苑街道、塘栖镇生物医药原料药化学原料和化学制品制造业、电气机械和器材制造业"

    def test_the_whole_goes_by_the_levels_term(self, district):
        assert scope.scope_name(Selection(), district) == ""
        assert scope.scope_name(Selection(), district, whole=True) == LevelTerms().whole

    def test_only_a_comparison_has_comparable_firms(self):
        assert scope.comparable_note(is_comparable=True) == "（可比口径）"
        assert scope.comparable_note(is_comparable=False) == ""
