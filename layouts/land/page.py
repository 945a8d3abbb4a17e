"""The view 评价结果 of the per-mu page (亩均效益): the published grading of a year."""

from __future__ import annotations

from cockpit.views.land import evaluation as land
from cockpit.views.land import firms as land_firms
from cockpit.views.land import scatter as land_bubbles
from cockpit.views.land import scores as land_scores
from cockpit.views.land import towns as land_towns
from layouts.land.firm_explanation import STORY
from layouts.land.firms import draw_bubbles, draw_roster
from layouts.land.grades import draw_flow, draw_spread, draw_structure
from layouts.land.headline import draw_headline
from layouts.land.towns import draw_ranking, draw_worst_land
from layouts.page import Page, PanelSpec

PAGE = Page(
    "land",
    "亩均效益",
    (
        PanelSpec("kpis", "亩均效益", land.headline, draw_headline),
        PanelSpec("spread", "得分分布", land_scores.spread, draw_spread, has_graph=True),
        PanelSpec("structure", "等级结构", land.structure, draw_structure),
        PanelSpec("flow", "等级变动", land.migration, draw_flow, has_graph=True),
        PanelSpec("bubbles", "用地与税收", land_bubbles.bubbles, draw_bubbles, has_graph=True),
        PanelSpec("roster", "评价企业", land_firms.firm_list, draw_roster),
        PanelSpec("worst-land", "D类企业用地", land_towns.worst_land, draw_worst_land, has_drawing=True),
        PanelSpec("ranking", "镇街亩均排名", land_towns.ranking, draw_ranking),
        STORY,
    ),
    tab="land",
)
