"""What a level calls its parts and itself follows from its name and code, unless the pack says otherwise."""

from __future__ import annotations

import pytest

from cockpit.district.areas import Area
from cockpit.district.terms import LevelTerms


@pytest.mark.parametrize(
    ("name", "code", "terms"),
    [
        ("临平区", "330113000000", ("镇街", "全区", "本区")),
        ("荷塘县", "430204000000", ("镇街", "全县", "本县")),
        ("景宁畲族自治县", "331127000000", ("镇街", "全县", "本县")),
        ("建德市", "330182000000", ("镇街", "全市", "本市")),
        ("鄂托克旗", "150624000000", ("镇街", "全旗", "本旗")),
        ("杭州市", "330100000000", ("县（市、区）", "全市", "本市")),
        ("恩施土家族苗族自治州", "422800000000", ("县（市、区）", "全州", "本州")),
        ("浙江省", "330000000000", ("设区市", "全省", "本省")),
        ("广西壮族自治区", "450000000000", ("设区市", "全区", "本区")),
        ("上海市", "310000000000", ("区县", "全市", "本市")),
        ("钱塘新城", "330114000000", ("镇街", "全区", "本区")),
    ],
)
def test_terms_follow_the_level(name, code, terms):
    area = Area.model_validate({"key": "a", "code": code, "name": name, "short": name[:2]})
    assert (area.terms.part, area.terms.whole, area.terms.own) == terms


def test_what_the_pack_writes_stands():
    area = Area.model_validate({"key": "a", "code": "330127000000", "name": "淳安县", "short": "淳安", "terms": {"part": "乡镇"}})
    assert area.terms == LevelTerms(part="乡镇", whole="全县", own="本县")
