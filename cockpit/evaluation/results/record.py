"""Serialize an evaluation to plain rows and restore it: what is frozen when it is published.

A firm's detail holds its input values and all arrays of the engine in the order of the policy's indicators and
conditions, so that the record stays the same whatever later happens to data, register or program.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.evaluation.grading.engine import VALUE_COLUMNS, Evaluation, GroupResult
from cockpit.evaluation.grading.grades import NO_INDEX, GroupGrading
from cockpit.evaluation.grading.scoring import GroupScores
from cockpit.evaluation.policy.policy import GRADES, EvaluationGroup, Policy

_RESULT_TEXTS = ("by_score", "treated_as", "weakest", "reason")


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """Who published which policy for which year, when (UTC), on which data version."""

    id: int
    year: int
    policy_name: str
    policy_sha256: str
    data_version: int
    published_by: str
    published_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return the record as a JSON object."""
        return {
            "evaluation": self.id,
            "year": self.year,
            "policy": self.policy_name,
            "policy_sha256": self.policy_sha256,
            "data_version": self.data_version,
            "published_by": self.published_by,
            "published_at": self.published_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Scenario:
    """A saved what-if policy; ``saved_at`` is UTC."""

    name: str
    policy: Policy
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class PublishedEvaluation:
    """A published evaluation with its record."""

    record: EvaluationRecord
    evaluation: Evaluation


def serialize_firms(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Serialize to one row a firm: ``credit_code, evaluation_group, base_score, score, rank, grade, detail`` (JSON)."""
    details: list[dict[str, Any]] = [{} for _ in range(len(evaluation.firms))]
    for result in evaluation.groups:
        for position, row in enumerate(result.rows):
            details[row] = _firm_detail(result, position)
    firms = evaluation.firms
    values = [firms[name].to_list() for name in VALUE_COLUMNS]
    texts = [firms[name].to_list() for name in _RESULT_TEXTS]
    vetoes = firms["veto"].astype(object).where(firms["veto"].notna(), None).to_list()
    results = zip(*(firms[n].to_list() for n in ("credit_code", "group", "base_score", "score", "rank", "grade")), strict=True)
    rows = []
    for i, (code, group, base, score, rank, grade) in enumerate(results):
        detail = details[i] | {n: none_if_nan(column[i]) for n, column in zip(VALUE_COLUMNS, values, strict=True)}
        detail |= {n: column[i] for n, column in zip(_RESULT_TEXTS, texts, strict=True)} | {"veto": vetoes[i]}
        serialized = json.dumps(detail, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        row = {"credit_code": code, "evaluation_group": group, "base_score": base, "score": score, "rank": rank}
        rows.append(row | {"grade": grade, "detail": serialized})
    return rows


def serialize_summary(evaluation: Evaluation) -> str:
    """Serialize what belongs to no single firm as JSON: each group's score lines, the number of ungrouped firms."""
    lines = {r.group.key: [none_if_nan(x) for x in r.grading.lines.tolist()] for r in evaluation.groups}
    return json.dumps({"lines": lines, "outside": evaluation.ungrouped}, ensure_ascii=False)


def restore_evaluation(policy: Policy, rows: Sequence[Mapping[str, Any]], summary: str, register: pd.DataFrame) -> Evaluation:
    """Restore an evaluation from its rows; ``register``: today's name, town, chain … of each firm (by ``credit_code``)."""
    details = [json.loads(row["detail"]) for row in rows]
    firms = pd.DataFrame(
        {
            "credit_code": pd.array([r["credit_code"] for r in rows], dtype="str"),
            **{n: np.array([_nan_if_none(d[n]) for d in details], dtype=np.float64) for n in VALUE_COLUMNS},
            "veto": pd.array([d["veto"] for d in details], dtype="str"),
            "group": pd.array([r["evaluation_group"] for r in rows], dtype="str"),
            **{n: np.array([r[n] for r in rows], dtype=np.float64) for n in ("base_score", "score")},
            "rank": np.array([r["rank"] for r in rows], dtype=np.int64),
            "grade": pd.array([r["grade"] for r in rows], dtype="str"),
            **{n: pd.array([d[n] for d in details], dtype="str") for n in _RESULT_TEXTS},
        }
    )
    firms = firms.merge(register, on="credit_code", how="left")
    firms["name"] = firms["name"].fillna(firms["credit_code"])
    totals = json.loads(summary)
    results = tuple(_restore_group(g, firms, details, totals["lines"][g.key]) for g in policy.groups)
    return Evaluation(policy, firms, results, int(totals["outside"]))


def none_if_nan(value: float) -> float | None:
    """Return ``None`` for NaN, which JSON doesn't know."""
    return None if math.isnan(value) else value


def _firm_detail(result: GroupResult, position: int) -> dict[str, Any]:
    scores, grading = result.scores, result.grading
    return {
        "values": [none_if_nan(x) for x in scores.values[position].tolist()],
        "baselines": [none_if_nan(x) for x in scores.baselines[position].tolist()],
        "points": scores.points[position].tolist(),
        "factor": float(scores.factor[position]),
        "limits": [none_if_nan(float(limit[position])) for limit in grading.limits],
        "exempt": int(grading.exempt[position]),
        "vetoed": bool(grading.vetoed[position]),
    }


def _restore_group(
    group: EvaluationGroup, firms: pd.DataFrame, details: list[dict[str, Any]], score_lines: list[float | None]
) -> GroupResult:
    rows = np.flatnonzero((firms["group"] == group.key).to_numpy(dtype=bool))
    own = [details[i] for i in rows]
    factor = np.array([d["factor"] for d in own])
    scores = GroupScores(_matrix(own, "values"), _matrix(own, "baselines"), _matrix(own, "points"), factor)
    grading = GroupGrading(
        rank=firms["rank"].to_numpy(dtype=np.int64)[rows],
        by_score=_grade_indices(firms["by_score"].iloc[rows]),
        grade=_grade_indices(firms["grade"].iloc[rows]),
        exempt=np.array([d["exempt"] for d in own], dtype=np.int64),
        vetoed=np.array([d["vetoed"] for d in own], dtype=bool),
        lines=np.array([_nan_if_none(x) for x in score_lines]),
        limits=tuple(_matrix(own, "limits").T) if group.conditions else (),
    )
    return GroupResult(group, rows, scores, grading)


def _grade_indices(grades: pd.Series) -> IntArray:
    index = {grade: i for i, grade in enumerate(GRADES)}
    return np.array([index.get(grade, NO_INDEX) for grade in grades], dtype=np.int64)


def _matrix(details: list[dict[str, Any]], name: str) -> FloatArray:
    return np.array([[_nan_if_none(x) for x in d[name]] for d in details], dtype=np.float64)


def _nan_if_none(value: float | None) -> float:
    return math.nan if value is None else float(value)
