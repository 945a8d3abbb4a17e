"""What a level calls its areas and itself: 镇街, 全区 and 本区 in a district, 设区市, 全省 and 本省 in a province.

Every text that names the level is built with the terms of the district at hand, never rewritten afterwards: names from
workbooks may contain the same characters.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class LevelTerms(BaseModel):
    """The terms of one level: ``part`` for each of its areas, ``whole`` for all of them, ``own`` for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    part: str = "镇街"
    whole: str = "全区"
    own: str = "本区"

    def fill(self, template: str) -> str:
        """Replace the fields ``{part}``, ``{whole}`` and ``{own}`` of a template; braces mean nothing else in it."""
        return template.format(part=self.part, whole=self.whole, own=self.own) if "{" in template else template
