"""The list of an evaluation: one row a firm, as programs, the public notice and the page's table read it."""

from __future__ import annotations

import math
from typing import Any

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.district.district import District
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.explanation import sentences

_PLAIN = ("base_score", "score", "rank", "grade", "reason")


def listing(evaluation: Evaluation, district: District) -> list[dict[str, Any]]:
    """One row a firm, by group, then rank.

    ``code, name, town, chain, group, base_score, bonus, malus, score, rank, grade, reason, weakest, explanation,
    indicators``; ``base_score`` before additions and deductions; ``weakest`` the indicator's name; ``indicators``
    key -> ``{value, baseline, score}``, None where missing. A firm without a grade has its exemption's mark.
    """
    told = sentences(evaluation)
    firms = evaluation.firms.to_dict("records")
    found = []
    for result in evaluation.groups:
        names = {i.key: i.name for i in result.group.indicators}
        rows = sorted(range(len(result.rows)), key=lambda at: (int(result.grading.rank[at]), at))
        for at in rows:
            row = int(result.rows[at])
            firm = firms[row]
            found.append(
                {
                    "code": firm["credit_code"],
                    "name": firm["name"],
                    "town": group_name(district, Grouping.TOWN, _text(firm["town"]))[0],
                    "chain": group_name(district, Grouping.CHAIN, _text(firm["chain"]))[0],
                    "group": result.group.key,
                    "bonus": _known(firm["bonus"]),
                    "malus": _known(firm["malus"]),
                    **{name: firm[name] for name in _PLAIN},
                    "weakest": names[firm["weakest"]],
                    "explanation": told[row],
                    "indicators": _indicators(result, at),
                }
            )
    return found


def order_of(grade: str) -> int:
    """Place of a grade in lists: A-D, then those without a grade."""
    return GRADES.index(grade) if grade in GRADES else len(GRADES)


def _indicators(result: Any, at: int) -> dict[str, dict[str, float | None]]:
    scores = result.scores
    return {
        indicator.key: {
            "value": _known(float(scores.values[at, j])),
            "baseline": _known(float(scores.baselines[at, j])),
            "score": float(scores.points[at, j]),
        }
        for j, indicator in enumerate(result.group.indicators)
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
