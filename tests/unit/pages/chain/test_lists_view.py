"""The three lists of a chain: a small chain by hand, the sample against plain loops over its workbook."""

from __future__ import annotations

import math
from datetime import date

import pytest

from cockpit.catalogue.metrics import METRICS
from cockpit.errors import DistrictError
from cockpit.selection import Compare, Selection
from cockpit.views.chain import gaps as chain_gaps
from cockpit.views.chain import lists as chain_lists
from cockpit.views.chain import projects as chain_projects
from cockpit.views.chain.projects import PolicyValidity
from cockpit.views.context import resolve_context
from data import district_pack
from tests import oracle
from tests.unit.chain_district import ChainDistrict, january, sheets
from tests.workbooks import code, firm, month

YEAR = oracle.span("2022-01", "2022-12")


@pytest.fixture(scope="module")
def small(district):
    return ChainDistrict(district)


@pytest.fixture(scope="module")
def expected(book):
    return oracle.Oracle(book)


def numbers(rows):
    return [next(n for n in range(1, 10) if code(n) == r.credit_code) for r in rows]


def test_all_firms_of_the_chain_the_largest_first_the_unreported_last(small):
    result = chain_lists.firm_list(january(small))
    assert numbers(result.rows) == [1, 2, 3, 5, 6, 4]
    assert (result.count, result.kinds, result.year) == (6, (5, 1), 2022)
    assert [r.output for r in result.rows[:5]] == [60, 30, 9, 0.6, 0.4]
    assert [r.share for r in result.rows[:5]] == pytest.approx([0.6, 0.3, 0.09, 0.006, 0.004])
    assert [r.change for r in result.rows[:5]] == pytest.approx([0.2, 0.5, -0.1, 0.2, 1 / 3])
    assert math.isnan(result.rows[5].output)
    assert math.isnan(result.rows[5].share)
    assert [r.grade for r in result.rows] == ["A", "C", "", "", "", "B"]
    assert [r.member for r in result.rows] == [True, False, False, False, False, True]
    assert result.insight == "测试1产值最大，链主1家，配套1家"


#: sort -> firms; 4 reported nothing, 2 and 3 are in 东湖, the others in 塘栖, and only 1, 2 and 4 have a grade.
SORTED = {
    "": [1, 2, 3, 5, 6, 4],
    "-output": [6, 5, 3, 2, 1, 4],
    "change": [2, 6, 1, 5, 3, 4],
    "-change": [3, 1, 5, 6, 2, 4],
    "name": [1, 2, 3, 4, 5, 6],
    "-name": [6, 5, 4, 3, 2, 1],
    "town": [2, 3, 1, 5, 6, 4],
    "kind": [1, 2, 3, 5, 6, 4],
    "grade": [1, 4, 2, 3, 5, 6],
    "-grade": [2, 4, 1, 3, 5, 6],
    "member": [1, 4, 2, 3, 5, 6],
    "nonsense": [1, 2, 3, 5, 6, 4],
}


@pytest.mark.parametrize("sort", SORTED)
def test_the_list_is_sorted_by_any_column(small, sort):
    assert numbers(chain_lists.firm_list(january(small, sort=sort)).rows) == SORTED[sort]


@pytest.mark.parametrize(("text", "expected"), [("测试2", [2]), ("cs 2", [2]), ("测试２", [2]), (code(4), [4]), ("火星", [])])
def test_the_list_is_searched_by_the_rule_of_the_header(small, text, expected):
    listed = chain_lists.firm_list(january(small, firm_query=text))
    assert (numbers(listed.rows), listed.count, listed.searched) == (expected, len(expected), text)


def test_firms_follow_stage_and_town(small):
    assert numbers(chain_lists.firm_list(january(small, stages=("面料",))).rows) == [1, 2]  # 7 is another chain's
    assert numbers(chain_lists.firm_list(january(small, stages=("电商", "家纺"))).rows) == [5, 6, 4]
    assert numbers(chain_lists.firm_list(january(small, towns=("donghu",))).rows) == [2, 3]
    only = chain_lists.firm_list(january(small, stages=("家纺",)))
    assert only.insight == "1家企业，所选期间都没有月度数据"
    assert chain_lists.firm_list(january(small, stages=("高端面料",))).rows == ()


def test_in_comparable_terms_only_the_firms_that_count_are_listed(district):
    rows = [r for r in sheets()["月度经营"] if (r["统一社会信用代码"], r["月份"]) != (code(2), "2021-01")]
    repository = ChainDistrict(district, **{"月度经营": rows})
    assert numbers(chain_lists.firm_list(january(repository, comparable=True)).rows) == [1, 3, 5, 6]
    assert numbers(chain_lists.firm_list(january(repository, comparable=True, compare=Compare.NONE)).rows) == [1, 2, 3, 5, 6, 4]


def test_a_list_too_long_has_pages_that_hold_every_firm_once(district):
    size = chain_lists.ROWS_PER_PAGE
    many = [firm(n) for n in range(1, size + 6)]
    alone = {"企业名录": many, "月度经营": [month(1, "2022-01")], "评价结果": []}
    repository = ChainDistrict(district, **alone)
    first, second, beyond = (chain_lists.firm_list(january(repository, list_page=page)) for page in (1, 2, 9))
    assert (len(first.rows), len(second.rows), first.count, first.year) == (size, 5, size + 5, 0)
    assert len({row.credit_code for row in (*first.rows, *second.rows)}) == size + 5
    assert (beyond.first, beyond.rows[-1].name) == (size, second.rows[-1].name)  # past the end: the last page


def test_projects_are_those_signed_by_the_periods_end(small):
    result = chain_projects.projects(january(small))
    assert [r.number for r in result.rows] == ["P2", "P1", "P3"]  # 4 is signed later, 5 another chain's
    assert (result.planned, result.invested, result.day) == (450, 70, date(2022, 1, 31))
    assert [r.standing for r in result.rows] == ["待开工", "在建", "已投产"]
    assert [r.step for r in result.rows] == [0, 1, 3]
    assert result.rows[1].dates == (date(2021, 12, 1), date(2021, 12, 20), None, None)
    assert result.insight == "待开工1个，在建1个，已投产1个"
    assert chain_projects.projects(january(small, towns=("donghu",))).rows == ()
    assert chain_projects.projects(january(small, stages=("面料",))).caption.notes == ("项目台账不分环节，未按环节筛选",)


def test_policies_are_judged_by_the_datas_newest_month(small):
    for period in ("2022-01", "2021-01"):
        result = chain_projects.policies(january(small, period=period))
        summary = [(p.title, p.validity, p.months_left, p.own) for p in result.rows]
        assert summary == [
            ("今天到期", PolicyValidity.EXPIRING, 0, True),
            ("半年", PolicyValidity.EXPIRING, 6, True),  # 2022-07-31 is the last day that counts as soon
            ("半年零一天", PolicyValidity.VALID, 6, True),
            ("未填", PolicyValidity.OPEN, 0, True),
            ("一年", PolicyValidity.VALID, 12, False),
            ("昨天到期", PolicyValidity.EXPIRED, 0, True),
        ]
        assert result.day == date(2022, 1, 31)
        assert result.insight == "5项可用，其中本链专项4项；2项即将到期；1项已过期"


def test_gaps_name_whom_they_feed_what_they_need_and_open_projects(small):
    result = chain_gaps.gaps(january(small))
    assert [(g.stage.item.name, g.stage.gap) for g in result.rows] == [
        ("高端面料", True),
        ("成衣加工", False),
        ("家纺", False),
        ("电商", False),
    ]
    missing, sewing, textiles, selling = result.rows
    assert (missing.before.names, missing.after.names) == ((), ("成衣加工",))
    assert (missing.after.output, missing.after.firms) == (9, 1)
    assert sewing.before.names == ("面料", "高端面料")
    assert (sewing.before.output, sewing.before.firms) == (90, 2)
    assert (sewing.after.output, sewing.after.firms) == (pytest.approx(1.0), 2)
    assert selling.before.names == ("成衣加工", "家纺")
    # The larger project names the stage, the smaller one's field is part of its name; 3 produces already, 5 is not here.
    assert missing.projects == ("高端面料织造基地", "项目1")
    assert textiles.projects == ()
    assert (result.open_projects, result.unnamed) == (2, 1)
    assert result.policies == ("今天到期", "半年", "半年零一天", "未填", "一年")
    assert result.insight == "缺高端面料；弱链3个：成衣加工、家纺、电商"


def test_gaps_are_the_whole_districts_and_only_of_the_selected_stages(small):
    whole, town = chain_gaps.gaps(january(small)), chain_gaps.gaps(january(small, towns=("donghu",)))
    assert [g.stage for g in town.rows] == [g.stage for g in whole.rows]
    assert town.caption.scope == "全区 · 时尚产业 · 全部行业"
    one = chain_gaps.gaps(january(small, stages=("高端面料",)))
    assert [g.stage.item.name for g in one.rows] == ["高端面料"]
    assert len(one.every) == 4
    assert chain_gaps.gaps(january(small, stages=("面料",))).insight == "所选环节没有缺链或弱链"


def test_the_summary_counts_the_lists(small):
    summary = chain_lists.summary(january(small))
    # A, C and B; firm 7's A is not here.
    assert (summary.kinds, summary.year, summary.good, summary.graded) == ((5, 1), 2022, 2, 3)
    assert summary.output.value == pytest.approx(100)
    assert len(summary.projects.rows) == 3
    chosen = chain_lists.summary(january(small, stages=("面料",)))
    assert (chosen.kinds, chosen.good, chosen.graded) == ((2, 0), 1, 2)
    assert chosen.output.value == pytest.approx(90)


@pytest.mark.parametrize("stage", ["储能电池", "风电零部件", "风电主轴轴承", ""])
def test_the_samples_firms_equal_plain_loops(graded_repository, expected, stage):
    where = {"chains": ("绿色能源",)} | ({"stages": (stage,)} if stage else {})
    ctx = resolve_context(
        graded_repository, Selection(chains=("green-energy",), stages=(stage,) if stage else (), metric="tax_per_mu")
    )
    result = chain_lists.firm_list(ctx)
    register = {c: f for c, f in expected.firms.items() if expected.passes(f, **where)}
    assert {r.credit_code for r in result.rows} == set(register)
    sums, taxes = (expected.firm_sums(m, YEAR, **where) for m in ("工业总产值", "入库税收"))
    before = expected.firm_sums("工业总产值", oracle.span("2021-01", "2021-12"), **where)
    whole = sum(sums.values())
    per_mu = []
    for row in result.rows:
        own = register[row.credit_code]
        assert (row.name, row.stage, row.kind) == (own["企业名称"], own["链条环节"], own["评价类型"])
        if row.kind == "宗地":
            assert math.isnan(row.output)
            continue
        assert row.output == pytest.approx(sums[row.credit_code])
        assert row.share == pytest.approx(sums[row.credit_code] / whole)
        assert row.change == pytest.approx(sums[row.credit_code] / before[row.credit_code] - 1)
        assert row.tax_per_mu == pytest.approx(taxes[row.credit_code] / own["用地面积（亩）"])
        per_mu.append(row.tax_per_mu)
    assert per_mu == sorted(per_mu, reverse=True)
    summary = chain_lists.summary(ctx)
    if register:
        assert summary.good / summary.graded == pytest.approx(ctx.total(METRICS["ab_share"]).value)


def test_the_samples_projects_equal_plain_loops(sample_repository, expected):
    result = chain_projects.projects(resolve_context(sample_repository, Selection(chains=("green-energy",))))
    rows = [p for p in expected.sheets["项目台账"] if p["产业链"] == "绿色能源"]
    assert len(result.rows) == len(rows) == 21
    assert result.planned == pytest.approx(sum(p["计划总投资（万元）"] for p in rows))
    assert result.invested == pytest.approx(sum(p["累计完成投资（万元）"] or 0 for p in rows))
    assert result.planned == pytest.approx(expected.value("签约投资额", YEAR, chains=("绿色能源",)))


def test_public_facts_are_the_chains_own_and_carry_no_figure_of_ours(small, district):
    def named(**selected):
        return [f.name for f in chain_lists.facts(january(small, **selected))]

    assert named(chains=("green-energy",))[0] == "运达风电"
    assert named(chains=("green-energy",), stages=("储能电池",)) == ["德海艾科", "南都动力"]
    assert named() == []
    assert all(f.source.startswith("公开报道") for f in district.facts)


def test_a_fact_of_an_unknown_chain_is_refused(tmp_path, monkeypatch, district):
    content = (district_pack.pack_folder("linping") / "district.yaml").read_text(encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    wrong = content.replace("chain: green-energy, stage: 风电整机", "chain: wind, stage: 风电整机")
    (tmp_path / "elsewhere" / "district.yaml").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(district_pack, "_DISTRICTS", tmp_path)
    with pytest.raises(DistrictError, match=r"facts.chain: 没有产业链 wind"):
        district_pack.load_district("elsewhere")
