"""The list of an evaluation: one row a firm, for other programs (JSON) and the public notice."""

from __future__ import annotations

from typing import Any

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.district.district import District
from cockpit.evaluation.grading.engine import Evaluation, GroupResult
from cockpit.evaluation.results.explanation import explanation_sentences
from cockpit.evaluation.results.record import none_if_nan

_COPIED_COLUMNS = ("base_score", "score", "rank", "grade", "reason")


def export_rows(evaluation: Evaluation, district: District) -> list[dict[str, Any]]:
    """List the firms, one row each, by group, then rank.

    ``code, name, town, chain, group, base_score, bonus, malus, score, rank, grade, reason, weakest, explanation,
    indicators``; ``base_score`` before additions and deductions; ``weakest`` the indicator's name; ``indicators``
    key -> ``{value, baseline, score}``, None where missing. A firm without a grade has its exemption's mark.
    """
    sentences = explanation_sentences(evaluation)
    firms = evaluation.firms.to_dict("records")
    rows = []
    for result in evaluation.groups:
        names = {i.key: i.name for i in result.group.indicators}
        by_rank = sorted(range(len(result.rows)), key=lambda position: (int(result.grading.rank[position]), position))
        for position in by_rank:
            row = int(result.rows[position])
            firm = firms[row]
            rows.append(
                {
                    "code": firm["credit_code"],
                    "name": firm["name"],
                    "town": group_name(district, Grouping.TOWN, _text(firm["town"]))[0],
                    "chain": group_name(district, Grouping.CHAIN, _text(firm["chain"]))[0],
                    "group": result.group.key,
                    "bonus": none_if_nan(firm["bonus"]),
                    "malus": none_if_nan(firm["malus"]),
                    **{name: firm[name] for name in _COPIED_COLUMNS},
                    "weakest": names[firm["weakest"]],
                    "explanation": sentences[row],
                    "indicators": _indicators(result, position),
                }
            )
    return rows


def _indicators(result: GroupResult, position: int) -> dict[str, dict[str, float | None]]:
    scores = result.scores
    return {
        indicator.key: {
            "value": none_if_nan(float(scores.values[position, j])),
            "baseline": none_if_nan(float(scores.baselines[position, j])),
            "score": float(scores.points[position, j]),
        }
        for j, indicator in enumerate(result.group.indicators)
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
