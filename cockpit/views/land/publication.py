"""What publishing a scenario would do: the year, and the enterprises whose grade in force it changes."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.catalogue.names import short_firm
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.evaluated_firms import grade_codes
from cockpit.views.context import ViewContext
from cockpit.views.land.what_if import evaluate_scenario, scenario_policy

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class PublicationPreview:
    """What a publication would change. ``record``: number of the grades in force, 0 = none.

    ``rose``, ``fell``: firms that move among A-D; ``changed``: all with another grade or mark, those from or to no grade, too;
    ``named``: the first of them, with most land first, each with its old and new grade.
    """

    year: int
    policy: str
    record: int
    firms: int
    changed: int
    rose: int
    fell: int
    named: tuple[tuple[str, str, str], ...]

    @property
    def sentence(self) -> str:
        """Say what will happen, and how it can be undone."""
        start = f"将按“{self.policy}”重新评价{self.year}年度全部{self.firms:,}家企业，"
        end = "发布后成为现行等级；旧记录仍可查看，也可按旧办法再次发布来恢复。"
        if not self.record:
            return f"{start}这一年还没有发布过等级。{end}"
        if not self.changed:
            return f"{start}与现行等级（记录{self.record}）没有差别。{end}"
        moves = "、".join(f"{label}{n:,}家" for label, n in (("升级", self.rose), ("降级", self.fell)) if n)
        others = self.changed - self.rose - self.fell
        moves += f"{'、' if moves else ''}转入或转出不定级{others:,}家" if others else ""
        names = "、".join(f"{name}（{before}→{after}）" for name, before, after in self.named)
        more = "等" if self.changed > len(self.named) else ""
        return f"{start}与现行等级（记录{self.record}）相比，{self.changed:,}家等级变化（{moves}）：{names}{more}。{end}"


def publication_preview(ctx: ViewContext) -> PublicationPreview:
    """Compare the scenario of the selection with the grades in force of its year, over the whole district.

    Raises ``UsageError`` without a scenario, ``PolicyError`` for one that can't be evaluated.
    """
    policy = scenario_policy(ctx)
    after = evaluate_scenario(ctx, policy).firms
    published = ctx.repository.evaluation(ctx.full, policy.year) if policy.year in ctx.full.grades else None
    if published is None:
        return PublicationPreview(policy.year, policy.name, 0, len(after), 0, 0, 0, ())
    firms = after.merge(
        published.evaluation.firms[["credit_code", "grade"]], on="credit_code", how="left", suffixes=("", "_before")
    )
    firms = firms.assign(grade_before=firms["grade_before"].fillna("未评价"))
    before, now = grade_codes(firms["grade_before"]), grade_codes(firms["grade"])
    is_graded = (before < len(GRADES)) & (now < len(GRADES))
    changed = firms[firms["grade"] != firms["grade_before"]].sort_values("land_mu", ascending=False, kind="stable")
    first = changed.head(_MOST_NAMED)
    names = [short_firm(ctx.district, str(name)) for name in first["name"]]
    return PublicationPreview(
        policy.year,
        policy.name,
        published.record.id,
        len(after),
        len(changed),
        int((is_graded & (now < before)).sum()),
        int((is_graded & (now > before)).sum()),
        tuple(zip(names, first["grade_before"], first["grade"], strict=True)),
    )
