"""Read the roles of a district from its pack, or those that are shipped."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from cockpit.access.roles import Roles
from cockpit.errors import DistrictError
from cockpit.validation import list_faults
from data.district_pack import pack_folder, read_pack_yaml

_NAME = "roles.yaml"
_SHIPPED = Path(__file__).parent / _NAME


def load_roles(pack: str) -> Roles:
    """Load the roles of a district pack. Raises ``DistrictError``, which lists every fault of the file with its path."""
    own = pack_folder(pack) / _NAME
    file = own if own.is_file() else _SHIPPED
    content = read_pack_yaml(file)
    try:
        return Roles.model_validate(content)
    except ValidationError as error:
        raise DistrictError("\n".join([f"{file.name} 有误：", *(f"  {fault}" for fault in list_faults(error, Roles))])) from error
