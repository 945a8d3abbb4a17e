"""The view 评价结果 of the per-mu page (亩均效益): the published grading of a year."""

from __future__ import annotations

from cockpit.views.land import evaluation, firms, scatter, scores, towns
from layouts.components.panel import PanelKind, PanelSpec
from layouts.land.firm_explanation import EXPLANATION
from layouts.land.firms import render_firm_list, render_scatter
from layouts.land.grades import render_grade_migration, render_grade_structure, render_scores
from layouts.land.summary import render_summary
from layouts.land.towns import render_per_mu_ranking, render_worst_land
from layouts.page import Filters, Page

PAGE = Page(
    "land",
    "亩均效益",
    (
        PanelSpec("kpis", "亩均效益", evaluation.summary, render_summary),
        PanelSpec("scores", "得分分布", scores.score_distribution, render_scores, PanelKind.CHART, span=4),
        PanelSpec("structure", "等级结构", evaluation.grade_structure, render_grade_structure, span=5),
        PanelSpec("flow", "等级变动", evaluation.grade_migration, render_grade_migration, PanelKind.CHART, span=3),
        PanelSpec("scatter", "用地与税收", scatter.scatter, render_scatter, PanelKind.CHART, span=5),
        PanelSpec("firm-list", "评价企业", firms.firm_list, render_firm_list, PanelKind.COMPONENTS, span=7),
        PanelSpec("worst-land", "D类企业用地", towns.worst_land, render_worst_land, PanelKind.SVG, span=5),
        PanelSpec("ranking", "{part}亩均排名", towns.per_mu_ranking, render_per_mu_ranking, span=7),
        EXPLANATION,
    ),
    tab="land",
    # The year is chosen over the page; comparison and month have no effect.
    filters=frozenset((Filters.TOWN, Filters.INDUSTRY)),
)
