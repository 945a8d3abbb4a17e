"""The glossary (指标口径): every entry of the catalogue, by the sheet it comes from."""

from __future__ import annotations

from cockpit.catalogue.formulas import Direction, Firms, Flow, Formula, Graded, Land, Ledger, Metric, Platform, Ratio, Staff
from cockpit.catalogue.metrics import METRICS
from layouts.components.part import Part
from layouts.ui import html

_DIRECTION = {Direction.UP: "越高越好", Direction.DOWN: "越低越好", Direction.NEUTRAL: "不论高低"}
_HEADS = ("指标与单位", "口径", "公式", "企业之间", "月份之间", "方向")
_RULES = (
    ("同比", "与上年同月（同一段时间）相比；1—2月合并上报时，与上年1—2月相比。基数为零、为负或缺失时不算增幅，显示“—”。"),
    ("环比", "与紧接着的上一段同样长的时间相比。"),
    ("个百分点", "以%表示的指标，其变化是两个百分数之差，不再算百分比。"),
    ("可比口径", "只计算两个时期都有数据的企业，剔除企业进出的影响。"),
    (
        "拉动",
        "某一部分的增减额 ÷ 全部的上年同期数；各部分拉动之和等于总增速。比率指标拆成“自身变化”和“结构变化”两部分，合计同样相等。",
    ),
    ("完成率", "年初至今累计数 ÷ 年度目标；与序时进度（已过月份 ÷ 12）相差5个点以上为琥珀色，10个点以上为红色。"),
    ("CR4、HHI", "CR4为最大4家企业占比之和；HHI为各企业占比平方和 ×10,000，最大10,000（只有一家）。"),
    ("—", "没有数据或不能计算，悬停可见原因。零就写0。"),
)


def body() -> Part:
    """The whole page; it is the same for every selection."""
    sources = list(dict.fromkeys(m.source for m in METRICS.values()))
    groups = [(source, [m for m in METRICS.values() if m.source == source]) for source in sources]
    return Part(
        [
            html.Nav([_index(source, metrics) for source, metrics in groups], className="index", **{"aria-label": "指标目录"}),
            html.Div([_rules(), *(_group(source, metrics) for source, metrics in groups)], className="entries"),
        ],
        className="glossary",
    )


def _index(source: str, metrics: list[Metric]) -> html.Div:
    return html.Div([html.H3(source), *(html.A(m.name, href=f"#{m.key}") for m in metrics)])


def _rules() -> html.Section:
    rules = html.Dl([html.Div([html.Dt(k), html.Dd(v)]) for k, v in _RULES], className="rules")
    lead = html.P("驾驶舱里的每个数字都按这里的口径计算，只定义一次，处处相同。", className="reading")
    return html.Section([html.H2("指标口径"), lead, rules], className="panel")


def _group(source: str, metrics: list[Metric]) -> html.Section:
    head = html.Thead(html.Tr([html.Th(h, className="text", scope="col") for h in _HEADS]))
    table = html.Table([head, html.Tbody([_entry(m) for m in metrics])], className="table glossary-table")
    return html.Section([html.H2(source), table], className="panel")


def _entry(metric: Metric) -> html.Tr:
    cells = (
        [html.B(metric.name), html.Span("、".join(s.unit for s in metric.scales), className="unit")],
        metric.definition,
        formula_words(metric.formula),
        metric.over_firms,
        metric.over_months,
        _DIRECTION[metric.direction],
    )
    titles = [{"data-head": h} for h in _HEADS]
    return html.Tr([html.Td(c, className="text", **t) for c, t in zip(cells, titles, strict=True)], id=metric.key)


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


def formula_words(formula: Formula) -> str:
    """A formula in words: Σ 入库税收（12个月）÷ Σ 用地面积."""
    match formula:
        case Flow(measure):
            return f"Σ {_MEASURES[measure]}"
        case Staff():
            return "月均用工人数"
        case Land():
            return "Σ 用地面积"
        case Firms():
            return "期末月份有数据的企业数"
        case Graded(grades):
            return f"{'、'.join(grades)}类企业数" if grades else "评定等级的企业数"
        case Platform(value, last):
            return f"{'期末' if last else 'Σ '}{_MEASURES[value]}"
        case Ledger():
            return _ledger_words(formula)
        case Ratio(numerator, denominator, trailing):
            months = "（近12个月）" if trailing else ""
            return f"{formula_words(numerator)}{months} ÷ {formula_words(denominator)}"


def _ledger_words(leaf: Ledger) -> str:
    when = "到期末累计完成的" if leaf.until_end else _DATES[leaf.dated]
    done = "且已开工" if leaf.done_by else ""
    return f"{when}{'Σ ' + _MEASURES[leaf.value] if leaf.value else _TABLES[leaf.table] + '数'}{done}"
