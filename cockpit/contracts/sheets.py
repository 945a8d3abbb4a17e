"""The contract of every sheet: its columns, units, keys and what a cell may hold.

One table serves the loaders (what to recognise and check), the database (tables follow it) and the documentation. Units are
part of the field names: ``_fen`` is money as integer 分 (1万元 is 10⁶分), ``_mu`` 亩, ``_tce`` 吨标准煤, ``_wan_kwh`` 万千瓦时,
``_wan_m2`` 万平方米, ``_t`` 吨, ``_pct`` percent as reported (0–100). Months are integers ``yyyymm``.
"""

from __future__ import annotations

from cockpit.contracts.column_kinds import (
    code_column,
    count_column,
    date_column,
    money_column,
    number_column,
    points_column,
    town_column,
)
from cockpit.contracts.columns import Column, Completion, Contradiction, Kind, Sheet, Sign
from cockpit.contracts.relations import (
    EVALUATION_CONTRADICTIONS,
    EVALUATION_RATIOS,
    MONTHLY_CONTRADICTIONS,
    MONTHLY_RATIOS,
    PARK_RATIOS,
    PLATFORM_RATIOS,
    RENEWAL_RATIOS,
)

_FIRM_LAND = (0.3, 1_500)
ENTERPRISES = Sheet(
    "企业名录",
    "enterprise",
    (
        code_column(),
        Column("name", "企业名称", Kind.TEXT, required=True),
        town_column(),
        Column("industry_code", "行业代码", Kind.INDUSTRY, required=True),
        Column("chain", "产业链", Kind.CHAIN, required=True),
        Column("stage", "链条环节", Kind.TEXT, feeds="各环节的企业数、产值和弱链判断"),
        Column("role", "企业角色", Kind.CHOICE, choices=("链主", "配套", "一般"), feeds="链主带动"),
        Column("kind", "评价类型", Kind.CHOICE, required=True, choices=("规上", "宗地")),
        number_column("land_mu", "用地面积", "亩", Sign.POSITIVE, required=True, typical=_FIRM_LAND),
        Column("park", "所在园区", Kind.TEXT),
        date_column("founded_on", "成立日期"),
        Column("platform_member", "时尚E家成员", Kind.FLAG),
    ),
)

MONTHLY = Sheet(
    "月度经营",
    "monthly",
    (
        code_column(),
        Column("month", "月份", Kind.MONTH, required=True, key=True),
        Column("basis", "口径", Kind.CHOICE, required=True, choices=("当月", "累计")),
        money_column("output_fen", "工业总产值"),
        money_column("revenue_fen", "营业收入"),
        money_column("value_added_fen", "工业增加值", Sign.WARN_NEGATIVE),
        money_column("tax_fen", "入库税收", Sign.WARN_NEGATIVE),
        number_column("energy_tce", "综合能耗", "吨标准煤"),
        number_column("power_wan_kwh", "用电量", "万千瓦时"),
        money_column("green_investment_fen", "绿色能源投资", Sign.WARN_NEGATIVE),
        money_column("rd_fen", "研发费用"),
        count_column("staff", "平均用工人数", "人"),
    ),
    contradictions=MONTHLY_CONTRADICTIONS,
    typical_ratios=MONTHLY_RATIOS,
)
#: Columns of ``MONTHLY`` that are measured, behind firm, month and basis.
MONTHLY_MEASURES: tuple[Column, ...] = MONTHLY.columns[3:]
#: Those that add up over months: all but staff, which is a stock.
ADDITIVE_MEASURES: tuple[Column, ...] = tuple(c for c in MONTHLY_MEASURES if c.kind is not Kind.COUNT)

EVALUATION_INPUTS = Sheet(
    "年度评价",
    "evaluation_input",
    (
        code_column(),
        Column("year", "年份", Kind.YEAR, required=True, key=True),
        money_column("tax_fen", "评价税收", Sign.WARN_NEGATIVE, required=True),
        money_column("value_added_fen", "工业增加值", Sign.WARN_NEGATIVE),
        number_column("energy_tce", "综合能耗", "吨标准煤"),
        number_column("pollutant_t", "主要污染物排放量", "吨"),
        money_column("rd_fen", "研发经费"),
        money_column("revenue_fen", "主营业务收入"),
        count_column("staff", "年平均职工人数", "人"),
        number_column("land_mu", "用地面积", "亩", Sign.POSITIVE, required=True, typical=_FIRM_LAND),
        number_column("power_wan_kwh", "用电量", "万千瓦时"),
        points_column("bonus", "加分"),
        points_column("malus", "扣分"),
        Column("veto", "一票否决", Kind.TEXT, blank_means_none=True, feeds="评价等级"),
    ),
    contradictions=EVALUATION_CONTRADICTIONS,
    typical_ratios=EVALUATION_RATIOS,
)

PROJECTS = Sheet(
    "项目台账",
    "project",
    (
        Column("project_no", "项目编号", Kind.TEXT, required=True, key=True),
        Column("name", "项目名称", Kind.TEXT, required=True),
        Column("chain", "产业链", Kind.CHAIN, required=True),
        town_column(),
        Column("investor", "投资主体", Kind.TEXT),
        date_column("signed_on", "签约日期", required=True),
        date_column("started_on", "开工日期"),
        date_column("completed_on", "竣工日期", feeds="竣工项目数"),
        date_column("in_production_on", "投产日期", feeds="投产项目数"),
        money_column("planned_fen", "计划总投资", Sign.WARN_NEGATIVE, required=True, typical=(20, 1_000_000)),
        Column(
            "invested_fen",
            "累计完成投资",
            Kind.MONEY,
            "万元",
            sign=Sign.WARN_NEGATIVE,
            typical=(1, 3_000_000),
            accumulates=True,
            needed_with="started_on",
        ),
        Column("green", "绿色能源", Kind.FLAG, feeds="绿色能源项目的个数和投资"),
        Column("field", "细分领域", Kind.TEXT),
        Column("origin", "来源", Kind.CHOICE, choices=("招引", "技改"), feeds="招引、技改项目数"),
    ),
    dates_in_order=("signed_on", "started_on", "completed_on", "in_production_on"),
    contradictions=(Contradiction("invested_fen", "planned_fen", "累计完成投资超过计划总投资的2倍", factor=2),),
    completion=Completion("", ("completed_on", "in_production_on"), "started_on"),
)

PARKS = Sheet(
    "产业园区",
    "park",
    (
        Column("name", "园区名称", Kind.TEXT, required=True, key=True),
        town_column(),
        Column("year", "年份", Kind.YEAR, required=True, key=True),
        number_column("floor_wan_m2", "建筑面积", "万平方米", typical=(0.05, 1_000)),
        number_column("land_mu", "用地面积", "亩", Sign.POSITIVE, typical=(1, 20_000)),
        count_column("owners", "业主单位数", typical=(1, 1_000)),
        number_column("smallest_plot_mu", "最小地块", "亩", typical=(0.05, 2_000)),
        Column("occupancy_pct", "入驻率", Kind.NUMBER, "%", sign=Sign.PERCENT),
        count_column("tenants", "入驻企业数", typical=(1, 5_000)),
        money_column("tax_fen", "税收", Sign.WARN_NEGATIVE, typical=(0.5, 2_000_000)),
        Column("mode", "共建模式", Kind.TEXT),
    ),
    contradictions=(Contradiction("smallest_plot_mu", "land_mu", "最小地块大于园区用地"),),
    typical_ratios=PARK_RATIOS,
)

RENEWALS = Sheet(
    "有机更新",
    "renewal",
    (
        Column("name", "项目名称", Kind.TEXT, required=True, key=True),
        town_column(),
        Column("method", "更新方式", Kind.CHOICE, required=True, choices=("收购储备", "协商收回", "整体改造", "适度开发")),
        number_column("area_mu", "更新面积", "亩", required=True, typical=(1, 20_000)),
        number_column("new_space_wan_m2", "新增产业空间", "万平方米", typical=(0.01, 500)),
        money_column("expected_output_fen", "预计新增产值", unit="亿元", typical=(0.005, 1_000)),
        Column("status", "状态", Kind.CHOICE, required=True, choices=("谋划", "实施", "完成")),
        date_column("started_on", "启动日期"),
        date_column("completed_on", "完成日期"),
    ),
    dates_in_order=("started_on", "completed_on"),
    typical_ratios=RENEWAL_RATIOS,
    completion=Completion("status", ("完成",), "completed_on"),
)

REMEDIATIONS = Sheet(
    "低效整治",
    "remediation",
    (
        code_column(),
        Column("kind", "整治类型", Kind.CHOICE, required=True, key=True, choices=("D类提升", "高耗低效")),
        Column("status", "状态", Kind.CHOICE, required=True, choices=("在治", "完成")),
        date_column("listed_on", "列入日期", feeds="低效整治的列入月数和超期判断"),
        date_column("completed_on", "完成日期"),
        Column(
            "released_land_mu",
            "盘活用地",
            Kind.NUMBER,
            "亩",
            sign=Sign.NOT_NEGATIVE,
            typical=(0.01, 300),
            needed_with="completed_on",
        ),
    ),
    dates_in_order=("listed_on", "completed_on"),
    completion=Completion("status", ("完成",), "completed_on"),
)

CARRIERS = Sheet(
    "创新载体",
    "carrier",
    (
        Column("name", "名称", Kind.TEXT, required=True, key=True),
        Column(
            "kind",
            "类型",
            Kind.CHOICE,
            required=True,
            choices=("重大平台", "特色小镇", "科创园区", "孵化器", "众创空间", "服务型制造示范"),
            unknown_code="E107",
        ),
        Column("level", "级别", Kind.TEXT, feeds="各级别的载体数"),
        town_column(required=False),
        Column("chain", "产业链", Kind.CHAIN),
        Column("year", "认定年份", Kind.YEAR, feeds="各年认定的载体数"),
    ),
)

TALENTS = Sheet(
    "人才",
    "talent",
    (
        Column("year", "年份", Kind.YEAR, required=True, key=True),
        Column("category", "类别", Kind.TEXT, required=True, key=True),
        count_column("headcount", "人数", "", required=True, typical=(1, 5_000_000)),
    ),
)

TARGETS = Sheet(
    "年度目标",
    "target",
    (
        Column("year", "年份", Kind.YEAR, required=True, key=True),
        Column("metric", "指标", Kind.METRIC, required=True, key=True),
        Column("scope", "范围", Kind.SCOPE, required=True, key=True),
        Column("value", "目标值", Kind.NUMBER, required=True),
        Column("unit", "单位", Kind.TEXT),
    ),
)

PLATFORM = Sheet(
    "时尚E家",
    "platform",
    (
        Column("month", "月份", Kind.MONTH, required=True, key=True),
        Column("area", "区域", Kind.CHOICE, required=True, key=True, choices=("本区", "全国")),
        count_column("members", "成员企业数", typical=(1, 2_000_000)),
        count_column("digitised", "数字化改造企业数", typical=(1, 2_000_000)),
        number_column("capacity_offered_wan", "发布产能", "万件"),
        number_column("capacity_matched_wan", "匹配产能", "万件"),
        count_column("orders", "订单数", typical=(1, 5_000_000)),
        money_column("order_fen", "订单额"),
        count_column("buyers", "对接买手数", typical=(1, 2_000_000)),
        money_column("new_tax_fen", "新增税收", Sign.WARN_NEGATIVE),
    ),
    contradictions=(
        Contradiction("capacity_matched_wan", "capacity_offered_wan", "匹配产能大于发布产能"),
        Contradiction("digitised", "members", "数字化改造企业数大于成员企业数"),
    ),
    typical_ratios=PLATFORM_RATIOS,
)

CHAIN_STAGES = Sheet(
    "产业链图谱",
    "chain_stage",
    (
        Column("chain", "产业链", Kind.CHAIN, required=True, key=True),
        Column("stage", "环节", Kind.TEXT, required=True, key=True),
        Column("position", "位置", Kind.CHOICE, required=True, choices=("上游", "中游", "下游")),
        Column("next_stages", "下一环节", Kind.TEXT),
    ),
)

POLICIES = Sheet(
    "政策清单",
    "policy",
    (
        Column("chain", "产业链", Kind.CHAIN_OR_ALL, required=True),
        Column("title", "政策名称", Kind.TEXT, required=True, key=True),
        Column("kind", "类型", Kind.TEXT),
        Column("level", "级别", Kind.TEXT),
        date_column("valid_until", "有效期至"),
        Column("summary", "摘要", Kind.TEXT),
    ),
)

#: Every sheet, in the order of the specification; the register comes first so that others may refer to it.
SHEETS: tuple[Sheet, ...] = (
    ENTERPRISES,
    MONTHLY,
    EVALUATION_INPUTS,
    PROJECTS,
    PARKS,
    RENEWALS,
    REMEDIATIONS,
    CARRIERS,
    TALENTS,
    TARGETS,
    PLATFORM,
    CHAIN_STAGES,
    POLICIES,
)
SHEET_BY_TITLE: dict[str, Sheet] = {s.title: s for s in SHEETS}
SHEET_BY_TABLE: dict[str, Sheet] = {s.table: s for s in SHEETS}

FEN_PER_WAN = 1_000_000  # 1 万元 in 分, the unit in which money is stored
