"""Parts of a firm's evaluation explained: for the drawer of the per-mu page and the firm's own page."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.calendar.dates import format_day
from cockpit.district.district import District
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.explanation import GradeExplanation, IndicatorResult
from cockpit.formatting import format_trimmed
from cockpit.views.land.firms import FirmExplanation
from cockpit.views.remediation.board import RemediationStep
from layouts.components.bars import bar_length
from layouts.ui.templates import NOTHING, macro
from layouts.ui.theme import grade_token

_TEMPLATE = "land/explanation_parts.html"
_grade_tile = macro(_TEMPLATE, "grade_tile")
_score_and_rank = macro(_TEMPLATE, "score_and_rank")
_hint = macro(_TEMPLATE, "hint")
_indicator_table = macro(_TEMPLATE, "indicator_table")
_grade_years = macro(_TEMPLATE, "grade_years")
_remediation_steps = macro(_TEMPLATE, "remediation_steps")
#: The bar of an indicator's points ends at this multiple of its weight.
_LONGEST_BAR = 1.5


def grade_tile(grade: str) -> Markup:
    """Render a grade as a letter on its colour, another mark (不定等级) as a plain tag."""
    return Markup(_grade_tile(grade, grade_token(grade) if grade in GRADES else ""))


def score_and_rank(explanation: GradeExplanation, district: District) -> Markup:
    """Render score and rank within the evaluation group; within an area, that it is the group of the whole."""
    group = f"{district.whole_name}{explanation.group}" if district.whole_name else ""
    rank = f"{group}第 {explanation.rank:,}位 / 共 {explanation.group_size:,}家"
    return Markup(_score_and_rank(f"{formatting.format_rounded(explanation.score, 1)}分", rank))


def score_breakdown(explanation: GradeExplanation) -> Markup:
    """Render how the score is made up; where it is enough for the next grade already, that, too."""
    parts = [f"基本得分 {formatting.format_rounded(explanation.base_score, 2)}"]
    if explanation.bonus:
        parts.append(f"加分 {format_trimmed(explanation.bonus)}")
    if explanation.malus:
        parts.append(f"扣分 {format_trimmed(explanation.malus)}")
    if explanation.next_grade and math.isnan(explanation.gap):
        parts.append(f"得分已够{explanation.next_grade}类线")
    return Markup(_hint("，".join(parts)))


def indicator_table(explanation: GradeExplanation) -> Markup:
    """Render value, baseline, points and rank of each indicator, and the value that would lift the firm."""
    needed = f"单独达到{explanation.next_grade}类需" if explanation.next_grade else "单独达标值"
    return Markup(_indicator_table(needed, [_indicator_row(line, explanation.next_grade) for line in explanation.lines]))


def _indicator_row(line: IndicatorResult, next_grade: str) -> dict[str, object]:
    indicator, weight = line.indicator, float(line.indicator.weight)
    share = line.points / weight if weight else 0.0

    def display(value: float) -> str:
        return format_trimmed(indicator.to_display(value))

    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "value": display(line.value),
        "baseline": display(line.baseline),
        "width": bar_length(min(share, _LONGEST_BAR), _LONGEST_BAR),
        "points": f"{formatting.format_rounded(line.points, 1)} / {indicator.weight.normalize():f}",
        "rank": f"{line.rank:,}/{line.known:,}" if line.rank else formatting.MISSING,
        "percentile": f"不低于{formatting.format_percent(line.percentile)}的企业" if line.rank else "没有数据",
        "is_out_of_reach": bool(next_grade) and not line.reachable,
        "needed": display(line.needed) if next_grade and line.reachable else "",
    }


def grade_years(view: FirmExplanation) -> Markup:
    """Render the grades of all published years."""
    years = [
        {"name": f"{year}年", "grade": grade_tile(grade), "score": f"{formatting.format_rounded(score, 1)}分"}
        for year, grade, score in view.history
    ]
    return Markup(_grade_years(years))


def remediation_steps(view: FirmExplanation) -> Markup:
    """Render the firm's remediation from listing to completion; nothing when it was never listed."""
    if not view.steps:
        return NOTHING
    return Markup(_remediation_steps([(f"{s.kind} · {s.state}", _step_facts(s)) for s in view.steps]))


def _step_facts(step: RemediationStep) -> str:
    dates = [f"{format_day(day)}{event}" for day, event in ((step.listed_on, "列入"), (step.completed_on, "完成")) if day]
    land = "" if math.isnan(step.released_land) else f"盘活用地 {format_trimmed(step.released_land)}亩"
    return "，".join(fact for fact in (*dates, step.age, land) if fact)
