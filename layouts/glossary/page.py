"""The glossary (指标口径): every entry of the catalogue, by the sheet it comes from."""

from __future__ import annotations

from cockpit import formatting
from cockpit.catalogue.formulas import (
    AverageStaff,
    Direction,
    FirmCount,
    Flow,
    Formula,
    GradedFirms,
    LandArea,
    LedgerTotal,
    Metric,
    PlatformValue,
    Ratio,
)
from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from layouts.components.client import Fragment
from layouts.ui.templates import render

_DIRECTION = {Direction.UP: "越高越好", Direction.DOWN: "越低越好", Direction.NEUTRAL: "不论高低"}
_HEADINGS = ("指标与单位", "口径", "公式", "企业之间", "月份之间", "方向")
_RULES = (
    ("同比", "与上年同月（同一段时间）相比；1—2月合并上报时，与上年1—2月相比。基数为零、为负或缺失时不算增幅，显示“—”。"),
    ("环比", "与紧接着的上一段同样长的时间相比。"),
    (formatting.POINTS, "以%表示的指标，其变化是两个百分数之差，不再算百分比。"),
    ("可比口径", "只计算两个时期都有数据的企业，剔除企业进出的影响。"),
    (
        "拉动",
        "某一部分的增减额 ÷ 全部的上年同期数；各部分拉动之和等于总增速。比率指标拆成“自身变化”和“结构变化”两部分，合计同样相等。",
    ),
    ("完成率", "年初至今累计数 ÷ 年度目标；与序时进度（已过月份 ÷ 12）相差5个百分点以上为琥珀色，10个百分点以上为红色。"),
    ("CR4、HHI", "CR4为最大4家企业占比之和；HHI为各企业占比平方和 ×10,000，最大10,000（只有一家）。"),
    ("—", "没有数据或不能计算，悬停可见原因。零就写0。"),
)


def glossary_page(terms: LevelTerms) -> Fragment:
    """Build the whole page; it is the same for every selection within a level."""
    sources = dict.fromkeys(metric.source for metric in METRICS.values())
    groups = [(source, [_entry(m, terms) for m in METRICS.values() if m.source == source]) for source in sources]
    html = render("glossary/page.html", groups=groups, rules=_RULES, headings=_HEADINGS)
    return Fragment(html, className="glossary")


def _entry(metric: Metric, terms: LevelTerms) -> dict[str, object]:
    cells = (
        metric.definition_for(terms),
        formula_text(metric.formula),
        metric.over_firms,
        metric.over_months,
        _DIRECTION[metric.direction],
    )
    units = "、".join(scale.unit for scale in metric.scales)
    return {"key": metric.key, "name": metric.name, "units": units, "cells": list(zip(_HEADINGS[1:], cells, strict=True))}


_MEASURES = {
    "output": "工业总产值",
    "revenue": "营业收入",
    "value_added": "工业增加值",
    "tax": "入库税收",
    "energy": "综合能耗",
    "power": "用电量",
    "green_investment": "绿色能源投资",
    "rd": "研发费用",
    "members": "成员企业数",
    "capacity_matched_wan": "匹配产能",
    "capacity_offered_wan": "发布产能",
    "new_tax_fen": "新增税收",
    "planned_fen": "计划总投资",
    "invested_fen": "累计完成投资",
    "released_land_mu": "盘活用地",
    "new_space_wan_m2": "新增产业空间",
    "area_mu": "更新面积",
}
_TABLES = {"project": "项目", "remediation": "整治企业", "renewal": "更新项目"}
_DATES = {"signed_on": "期内签约的", "completed_on": "期内完成的", "": ""}


def formula_text(formula: Formula) -> str:
    """Write a formula as text: Σ 入库税收（12个月）÷ Σ 用地面积."""
    match formula:
        case Flow(measure):
            return f"Σ {_MEASURES[measure]}"
        case AverageStaff():
            return "月均用工人数"
        case LandArea():
            return "Σ 用地面积"
        case FirmCount():
            return "期末月份有数据的企业数"
        case GradedFirms(grades):
            return f"{'、'.join(grades)}类企业数" if grades else "评定等级的企业数"
        case PlatformValue(value, last):
            return f"{'期末' if last else 'Σ '}{_MEASURES[value]}"
        case LedgerTotal():
            return _ledger_text(formula)
        case Ratio(numerator, denominator, trailing):
            months = "（近12个月）" if trailing else ""
            return f"{formula_text(numerator)}{months} ÷ {formula_text(denominator)}"


def _ledger_text(leaf: LedgerTotal) -> str:
    when = "到期末累计完成的" if leaf.until_end else _DATES[leaf.dated]
    done = "且已开工" if leaf.done_by else ""
    return f"{when}{'Σ ' + _MEASURES[leaf.value] if leaf.value else _TABLES[leaf.table] + '数'}{done}"
