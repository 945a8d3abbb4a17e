"""District packs: a folder under `data/districts/` holds the whole configuration of a district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import ValidationError

from cockpit.district.areas import Area, breadth_first
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry, merge_geometries, parse_map_geometry, tile_geometry
from cockpit.district.playlist import Playlist, Scene, SceneKind
from cockpit.errors import DistrictError

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
    file = pack_folder(pack) / "district.yaml"
    with _validation_errors(file):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        return District.model_validate(content | {"pack": pack} if isinstance(content, dict) else content)


@contextmanager
def _validation_errors(file: Path) -> Iterator[None]:
    """Raise what is wrong with a YAML file as ``DistrictError``: its syntax, or each invalid field with its path."""
    try:
        yield
    except yaml.YAMLError as error:
        raise DistrictError(f"{file.name} 不是有效的 YAML：{error}") from error
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(map(str, e['loc'])) or '（整体）'}：{e['msg']}" for e in error.errors())
        raise DistrictError(f"{file.name} 有误：{faults}") from error


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
        return parse_map_geometry(yaml.safe_load(file.read_text(encoding="utf-8")), towns)
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise DistrictError(f"地图文件 {file.name} 格式不对：{error}") from error


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
    with _validation_errors(file):
        playlist = Playlist.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    known = {c.key for c in district.chains}
    if unknown := [s.chain for s in playlist.scenes if s.chain and s.chain not in known]:
        raise DistrictError(f"{file.name} 有误：没有产业链 {'、'.join(unknown)}；现有 {'、'.join(sorted(known))}")
    return playlist
