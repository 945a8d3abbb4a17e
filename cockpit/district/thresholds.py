"""The limits beyond which a value is marked, as a district sets them in its pack."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Thresholds(BaseModel):
    """Limits that a district may set for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    behind_amber_points: float = 5.0
    behind_red_points: float = 10.0
    stale_after_days: int = 50
    weak_stage_share_pct: float = 5.0
    remediation_slow_months: int = 12
    #: Projects: no start this long after signing; little invested (% of the plan) this long after the start; not
    #: completed this long after it; not in production this long after completion.
    project_start_months: int = 6
    project_stall_months: int = 9
    project_stall_share_pct: float = 30.0
    project_build_months: int = 24
    project_production_months: int = 6
    #: A policy counts as expiring soon (即将到期) this long before its end.
    policy_expiring_months: int = 6
    #: Without the right to single firms a sum is shown only if it is over at least this many firms (or none) and no firm has
    #: this share (%) of it or more. A pack may be stricter, never laxer.
    disclosure_minimum_firms: int = Field(default=3, ge=3, description="分组至少有几家企业才单独显示，不少于3")
    disclosure_dominance_pct: float = Field(default=85.0, gt=0, le=85.0, description="一家企业占到百分之几即不单独显示，不高于85")
