"""Finding a firm: by name, pinyin, initials and code, ranked; fast for ten thousand firms."""

from __future__ import annotations

import sys
from dataclasses import replace

import pandas as pd
import pytest

from cockpit.analysis.search import MAX_RESULTS, build_directory, find_names, firm_directory, suggest_names
from tests.factories import RowsRepository, pinyin_of
from tests.workbooks import code, firm, month

#: number -> name and more of the register's row; land decides between equals, the largest first.
FIRMS = {
    1: ("杭州锦安动力有限公司", {"land": 30.0, "企业角色": "链主"}),
    2: ("杭州锦安精工实业有限公司", {"land": 50.0}),
    3: ("浙江大锦安机械股份有限公司", {"land": 90.0}),
    4: ("杭州长乐制衣有限公司", {"land": 5.0}),
    5: ("杭州嘉安电路有限公司", {"land": 8.0}),
    6: ("ABC（杭州）纺织有限公司", {"land": 7.0}),
    7: ("杭州绿源服饰有限公司", {"land": 6.0, "kind": "宗地"}),
    8: ("杭州绿原服饰有限公司", {"land": 1.0}),
}


@pytest.fixture(scope="module")
def data(district):
    rows = [firm(n, **more) | {"企业名称": name} for n, (name, more) in FIRMS.items()]
    return RowsRepository({"企业名录": rows, "月度经营": [month(1, "2022-12")]}, district).snapshot()


@pytest.fixture(scope="module")
def search(data):
    numbers = {code(n): n for n in FIRMS}
    return lambda text: [numbers[h.code] for h in find_names(firm_directory(data, pinyin_of), text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (code(5), [5]),  # the whole code
        (code(5).lower(), [5]),
        ("杭州锦安动力有限公司", [1]),
        ("锦安", [1, 2, 3]),  # the start of a name (the chain leader first), then a part of one
        ("机械", [3]),
        ("jadl", [1, 5]),  # both begin with these initials; the leader first
        ("hzjadl", [1, 5]),  # of the full name
        ("jinandongli", [1]),  # in full
        ("jinadl", [1]),  # mixed
        ("jinand", [1]),
        ("anjing", [2]),  # from any syllable on
        ("ngdong", []),  # but not from within one
        ("ja", [1, 2, 5, 3]),  # 1 leads, 2 and 5 by land, 3 only within its name
        ("changle", [4]),
        ("changyue", [4]),  # the other reading of 乐
        ("abc", [6]),
        ("ＡＢＣ", [6]),  # full-width letters
        (" 锦安 动力 ", [1]),
        ("lvyuan", [8, 7]),  # ü is typed as v; 规上 before 宗地, whatever the land
        ("", []),
        ("   ", []),
        ("火星", []),
        ("zzz", []),
        ("动力 锦安", [1]),  # words in any order
        ("动力　锦安", [1]),
        ("jinan dongli", [1]),
        ("杭州锦安动力有限责任公司", [1]),  # another legal form
        ("锦安动力股份有限公司", [1]),
        ("锦安动力公司", [1]),
        ("火星 锦安", []),
        ("锦安.*", []),  # no pattern of the reader's
        (")(", []),
    ],
)
def test_which_firms_match_and_in_which_order(search, text, names):
    assert search(text) == names


def test_a_part_of_the_code_needs_four_signs(search):
    own = code(5)[-4:]
    assert 5 in search(own)
    assert search(own[-3:]) == []
    assert len(search("91330113")) == len(FIRMS)


@pytest.mark.parametrize(
    ("text", "names"),
    [("锦按动力", [1]), ("锦动力", [1]), ("锦安安动力", [1]), ("嘉安电录", [5]), ("锦按", []), ("火星动力", []), ("", [])],
)
def test_a_text_that_misses_by_one_character_is_suggested(data, text, names):
    numbers = {code(n): n for n in FIRMS}
    assert [numbers[firm.code] for firm in suggest_names(firm_directory(data, pinyin_of), text)] == names


def test_a_result_names_the_firm(data):
    [hit] = find_names(firm_directory(data, pinyin_of), "jinadl")
    assert (hit.code, hit.name, hit.short) == (code(1), "杭州锦安动力有限公司", "锦安动力")
    assert (hit.town, hit.chain, hit.chain_key) == ("塘栖镇", "时尚产业", "fashion")


def test_the_directory_is_made_once_a_version(data):
    assert firm_directory(data, pinyin_of) is firm_directory(data, pinyin_of)


def test_nobody_matches_where_nobody_is(district):
    assert find_names(firm_directory(RowsRepository({}, district).snapshot(), pinyin_of), "锦安") == ()


def big(data, count):
    """The register with ``count`` firms of made-up names."""
    first, last = "锦安嘉恒盛达瑞丰天泽中诚明远华禾", "动力精工制衣服饰电梯部件智能科技新材料机械纺织"
    row = data.ledgers["enterprise"].iloc[0].to_dict()
    names = [f"杭州{first[i % 16]}{first[i // 16 % 16]}{last[i % 21 :][:4]}有限公司" for i in range(count)]
    rows = [row | {"credit_code": code(n), "name": name} for n, name in enumerate(names)]
    register = pd.DataFrame(rows).astype(data.ledgers["enterprise"].dtypes.to_dict())
    return replace(data, ledgers={**data.ledgers, "enterprise": register})


def calls(work):
    """How many functions of Python and of C are called meanwhile."""
    count = 0

    def note(_frame, event, _what):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.slow
def test_a_search_costs_no_more_than_the_firms_that_it_finds(data):
    """Ten thousand firms are searched with a handful of calls for each result, whatever the query."""
    made = build_directory(big(data, 10_000), pinyin_of)
    for text in ("jadl", "j", "锦安", "jinan", "9133", "a" * 40, "ngngng", "zhongguoshiyou"):
        assert len(find_names(made, text)) <= MAX_RESULTS
        assert calls(lambda text=text: find_names(made, text)) < 15 * len(made.entries), text
    assert calls(lambda: find_names(made, "zhongguoshiyou")) < 2 * len(made.entries)  # no match: each code is looked at once


def test_hostile_names_and_queries_end_soon(data):
    """Names of one repeated letter are where a pattern with choices would try them all."""
    register = data.ledgers["enterprise"].assign(name=["aa " * 60, "nn" * 80, "啊" * 90, "\n\n", "()[]", "a", "1" * 50, "é"])
    made = build_directory(replace(data, ledgers={**data.ledgers, "enterprise": register}), pinyin_of)
    for text in ("a" * 39 + "b", "n" * 40, "a" * 40, "1" * 40, "\\", "[a"):
        assert len(find_names(made, text)) <= MAX_RESULTS  # with such a pattern this would not end
