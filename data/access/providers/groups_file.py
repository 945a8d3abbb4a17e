"""Read which groups of identity providers give which rights: ``groups.yaml`` of the district pack, beside its roles."""

from __future__ import annotations

from pydantic import ValidationError

from cockpit.access.groups import GroupGrant, GroupRules, resolve_rules
from cockpit.access.roles import Roles
from cockpit.district.district import District
from cockpit.errors import DistrictError
from cockpit.validation import list_faults
from data.district_pack import pack_folder, read_pack_yaml

NAME = "groups.yaml"


def load_grants(pack: str, roles: Roles, district: District) -> tuple[GroupGrant, ...]:
    """Load what the groups give; nothing without a file. Raises ``DistrictError``, which lists every fault with its path."""
    file = pack_folder(pack) / NAME
    if not file.is_file():
        return ()
    content = read_pack_yaml(file)
    try:
        rules = GroupRules.model_validate(content)
    except ValidationError as error:
        raise _error(list_faults(error, GroupRules)) from error
    grants, faults = resolve_rules(rules, roles, district)
    if faults:
        raise _error(faults)
    return grants


def _error(faults: list[str]) -> DistrictError:
    return DistrictError("\n".join([f"{NAME} 有误：", *(f"  {fault}" for fault in faults)]))
