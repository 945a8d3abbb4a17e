"""Check a district pack as a whole: what keeps it from being used, what will be missing on pages, and what may be added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from cockpit.district.areas import Area, breadth_first
from cockpit.district.district import District
from cockpit.errors import DistrictError, PolicyError
from data.database.engine import connect
from data.database.tables import CURRENT, enterprise
from data.district_pack import load_district, load_map, load_playlist, pack_folder
from data.evaluation.policies import load_policy

_FILE = "district.yaml"
#: What a pack may tell, and what is not shown without it.
_OPTIONAL = {
    "renewal_plan": "没有写有机更新计划，“空间”页不显示计划进度",
    "park_narrative": "没有写园区案例，“空间”页不显示园区案例",
    "park_benchmark": "没有写园区的对照值，“空间”页不与普通厂房比较",
    "talent_goals": "没有写人才目标，“创新人才”页不显示目标进度",
    "name_prefixes": "没有写上级名称（如 浙江省、杭州市），企业简称会带着它们",
}


class PackSeverity(StrEnum):
    """How much a finding of a pack matters: ``ERROR`` keeps it from being used, ``WARNING`` is probably wrong."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class PackFinding:
    """What was found in a file of a pack (its path within the pack), and what to do."""

    severity: PackSeverity
    file: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return the JSON form."""
        return asdict(self)


def check_pack(pack: str) -> list[PackFinding]:
    """Check all files of a pack, the gravest findings first. Raises ``DistrictError`` when there is no such pack."""
    folder = pack_folder(pack)
    try:
        district = load_district(pack)
    except DistrictError as error:
        return [*_split(error, _FILE), *_check_policies(folder, folder.name)]
    findings = [
        *_check_areas(district),
        *_check_map(district, folder),
        *_check_wall(district),
        *_check_policies(folder, district.key),
        *_check_narratives(district),
        *_check_names(district, folder),
    ]
    return sorted(findings, key=lambda finding: list(PackSeverity).index(finding.severity))


def _split(error: Exception, file: str) -> Iterator[PackFinding]:
    """Yield a finding for each fault that an error lists."""
    head, *faults = str(error).splitlines()
    for fault in faults or [head]:
        yield PackFinding(PackSeverity.ERROR, file, fault.strip())


def _check_areas(district: District) -> Iterator[PackFinding]:
    code = district.code.rstrip("0") if len(district.code) == 6 else district.code
    if len(district.code) != 6 or not district.code.isdigit():
        yield PackFinding(PackSeverity.WARNING, _FILE, f"code：应是六位行政区划代码，现为“{district.code}”")
    for area in district.towns:
        if not area.code.startswith(code):
            message = f"{area.name}的代码 {area.code} 不以本级代码 {code} 开头，可能写错了"
            yield PackFinding(PackSeverity.WARNING, _FILE, message)
    codes = [area.code for area in breadth_first(district.towns)]
    if repeated := sorted({code for code in codes if codes.count(code) > 1}):
        yield PackFinding(PackSeverity.WARNING, _FILE, f"towns.code：重复 {'、'.join(repeated)}")
    tiles = [area.tile for area in district.towns if area.tile is not None]
    if 0 < len(tiles) < len(district.towns):
        missing = _names([area for area in district.towns if area.tile is None])
        yield PackFinding(PackSeverity.WARNING, _FILE, f"towns.tile：{missing}没有写，方块图按先后排列，其余的位置也不用")
    if twice := sorted({tile for tile in tiles if tiles.count(tile) > 1}):
        yield PackFinding(PackSeverity.WARNING, _FILE, f"towns.tile：位置重复 {'、'.join(map(str, twice))}")


def _check_map(district: District, folder: Path) -> Iterator[PackFinding]:
    """Compare the shapes of each level with its areas."""
    levels = {district.key: district.towns} | {area.key: area.parts for area in breadth_first(district.towns) if area.parts}
    used = {f"{key}-towns.geojson" for key in levels}
    for file in sorted((folder / "geo").glob("*.geojson")):
        if file.name not in used and not file.name.removesuffix(".geojson").endswith("-tiles"):
            message = f"没有用到：文件名应是 {' 或 '.join(sorted(used)[:3])}"
            yield PackFinding(PackSeverity.WARNING, f"geo/{file.name}", message)
    try:
        geometry = load_map(district)
    except DistrictError as error:
        yield from _split(error, "geo")
        return
    for key, areas in levels.items():
        file = folder / "geo" / f"{key}-towns.geojson"
        if not file.is_file():
            continue
        name = f"geo/{file.name}"
        if missing := [area for area in areas if area.key not in geometry.rings]:
            yield PackFinding(PackSeverity.WARNING, name, f"{_names(missing)}没有形状，地图上看不到")
        known = {area.code for area in areas}
        if unknown := [code for code in _codes(file) if code not in known]:
            yield PackFinding(PackSeverity.WARNING, name, f"代码 {'、'.join(unknown)} 的形状不属于任何区域，不会显示")
    if not (folder / "geo" / f"{district.key}-towns.geojson").is_file():
        yield PackFinding(PackSeverity.NOTICE, "geo", f"没有 {district.key}-towns.geojson，地图画成方块")


def _codes(file: Path) -> list[str]:
    features: list[dict[str, Any]] = json.loads(file.read_bytes())["features"]
    return [str(feature["properties"]["code"]) for feature in features]


def _check_wall(district: District) -> Iterator[PackFinding]:
    try:
        playlist = load_playlist(district)
    except DistrictError as error:
        yield from _split(error, "wall.yaml")
        return
    shown = {scene.chain for scene in playlist.scenes}
    if missing := [chain.name for chain in district.chains if chain.key not in shown]:
        yield PackFinding(PackSeverity.NOTICE, "wall.yaml", f"大屏播放单没有产业链 {'、'.join(missing)}")


def _check_policies(folder: Path, key: str) -> Iterator[PackFinding]:
    files = sorted((folder / "policies").glob("*.yaml"))
    for file in files:
        try:
            load_policy(file)
        except PolicyError as error:
            yield from _split(error, f"policies/{file.name}")
    if not any(file.name.startswith(f"{key}-") for file in files):
        message = f"没有本区的评价办法（{key}-<年度>.yaml），“亩均效益”页没有评价结果，写法见 docs/evaluation-policy.md"
        yield PackFinding(PackSeverity.NOTICE, "policies", message)


def _check_narratives(district: District) -> Iterator[PackFinding]:
    for chain in district.chains:
        if chain.extra == "platform" and district.platform is None:
            message = f"产业链“{chain.name}”写了 extra: platform，却没有 platform（平台的名称、简介和服务）"
            yield PackFinding(PackSeverity.WARNING, _FILE, message)
        if chain.extra == "green" and district.layout is None:
            message = f"产业链“{chain.name}”写了 extra: green，却没有 layout（一主两翼等布局）"
            yield PackFinding(PackSeverity.WARNING, _FILE, message)
    for field, message in _OPTIONAL.items():
        if not getattr(district, field):
            yield PackFinding(PackSeverity.NOTICE, _FILE, f"{field}：{message}")
    if silent := [chain.name for chain in district.chains if not chain.summary]:
        yield PackFinding(PackSeverity.NOTICE, _FILE, f"chains.summary：{'、'.join(silent)}没有写一句介绍")
    if district.demonstration:
        yield PackFinding(PackSeverity.NOTICE, _FILE, "demonstration: true，各页都标“演示数据”；正式使用时删去这一行")


def _check_names(district: District, folder: Path) -> Iterator[PackFinding]:
    if folder.name != district.key:
        message = f"key“{district.key}”与文件夹“{folder.name}”不同名，数据库和示例按不同的名称找，请改成一样"
        yield PackFinding(PackSeverity.WARNING, _FILE, message)


def check_stages(engine: Engine, district: District) -> list[PackFinding]:
    """Find the chains of which the published data hold no map (产业链图谱); none where nothing was published yet."""
    with connect(engine) as connection:
        if connection.execute(select(enterprise.c.credit_code).limit(1)).first() is None:
            return []
        mapped = set(connection.scalars(select(CURRENT["chain_stage"].c.chain).distinct()))
    missing = [chain.name for chain in district.chains if chain.key not in mapped]
    message = f"工作簿的“产业链图谱”表没有 {'、'.join(missing)}，这些链的页面不显示图谱"
    return [PackFinding(PackSeverity.WARNING, "数据库", message)] if missing else []


def _names(areas: Iterable[Area]) -> str:
    return "、".join(area.name for area in areas)
