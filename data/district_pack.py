"""District packs: a folder under `data/districts/` holds the whole configuration of a district."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from cockpit.district.areas import Area, breadth_first
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry, merge_geometries, parse_map_geometry, tile_geometry
from cockpit.district.playlist import Playlist, Scene, SceneKind
from cockpit.errors import DistrictError
from cockpit.validation import list_faults
from data.yaml_file import YamlFault, parse_yaml

_Model = TypeVar("_Model", bound=BaseModel)
_DISTRICTS = Path(__file__).parent / "districts"


def pack_folder(pack: str) -> Path:
    """Return the folder of a district pack: one under `data/districts/` by its name, or any by its absolute path.

    Raises ``DistrictError``, which names the known packs, when there is no such folder.
    """
    folder = Path(pack) if pack.startswith("/") else _DISTRICTS / Path(pack).name
    if not pack or not (folder / "district.yaml").is_file():
        known = "、".join(sorted(p.parent.name for p in _DISTRICTS.glob("*/district.yaml")))
        raise DistrictError(f"没有区县配置“{pack}”。现有：{known}。请检查 COCKPIT_DISTRICT。")
    return folder


def load_district(pack: str) -> District:
    """Load the district of a pack. Raises ``DistrictError``, which lists every fault of `district.yaml` with its path."""
    return _load(pack_folder(pack) / "district.yaml", District, pack=pack)


def _load(file: Path, model: type[_Model], **fields: Any) -> _Model:
    """Load a YAML file of a pack, with ``fields`` added.

    Raises ``DistrictError`` for a file that can't be read, else with each fault and what to write, by line or path.
    """
    content = read_pack_yaml(file)
    try:
        return model.model_validate(content | fields if isinstance(content, dict) else content)
    except ValidationError as error:
        raise DistrictError(_report(file, list_faults(error, model))) from error


def read_pack_yaml(file: Path) -> Any:
    """Read a YAML or JSON file of a pack; an empty one has no keys.

    Raises ``DistrictError`` when it can't be read, is no YAML, or has keys twice.
    """
    try:
        content, duplicates = parse_yaml(file.read_bytes().decode())
    except (OSError, UnicodeDecodeError) as error:
        raise DistrictError(f"{file.name} 读不了。文件须是 UTF-8 编码的文本。") from error
    except YamlFault as fault:
        raise DistrictError(f"{file.name} {fault}。") from fault
    if duplicates:
        raise DistrictError(_report(file, duplicates))
    return {} if content is None else content


def _report(file: Path, faults: Sequence[str]) -> str:
    return "\n".join([f"{file.name} 有误：", *(f"  {fault}" for fault in faults)])


def load_map(district: District) -> MapGeometry:
    """Load the schematic borders of all areas of the pack; tiles where it has none for the parts of an area.

    Raises ``DistrictError`` for a broken map file.
    """
    folder = pack_folder(district.pack) / "geo"
    inner = [(area.key, area.parts) for area in breadth_first(district.towns) if area.parts]
    maps = [(district.key, district.towns), *inner]
    return merge_geometries(_load_geometry(folder / f"{key}-towns.geojson", towns) for key, towns in maps)


def _load_geometry(file: Path, towns: Sequence[Area]) -> MapGeometry:
    if not file.is_file():
        return tile_geometry(towns)
    try:
        return parse_map_geometry(json.loads(file.read_bytes()), towns)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DistrictError(
            f"地图文件 {file.name} 格式不对。须是 GeoJSON：每个面（Polygon、MultiPolygon）的 properties 里要有"
            "十二位区划代码 code 和标注点 centroid（经度、纬度）。"
        ) from error


def load_playlist(district: District) -> Playlist:
    """Load the playlist of the wall screens; without `wall.yaml`: overview, each chain, land, projects,
    space and alerts.

    Raises ``DistrictError``, which lists every fault of `wall.yaml` with its path.
    """
    file = pack_folder(district.pack) / "wall.yaml"
    if not file.is_file():
        chains = tuple(Scene(kind=SceneKind.CHAIN, chain=c.key) for c in district.chains)
        ends = tuple(Scene(kind=k) for k in (SceneKind.LAND, SceneKind.PROJECTS, SceneKind.SPACE, SceneKind.ALERTS))
        return Playlist(scenes=(Scene(kind=SceneKind.OVERVIEW), *chains, *ends))
    playlist = _load(file, Playlist)
    known = {c.key for c in district.chains}
    if unknown := [s.chain for s in playlist.scenes if s.chain and s.chain not in known]:
        raise DistrictError(_report(file, [f"scenes.chain：没有产业链 {'、'.join(unknown)}；现有 {'、'.join(sorted(known))}"]))
    return playlist
