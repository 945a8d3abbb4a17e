"""What an evaluation says of the district: grades by part, migration, land held by D firms, what lifting them would bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cockpit import contribution
from cockpit.evaluation.policy import GRADES

#: What may be counted by grade: firms, their land (亩) or their tax (万元).
MEASURES = ("count", "land_mu", "tax")
#: In the migration: a firm without a grade in that year (exempt, or not evaluated).
UNGRADED = "未定级"


def by_part(firms: pd.DataFrame, part: str, measure: str) -> pd.DataFrame:
    """Graded firms by ``part`` (town, chain, division, group) and grade: columns A-D, ``total``, ``ab`` (share of A and B).

    ``measure`` of ``MEASURES``; sorted by ``ab``, highest first. ``ab`` is NaN where the total is not above zero.
    """
    graded = firms[firms["grade"].isin(GRADES)]
    amounts = pd.Series(1.0, index=graded.index) if measure == "count" else graded[measure].fillna(0.0)
    table = amounts.groupby([graded[part], graded["grade"]]).sum().unstack("grade")
    table = table.reindex(columns=list(GRADES)).fillna(0.0)
    whole = table.sum(axis=1)
    table = table.assign(total=whole, ab=(table["A"] + table["B"]) / whole.where(whole > 0))
    return table.sort_values(["ab", "total"], ascending=False, kind="stable")


def migration(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Firms by grade before (rows) and after (columns): A-D and ``UNGRADED``. Both frames: ``credit_code, grade``.

    A firm that only one of them knows counts as ungraded in the other.
    """
    order = [*GRADES, UNGRADED]
    joined = before[["credit_code", "grade"]].merge(
        after[["credit_code", "grade"]], on="credit_code", how="outer", suffixes=("_before", "_after")
    )
    known = {name: joined[name].where(joined[name].isin(GRADES), UNGRADED) for name in ("grade_before", "grade_after")}
    return pd.crosstab(known["grade_before"], known["grade_after"]).reindex(index=order, columns=order).fillna(0).astype("int64")


def moves(table: pd.DataFrame) -> tuple[int, int, int]:
    """Firms that rose, fell, and stayed D, of a migration among A-D."""
    grid = table.loc[list(GRADES), list(GRADES)].to_numpy()
    return int(np.tril(grid, -1).sum()), int(np.triu(grid, 1).sum()), int(grid[-1, -1])


def lift(firms: pd.DataFrame, peers: pd.DataFrame) -> float:
    """More tax (万元) if every D firm of ``firms`` reached the median 亩均税收 of its group's C firms among ``peers``.

    A D firm above that median adds nothing.
    """
    return float(lifts(firms, peers).sum())


def lifts(firms: pd.DataFrame, peers: pd.DataFrame) -> pd.Series:
    """``lift`` of each firm: NaN for one that isn't D, or whose group has no C firm."""
    usual = peers[peers["grade"] == "C"]
    medians = (usual["tax"] / usual["land_mu"]).groupby(usual["group"]).median()
    wanted = firms["group"].map(medians).astype("float64") * firms["land_mu"]
    return (wanted - firms["tax"]).clip(lower=0.0).where(firms["grade"] == "D")


def per_mu(firms: pd.DataFrame, numerator: str, part: str | None = None) -> pd.Series:
    """Ratio of sums ``numerator`` ÷ land in 万元/亩, by ``part`` or one value under ``whole``; NaN without land."""
    known = firms[firms[numerator].notna() & firms["land_mu"].notna()]
    keys = pd.Series("whole", index=known.index) if part is None else known[part]
    land = known["land_mu"].groupby(keys).sum()
    return known[numerator].groupby(keys).sum() / land.where(land > 0)


def change_by_part(firms: pd.DataFrame, before: pd.DataFrame, numerator: str, part: str, within: str) -> pd.DataFrame:
    """How each part's ``numerator`` per mu moved: columns ``value, base, change, own, structure``, highest value first.

    The change of a part splits exactly over its sub-parts ``within`` (``contribution.of_ratios``): ``own``, what
    the sub-parts' own ratios moved, and ``structure``, what moved land between them.
    """
    now, then = _sums(firms, numerator, part, within), _sums(before, numerator, part, within)
    split = contribution.of_ratios(*now, *then).groupby(level=0).sum(min_count=1)
    value, base = per_mu(firms, numerator, part), per_mu(before, numerator, part)
    keys = sorted(set(firms[part]) | set(before[part]))
    frame = pd.DataFrame({"value": value.reindex(keys), "base": base.reindex(keys)})
    frame = frame.assign(change=frame["value"] - frame["base"], own=split["own"], structure=split["structure"])
    return frame.sort_values("value", ascending=False, kind="stable")


def _sums(firms: pd.DataFrame, numerator: str, part: str, within: str) -> tuple[pd.Series, pd.Series]:
    known = firms[firms[numerator].notna() & firms["land_mu"].notna()]
    sums = known.groupby([part, within])[[numerator, "land_mu"]].sum()
    return sums[numerator], sums["land_mu"]
