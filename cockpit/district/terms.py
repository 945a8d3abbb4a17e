"""What a level calls its areas and itself: 镇街, 全区 and 本区 in a district, 设区市, 全省 and 本省 in a province.

Every text that names the level is built with the terms of the district at hand, never rewritten afterwards: names from
workbooks may contain the same characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

_MUNICIPALITIES = ("11", "12", "31", "50")
_LEVELS = "区县市省州盟旗国"


class LevelTerms(BaseModel):
    """The terms of one level: ``part`` for each of its areas, ``whole`` for all of them, ``own`` for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    part: str = "镇街"
    whole: str = "全区"
    own: str = "本区"

    def fill(self, template: str) -> str:
        """Replace the fields ``{part}``, ``{whole}`` and ``{own}`` of a template; braces mean nothing else in it."""
        return template.format(part=self.part, whole=self.whole, own=self.own) if "{" in template else template


def with_level_terms(fields: Any) -> Any:
    """Complete the terms among the fields of an area by what its level calls its parts and itself: 荷塘县 has 全县, 本县.

    Anything else than fields with name and code is returned as it is: its own validation tells what is wrong.
    """
    if not isinstance(fields, Mapping) or not isinstance(fields.get("name"), str) or not isinstance(fields.get("code"), str):
        return fields
    given = fields.get("terms")
    if given is not None and not isinstance(given, Mapping):
        return fields
    return {**fields, "terms": _terms_of(fields["name"], fields["code"]) | dict(given or {})}


def _terms_of(name: str, code: str) -> dict[str, str]:
    level = name[-1] if name and name[-1] in _LEVELS else "区"
    division = code[:6]
    if division == "000000":
        part = "省（区、市）"
    elif division.endswith("0000"):
        part = "区县" if division[:2] in _MUNICIPALITIES else "设区市"
    elif division.endswith("00"):
        part = "县（市、区）"
    else:
        part = "镇街"
    return {"part": part, "whole": f"全{level}", "own": "全国" if level == "国" else f"本{level}"}
