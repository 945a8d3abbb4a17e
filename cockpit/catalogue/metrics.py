"""The metric catalogue: each value of the cockpit is defined here, once.

A metric is a formula over published data, a unit as stored and the units in which it is shown, which way
is good, and its definition (口径). KPI cards, charts, tables, the command line, targets and
``docs/metrics.md`` all read this table; a new metric is one more entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.entries import (
    FIRM_GROUPINGS,
    PER_MU,
    PERCENT,
    TOWN_GROUPINGS,
    YI,
    flow_metric,
    platform_metric,
    project_metric,
    ratio_metric,
)
from cockpit.catalogue.formulas import (
    AverageStaff,
    Direction,
    FirmCount,
    Flow,
    GradedFirms,
    LandArea,
    LedgerTotal,
    Metric,
    PlatformValue,
    Ratio,
    Scale,
)

_SIGNED = LedgerTotal("project", dated="signed_on")
_PLANNED = LedgerTotal("project", "planned_fen", dated="signed_on")
_PER_MU = "截至期末12个月的{}之和 ÷ 同期有数据的规上工业企业用地面积之和；整年即为该自然年。"


_CATALOGUE = (
    flow_metric("output", "工业总产值", "output", "规上工业企业在期内生产的工业产品总价值，当月数之和。", short="产值"),
    flow_metric("revenue", "营业收入", "revenue", "规上工业企业期内营业收入之和。"),
    flow_metric(
        "value_added", "工业增加值", "value_added", "规上工业企业期内新创造的价值之和；退库、更正可为负。", short="增加值"
    ),
    flow_metric("tax", "入库税收", "tax", "规上工业企业期内实际入库的税收之和；退税可为负。", short="税收"),
    flow_metric(
        "energy",
        "综合能耗",
        "energy",
        "规上工业企业期内综合能源消费量之和，折标准煤。",
        Direction.DOWN,
        unit="吨标准煤",
        scales=(Scale("万吨标准煤", 1e4), Scale("吨标准煤", whole=True)),
    ),
    flow_metric(
        "power",
        "用电量",
        "power",
        "规上工业企业期内用电量之和。",
        Direction.NEUTRAL,
        unit="万千瓦时",
        scales=(Scale("亿千瓦时", 1e4), Scale("万千瓦时")),
    ),
    flow_metric("green_investment", "绿色能源投资", "green_investment", "规上工业企业期内完成的绿色能源投资之和；冲回可为负。"),
    flow_metric("rd", "研发费用", "rd", "规上工业企业期内研发费用之和。"),
    Metric(
        key="staff",
        name="平均用工人数",
        unit="人",
        scales=(Scale("万人", 1e4), Scale("人", whole=True)),
        formula=AverageStaff(),
        direction=Direction.NEUTRAL,
        definition_template="各月规上工业企业用工人数之和，按期内有数据的月份取平均；1—2月合并上报的按两个月计。",
        source="月度经营",
        over_firms="求和",
        over_months="按月平均",
    ),
    Metric(
        key="land",
        name="用地面积",
        unit="亩",
        scales=(Scale("亩", whole=True),),
        formula=LandArea(),
        direction=Direction.NEUTRAL,
        definition_template="期内有月度数据的规上工业企业的用地面积之和，每家企业只计一次。",
        source="企业名录",
        over_firms="求和",
        over_months="存量，每家企业计一次",
    ),
    ratio_metric(
        "tax_per_mu",
        "亩均税收",
        "万元/亩",
        Ratio(Flow("tax"), LandArea(), trailing=True),
        _PER_MU.format("入库税收"),
        scales=(PER_MU,),
        source="月度经营、企业名录",
    ),
    ratio_metric(
        "value_added_per_mu",
        "亩均增加值",
        "万元/亩",
        Ratio(Flow("value_added"), LandArea(), trailing=True),
        _PER_MU.format("工业增加值"),
        scales=(PER_MU,),
        source="月度经营、企业名录",
    ),
    ratio_metric(
        "labour_productivity",
        "全员劳动生产率",
        "万元/人",
        Ratio(Flow("value_added"), AverageStaff(), trailing=True),
        "截至期末12个月的工业增加值之和 ÷ 同期平均用工人数；整年即为该自然年。",
    ),
    ratio_metric(
        "energy_intensity",
        "单位增加值能耗",
        "吨标准煤/万元",
        Ratio(Flow("energy"), Flow("value_added")),
        "期内综合能耗之和 ÷ 工业增加值之和，越低越好。",
        scales=(Scale("吨标准煤/万元"), Scale("千克标准煤/万元", 0.001)),
        direction=Direction.DOWN,
    ),
    ratio_metric("rd_intensity", "研发强度", "%", Ratio(Flow("rd"), Flow("revenue")), "期内研发费用之和 ÷ 营业收入之和。"),
    ratio_metric(
        "value_added_rate", "增加值率", "%", Ratio(Flow("value_added"), Flow("output")), "期内工业增加值之和 ÷ 工业总产值之和。"
    ),
    Metric(
        key="firms",
        name="规上企业数",
        unit="家",
        scales=(Scale("家", whole=True),),
        formula=FirmCount(),
        direction=Direction.UP,
        definition_template="期末月份有月度数据的规上工业企业家数；合并上报的月份视为有数据。",
        source="月度经营",
        over_firms="计数",
        over_months="取期末",
    ),
    Metric(
        key="ab_share",
        name="A、B类企业占比",
        unit="%",
        scales=PERCENT,
        formula=Ratio(GradedFirms(("A", "B")), GradedFirms()),
        direction=Direction.UP,
        definition_template="最新已发布的亩均效益评价中，评为A类或B类的企业数 ÷ 评定了等级的企业数。",
        source="年度评价",
        over_firms="计数之比",
        over_months="取最新一次评价",
        groupings=FIRM_GROUPINGS - {Grouping.MONTH},
        short="A·B类占比",
    ),
    project_metric(
        "signed_projects",
        "签约项目数",
        "个",
        _SIGNED,
        "签约日期在期内的项目个数。",
        "计数",
        scales=(Scale("个", whole=True),),
        short="重大项目",
    ),
    project_metric(
        "signed_investment", "签约投资额", "万元", _PLANNED, "签约日期在期内的项目计划总投资之和。", "求和", scales=YI
    ),
    project_metric(
        "start_rate",
        "开工率",
        "%",
        Ratio(LedgerTotal("project", dated="signed_on", done_by="started_on"), _SIGNED),
        "期内签约的项目中，到期末已开工的个数 ÷ 签约个数。",
        "计数之比",
    ),
    project_metric(
        "investment_completion",
        "投资完成率",
        "%",
        Ratio(LedgerTotal("project", "invested_fen", dated="signed_on"), _PLANNED),
        "期内签约项目的累计完成投资之和 ÷ 计划总投资之和。",
        "和之比",
    ),
    Metric(
        key="released_land",
        name="盘活用地",
        unit="亩",
        scales=(Scale("亩"),),
        formula=LedgerTotal("remediation", "released_land_mu", dated="completed_on", where=(("status", "完成"),)),
        direction=Direction.UP,
        definition_template="期内完成整治的低效企业盘活的用地面积之和。",
        source="低效整治",
        over_firms="求和",
        over_months="按完成日期",
        groupings=FIRM_GROUPINGS - {Grouping.STAGE, Grouping.ROLE},
    ),
    Metric(
        key="new_space",
        name="新增产业空间",
        unit="万平方米",
        scales=(Scale("万平方米"),),
        formula=LedgerTotal("renewal", "new_space_wan_m2", dated="completed_on", where=(("status", "完成"),)),
        direction=Direction.UP,
        definition_template="期内完成的有机更新项目新增的产业空间之和。",
        source="有机更新",
        over_firms="求和",
        over_months="按完成日期",
        groupings=TOWN_GROUPINGS,
    ),
    Metric(
        key="renewal_rate",
        name="更新完成率",
        unit="%",
        scales=PERCENT,
        formula=Ratio(
            LedgerTotal("renewal", "area_mu", dated="completed_on", until_end=True, where=(("status", "完成"),)),
            LedgerTotal("renewal", "area_mu"),
        ),
        direction=Direction.UP,
        definition_template="到期末已完成的有机更新面积（未填完成日期的也算）÷ 全部有机更新项目的更新面积。",
        source="有机更新",
        over_firms="和之比",
        over_months="到期末累计",
        groupings=TOWN_GROUPINGS,
    ),
    platform_metric(
        "platform_members",
        "成员企业数",
        "家",
        Scale("家", whole=True),
        PlatformValue("members", last=True),
        "期末月份时尚E家{own}成员企业数。",
        "取期末",
    ),
    platform_metric(
        "capacity_matching",
        "产能匹配率",
        "%",
        PERCENT[0],
        Ratio(PlatformValue("capacity_matched_wan"), PlatformValue("capacity_offered_wan")),
        "期内时尚E家{own}匹配产能之和 ÷ 发布产能之和。",
        "和之比",
    ),
    platform_metric(
        "platform_new_tax",
        "平台新增税收",
        "万元",
        Scale("万元"),
        PlatformValue("new_tax_fen"),
        "期内时尚E家带动{own}新增的税收之和。",
        "求和",
    ),
)

#: The catalogue by key, in the order of ``docs/metrics.md``.
METRICS: Mapping[str, Metric] = {m.key: m for m in _CATALOGUE}
#: Chinese name -> metric; 指标 in the sheet 年度目标 and the command line use these names.
METRIC_BY_NAME: Mapping[str, Metric] = {m.name: m for m in _CATALOGUE}


def find_metric(text: str) -> Metric | None:
    """Find a metric by key or Chinese name (also its short form; 、 and · count as the same), else ``None``."""
    name = text.strip().replace("·", "").replace("、", "")
    for metric in METRICS.values():
        names = (metric.key, metric.name, metric.short)
        if name and name in {n.replace("·", "").replace("、", "") for n in names}:
            return metric
    return None
