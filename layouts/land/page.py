"""The view 评价结果 of the per-mu page (亩均效益): the published grading of a year."""

from __future__ import annotations

from cockpit.views.land import evaluation as land
from cockpit.views.land import firms as land_firms
from cockpit.views.land import scatter as land_scatter
from cockpit.views.land import scores as land_scores
from cockpit.views.land import towns as land_towns
from layouts.components.panel import PanelKind, PanelSpec
from layouts.land.firm_explanation import EXPLANATION
from layouts.land.firms import render_firm_list, render_scatter
from layouts.land.grades import render_flow, render_spread, render_structure
from layouts.land.headline import render_headline
from layouts.land.towns import render_ranking, render_worst_land
from layouts.page import Page

PAGE = Page(
    "land",
    "亩均效益",
    (
        PanelSpec("kpis", "亩均效益", land.headline, render_headline),
        PanelSpec("spread", "得分分布", land_scores.score_distribution, render_spread, kind=PanelKind.CHART),
        PanelSpec("structure", "等级结构", land.structure, render_structure),
        PanelSpec("flow", "等级变动", land.migration, render_flow, kind=PanelKind.CHART),
        PanelSpec("bubbles", "用地与税收", land_scatter.scatter, render_scatter, kind=PanelKind.CHART),
        PanelSpec("roster", "评价企业", land_firms.firm_list, render_firm_list, kind=PanelKind.COMPONENTS),
        PanelSpec("worst-land", "D类企业用地", land_towns.worst_land, render_worst_land, kind=PanelKind.SVG),
        PanelSpec("ranking", "{part}亩均排名", land_towns.ranking, render_ranking),
        EXPLANATION,
    ),
    tab="land",
)
