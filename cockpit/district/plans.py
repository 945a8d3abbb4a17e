"""Plans and goals of a pack: people it wants, and organic renewal (有机更新)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class TalentGoal(BaseModel):
    """How many people of a category (类别 of the sheet 人才) the district wants.

    ``by_year``: reached by the end of that year, in a plan that began with ``from_year``; both or neither.
    ``plan_name``: the plan's name as shown.
    """

    model_config = _FROZEN
    category: str
    target: int = Field(gt=0)
    from_year: int | None = None
    by_year: int | None = None
    plan_name: str = ""

    @model_validator(mode="after")
    def _both_years(self) -> TalentGoal:
        if (self.from_year is None) != (self.by_year is None):
            raise ValueError(f"{self.category}: from_year 和 by_year 要么都填，要么都不填")
        if self.from_year is not None and self.by_year is not None and self.from_year > self.by_year:
            raise ValueError(f"{self.category}: from_year 晚于 by_year")
        return self


class TalentPlan(BaseModel):
    """A talent plan (类别 of the sheet 人才), the key of the chain that it is made for, and its field as shown."""

    model_config = _FROZEN
    category: str
    chain: str
    field: str = ""


class RenewalPlan(BaseModel):
    """A plan of organic renewal (有机更新): what is to be done in ``years`` years from January of ``first_year`` on.

    ``area_mu`` 亩, ``new_space_wan_m2`` 万平方米, ``new_output_yi`` 亿元; ``approach``: when which method is
    taken; ``source``: where the plan is published, and what is assumed.
    """

    model_config = _FROZEN
    name: str
    first_year: int = Field(ge=2000, le=2100)
    years: int = Field(3, gt=0)
    area_mu: float = Field(gt=0)
    new_space_wan_m2: float = Field(gt=0)
    new_output_yi: float = Field(gt=0)
    approach: str = ""
    source: str = ""
