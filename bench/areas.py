"""A synthetic country for benchmarks: the provinces by their real names, their cities and counties by numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from data.district_pack import load_district, pack_folder

#: (column, row) on the tile map.
_PROVINCES = {
    "北京": (6, 2), "天津": (7, 2), "河北": (6, 3), "山西": (5, 3), "内蒙古": (5, 1), "辽宁": (8, 1), "吉林": (8, 0),
    "黑龙江": (7, 0), "上海": (8, 5), "江苏": (7, 4), "浙江": (8, 6), "安徽": (6, 5), "福建": (7, 7), "江西": (6, 7),
    "山东": (7, 3), "河南": (5, 4), "湖北": (5, 5), "湖南": (5, 6), "广东": (6, 8), "广西": (5, 8), "海南": (6, 9),
    "重庆": (4, 6), "四川": (3, 6), "贵州": (4, 7), "云南": (3, 8), "西藏": (1, 6), "陕西": (4, 4), "甘肃": (3, 3),
    "青海": (2, 5), "宁夏": (4, 3), "新疆": (1, 3),
}  # fmt: skip
_ABBREVIATIONS = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新"
_CITIES, _COUNTIES = 11, 8


def country(folder: Path) -> Path:
    """Write the district pack into a folder unless it exists; returns the folder, a value of ``COCKPIT_DISTRICT``."""
    file = folder / "district.yaml"
    if not file.is_file():
        own = yaml.safe_load((pack_folder("linping") / "district.yaml").read_text(encoding="utf-8"))
        chains = [{k: v for k, v in chain.items() if k in ("key", "name", "summary")} for chain in own["chains"]]
        terms = {"terms": {"part": "省（区、市）", "whole": "全国", "own": "全国"}}
        head = {"key": "country", "code": "000000", "name": "全国", "short": "全国", "title": "全国制造数字驾驶舱（测量）"}
        named = zip(_PROVINCES.items(), _ABBREVIATIONS, strict=True)
        towns = [_province(n, name, tile) | {"short": abbreviation} for n, ((name, tile), abbreviation) in enumerate(named, 11)]
        folder.mkdir(parents=True, exist_ok=True)
        pack = head | terms | {"demonstration": True, "towns": towns, "chains": chains}
        file.write_text(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False), encoding="utf-8")
    load_district(str(folder))
    return folder


def _province(number: int, name: str, tile: tuple[int, int]) -> dict[str, Any]:
    cities = [_city(number, name, city) for city in range(1, _CITIES + 1)]
    terms = {"part": "市", "whole": "全省", "own": "本省"}
    return _area(f"p{number}", f"{number}", name, {"tile": list(tile), "terms": terms, "parts": cities})


def _city(province: int, above: str, city: int) -> dict[str, Any]:
    key, name = f"p{province}-{city}", f"{above}{city}市"
    counties = [_area(f"{key}-{n}", f"{province}{city:02d}{n:02d}", f"{name}{n}县", {}) for n in range(1, _COUNTIES + 1)]
    terms = {"part": "县（市、区）", "whole": "全市", "own": "本市"}
    return _area(key, f"{province}{city:02d}", name, {"terms": terms, "parts": counties})


def _area(key: str, code: str, name: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "code": code.ljust(12, "0"), "name": name, "short": name} | more
