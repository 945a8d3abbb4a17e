"""`district check` tells all that is wrong with a pack at once, in Chinese, and what is only missing."""

from __future__ import annotations

import json
import shutil

import pytest

from cockpit.district.district import District
from cockpit.errors import DistrictError
from data.district_pack import load_district
from data.pack_check import PackSeverity, check_pack
from tests import workbooks
from tests.conftest import ROOT
from tests.workbooks import firm, month

COUNTY = """\
key: hetang
code: "430204"
name: 荷塘县
short: 荷塘
title: 荷塘制造数字驾驶舱
towns:
  - {key: songjia, code: "430204001000", name: 宋家镇, short: 宋家}
  - {key: xianyu, code: "430204002000", name: 仙庾镇, short: 仙庾}
chains:
  - {key: motors, name: 电机电控}
"""


@pytest.fixture
def pack(tmp_path):
    """Write a pack from its files; gives its folder as text."""

    def write(district=COUNTY, **files):
        folder = tmp_path / "hetang"
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in {"district.yaml": district, **files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return str(folder)

    return write


def messages(folder, severity=None):
    return [f"{f.file} {f.message}" for f in check_pack(folder) if severity in (None, f.severity)]


def test_a_pack_of_the_required_keys_alone_is_right(pack):
    folder = pack()
    assert {f.severity for f in check_pack(folder)} == {PackSeverity.NOTICE}
    district = load_district(folder)
    assert district.demonstration is False
    assert (district.terms.part, district.terms.whole, district.terms.own) == ("镇街", "全县", "本县")


@pytest.mark.parametrize("empty", ["{}\n", "", "# 还没有写\n"])
def test_without_its_required_keys_all_are_named_with_what_to_write(pack, empty):
    lines = messages(pack(empty), PackSeverity.ERROR)
    needed = [name for name, field in District.model_fields.items() if field.is_required()]
    assert [line.partition(" ")[2].partition("：")[0] for line in lines] == needed
    assert all("缺少这一项：" in line and len(line.rpartition("：")[2]) > 4 for line in lines)
    with pytest.raises(DistrictError) as caught:
        load_district(pack(empty))
    assert all(f"  {name}：缺少这一项" in str(caught.value) for name in needed)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title:", "titel:", "titel：没有这一项，是不是 title？"),
        ("short: 宋家}", "shrt: 宋家}", "towns[0].shrt：没有这一项，是不是 short？"),
        ("short: 宋家}", "}", "towns[0].short：缺少这一项：简称，如 塘栖"),
        ('code: "430204"', "code: 430204", "code：应是文字，数字须加引号"),
        ("430204001000", "4302040010", "towns[0].code：应是加引号的十二位区划代码，现为“4302040010”"),
        ("key: songjia", "key: 宋家", "towns[0].key：须以小写字母开头，只用小写字母、数字和连字符，现为“宋家”"),
        ("key: xianyu", "key: songjia", "（整体）：towns.key: 重复 songjia"),
        ("short: 荷塘\n", "short: 荷塘\nname: 荷塘\n", "第5行：“name”写了两次"),
        ("short: 荷塘\n", "short: 荷塘\nthresholds: {stale_after_days: 很久}\n", "stale_after_days：应是整数，现为“很久”"),
        ("short: 荷塘\n", "short: 荷塘\ndemonstration: 也许\n", "demonstration：应是 true 或 false，现为“也许”"),
        ("short: 荷塘\n", "short: 荷塘\ntowns_\n", "不是有效的 YAML，第"),
        ("chains:\n  - {key: motors, name: 电机电控}\n", "chains: []\n", "chains：不能为空"),
        ("chains:\n  - {key: motors, name: 电机电控}\n", "chains: 电机\n", "chains：应是列表"),
    ],
    ids=lambda text: text[:24],
)
def test_an_error_names_its_place_in_chinese(pack, old, new, message):
    assert old in COUNTY
    [line] = [line for line in messages(pack(COUNTY.replace(old, new, 1)), PackSeverity.ERROR) if message in line]
    assert line.startswith("district.yaml ")


def test_several_contradictions_stand_together(pack):
    twice = COUNTY.replace("key: xianyu", "key: songjia").replace("仙庾镇", "宋家镇")
    [line] = messages(pack(twice), PackSeverity.ERROR)
    assert "towns.key: 重复 songjia；towns.name: 重复 宋家镇" in line


def geometry(*codes):
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    features = [
        {"properties": {"code": code, "centroid": [0.5, 0.5]}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code in codes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_the_map_is_compared_with_the_towns(pack):
    name = "geo/hetang-towns.geojson"
    assert messages(pack(**{name: geometry("430204001000", "430204002000")}), PackSeverity.WARNING) == []
    assert messages(pack(**{name: geometry("430204001000", "430299001000")}), PackSeverity.WARNING) == [
        f"{name} 仙庾镇没有形状，地图上看不到",
        f"{name} 代码 430299001000 的形状不属于任何区域，不会显示",
    ]
    [line] = messages(pack(**{name: '{"features": [{}]}'}), PackSeverity.ERROR)
    assert "格式不对。须是 GeoJSON" in line
    [line] = messages(pack(**{"geo/towns.geojson": geometry()}), PackSeverity.WARNING)
    assert line == "geo/towns.geojson 没有用到：文件名应是 hetang-towns.geojson"


def test_the_other_files_are_checked_too(pack):
    lines = messages(pack(**{"wall.yaml": "scenes:\n  - {kind: chain, chain: wind}\n"}), PackSeverity.ERROR)
    assert lines == ["wall.yaml scenes.chain：没有产业链 wind；现有 motors"]
    lines = messages(pack(**{"wall.yaml": "scenes: []\n大屏: 3\n"}), PackSeverity.ERROR)
    assert lines == ["wall.yaml scenes：不能为空", "wall.yaml 大屏：没有这一项，请检查拼写"]
    lines = messages(pack(**{"policies/hetang-2023.yaml": "name: 办法\n"}), PackSeverity.ERROR)
    assert "policies/hetang-2023.yaml year：缺少这一项" in lines
    extra = COUNTY.replace("name: 电机电控", "name: 电机电控, extra: platform")
    [line] = messages(pack(extra), PackSeverity.WARNING)
    assert "extra: platform，却没有 platform" in line
    [line] = messages(pack(COUNTY.replace("key: hetang", "key: ht")), PackSeverity.WARNING)
    assert "不同名" in line
    [line] = messages(pack(COUNTY.replace("430204002000", "430204001000")), PackSeverity.WARNING)
    assert line == "district.yaml towns.code：重复 430204001000"
    [line] = messages(pack(COUNTY.replace('"430204001000"', '"430304001000"')), PackSeverity.WARNING)
    assert "宋家镇的代码 430304001000 不以本级代码 430204 开头" in line


@pytest.mark.parametrize("name", ["linping", "zhejiang"])
def test_the_packs_that_come_along_have_neither_errors_nor_warnings(name):
    assert {f.severity for f in check_pack(str(ROOT / "data/districts" / name))} == {PackSeverity.NOTICE}


def test_the_command_tells_people_and_programs(run, pack, tmp_path):
    folder = pack(COUNTY.replace("title:", "titel:"))
    code, out, err = run("district", "check", folder)
    assert (code, err) == (1, "")
    assert "错误　district.yaml　title：缺少这一项：页面左上角的标题" in out
    assert "错误 2处，提醒 0处" in out
    code, out, _ = run("district", "check", folder, "--json")
    assert code == 1
    assert {"severity", "file", "message"} == set(json.loads(out)[0])
    # A chain without a map of stages is known once there are data.
    folder = pack()
    assert run("district", "check", COCKPIT_DISTRICT=folder)[0] == 0
    register = firm(1, town="宋家镇", chain="电机电控")
    book = workbooks.write(tmp_path / "book.xlsx", {"企业名录": [register], "月度经营": [month(1, "2023-01")]})
    assert run("load", book, "--accept-warnings", COCKPIT_DISTRICT=folder)[0] == 0
    code, out, _ = run("district", "check", COCKPIT_DISTRICT=folder)
    assert code == 1
    assert "提醒　数据库　工作簿的“产业链图谱”表没有 电机电控" in out


def test_a_county_is_called_what_it_is(run, pack, tmp_path):
    folder = pack()
    register = firm(1, town="宋家镇", chain="电机电控")
    book = workbooks.write(tmp_path / "book.xlsx", {"企业名录": [register], "月度经营": [month(1, "2023-01")]})
    run("load", book, "--accept-warnings", COCKPIT_DISTRICT=folder)
    out = run("figures", "工业总产值", "--period", "2023", COCKPIT_DISTRICT=folder)[1]
    assert "范围：全县 · 全部行业" in out
    assert run("demo", "--firms", "20", COCKPIT_DISTRICT=folder, COCKPIT_DATABASE_URL=f"sqlite:///{tmp_path}/n.sqlite3")[0] == 2
