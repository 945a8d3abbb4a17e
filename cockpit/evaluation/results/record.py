"""An evaluation as plain rows and back: what is frozen when it is published.

A firm's detail keeps its figures and all arrays of the engine in the order of the policy's indicators and
conditions, so that the record reads the same whatever later becomes of data, register or program.
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

from cockpit.cube.arrays import FloatArray
from cockpit.evaluation.grading.engine import FIGURES, Evaluation, GroupResult
from cockpit.evaluation.grading.grading import NONE, Grading
from cockpit.evaluation.grading.scoring import Scores
from cockpit.evaluation.policy.policy import GRADES, Group, Policy

_OWN = ("by_score", "treated_as", "weakest", "reason")


@dataclass(frozen=True, slots=True)
class Record:
    """Who published which policy for which year, when (UTC), on which data version."""

    id: int
    year: int
    policy_name: str
    policy_sha256: str
    data_version: int
    published_by: str
    published_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
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
class Simulation:
    """A saved what-if policy; ``saved_at`` is UTC."""

    name: str
    policy: Policy
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class Published:
    """A published evaluation with its record."""

    record: Record
    evaluation: Evaluation


def rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """One row a firm: ``credit_code, evaluation_group, base_score, score, rank, grade, detail`` (JSON)."""
    details: list[dict[str, Any]] = [{} for _ in range(len(evaluation.firms))]
    for result in evaluation.groups:
        for at, row in enumerate(result.rows):
            details[row] = _arrays(result, at)
    firms = evaluation.firms
    figures = [firms[name].to_list() for name in FIGURES]
    words = [firms[name].to_list() for name in _OWN]
    vetoes = firms["veto"].astype(object).where(firms["veto"].notna(), None).to_list()
    told = zip(*(firms[n].to_list() for n in ("credit_code", "group", "base_score", "score", "rank", "grade")), strict=True)
    found = []
    for i, (code, group, base, score, rank, grade) in enumerate(told):
        detail = details[i] | {n: _known(column[i]) for n, column in zip(FIGURES, figures, strict=True)}
        detail |= {n: column[i] for n, column in zip(_OWN, words, strict=True)} | {"veto": vetoes[i]}
        text = json.dumps(detail, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        line = {"credit_code": code, "evaluation_group": group, "base_score": base, "score": score, "rank": rank}
        found.append(line | {"grade": grade, "detail": text})
    return found


def lines(evaluation: Evaluation) -> str:
    """The score lines of each group, as JSON: what can't be told from any single firm."""
    found = {r.group.key: [_known(x) for x in r.grading.lines.tolist()] for r in evaluation.groups}
    return json.dumps({"lines": found, "outside": evaluation.outside}, ensure_ascii=False)


def restore(policy: Policy, found: Sequence[Mapping[str, Any]], summary: str, register: pd.DataFrame) -> Evaluation:
    """The evaluation from its rows; ``register`` gives today's name and place of each firm (by ``credit_code``)."""
    details = [json.loads(row["detail"]) for row in found]
    firms = pd.DataFrame(
        {
            "credit_code": pd.array([r["credit_code"] for r in found], dtype="str"),
            **{n: np.array([_number(d[n]) for d in details], dtype=np.float64) for n in FIGURES},
            "veto": pd.array([d["veto"] for d in details], dtype="str"),
            "group": pd.array([r["evaluation_group"] for r in found], dtype="str"),
            **{n: np.array([r[n] for r in found], dtype=np.float64) for n in ("base_score", "score")},
            "rank": np.array([r["rank"] for r in found], dtype=np.int64),
            "grade": pd.array([r["grade"] for r in found], dtype="str"),
            **{n: pd.array([d[n] for d in details], dtype="str") for n in _OWN},
        }
    )
    firms = firms.merge(register, on="credit_code", how="left")
    firms["name"] = firms["name"].fillna(firms["credit_code"])
    told = json.loads(summary)
    results = tuple(_result(g, firms, details, told["lines"][g.key]) for g in policy.groups)
    return Evaluation(policy, firms, results, int(told["outside"]))


def _arrays(result: GroupResult, at: int) -> dict[str, Any]:
    scores, grading = result.scores, result.grading
    return {
        "values": [_known(x) for x in scores.values[at].tolist()],
        "baselines": [_known(x) for x in scores.baselines[at].tolist()],
        "points": scores.points[at].tolist(),
        "factor": float(scores.factor[at]),
        "limits": [_known(float(limit[at])) for limit in grading.limits],
        "exempt": int(grading.exempt[at]),
        "vetoed": bool(grading.vetoed[at]),
    }


def _result(group: Group, firms: pd.DataFrame, details: list[dict[str, Any]], score_lines: list[float | None]) -> GroupResult:
    at = np.flatnonzero((firms["group"] == group.key).to_numpy(dtype=bool))
    own = [details[i] for i in at]
    index = {grade: i for i, grade in enumerate(GRADES)}
    graded, by_score = (np.array([index.get(g, NONE) for g in firms[c].iloc[at]], dtype=np.int64) for c in ("grade", "by_score"))
    return GroupResult(
        group,
        at,
        Scores(_matrix(own, "values"), _matrix(own, "baselines"), _matrix(own, "points"), np.array([d["factor"] for d in own])),
        Grading(
            firms["rank"].to_numpy(dtype=np.int64)[at],
            by_score,
            graded,
            np.array([d["exempt"] for d in own], dtype=np.int64),
            np.array([d["vetoed"] for d in own], dtype=bool),
            np.array([_number(x) for x in score_lines]),
            tuple(_matrix(own, "limits").T) if group.conditions else (),
        ),
    )


def _matrix(details: list[dict[str, Any]], name: str) -> FloatArray:
    return np.array([[_number(x) for x in d[name]] for d in details], dtype=np.float64)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
