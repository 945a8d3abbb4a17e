"""What columns of a sheet have to do with each other: what can't be, and what is typical of any district."""

from __future__ import annotations

from cockpit.contracts.columns import Contradiction, TypicalRatio

MONTHLY_CONTRADICTIONS = (
    Contradiction("value_added_fen", "output_fen", "工业增加值大于工业总产值"),
    Contradiction("tax_fen", "revenue_fen", "税收大于营业收入"),
    Contradiction("tax_fen", "output_fen", "税收大于工业总产值"),
    Contradiction("rd_fen", "revenue_fen", "研发费用大于营业收入"),
)
MONTHLY_RATIOS = (
    TypicalRatio("revenue_fen", "output_fen", 0.05, 20),
    TypicalRatio("value_added_fen", "output_fen", 0.005, 2),
    TypicalRatio("tax_fen", "output_fen", 3e-4, 1),
    TypicalRatio("energy_tce", "output_fen", 1e-4, 0.5),
    TypicalRatio("power_wan_kwh", "output_fen", 2e-5, 0.08),
    TypicalRatio("rd_fen", "output_fen", 5e-5, 1),
    TypicalRatio("green_investment_fen", "output_fen", 1e-5, 2),
    TypicalRatio("output_fen", "staff", 0.3, 1_000),
)
EVALUATION_CONTRADICTIONS = (
    Contradiction("value_added_fen", "revenue_fen", "工业增加值大于主营业务收入"),
    Contradiction("tax_fen", "revenue_fen", "税收大于主营业务收入"),
    Contradiction("rd_fen", "revenue_fen", "研发经费大于主营业务收入"),
)
EVALUATION_RATIOS = (
    TypicalRatio("value_added_fen", "revenue_fen", 0.005, 3),
    TypicalRatio("tax_fen", "revenue_fen", 3e-4, 1),
    TypicalRatio("energy_tce", "revenue_fen", 1e-4, 0.5),
    TypicalRatio("power_wan_kwh", "revenue_fen", 2e-5, 0.08),
    TypicalRatio("pollutant_t", "revenue_fen", 1e-8, 0.01),
    TypicalRatio("rd_fen", "revenue_fen", 5e-5, 1),
    TypicalRatio("revenue_fen", "staff", 3, 10_000),
)
PARK_RATIOS = (
    TypicalRatio("floor_wan_m2", "land_mu", 0.005, 1),
    TypicalRatio("tax_fen", "land_mu", 0.1, 1_500),
    TypicalRatio("owners", "tenants", 1e-4, 3),
)
RENEWAL_RATIOS = (
    TypicalRatio("new_space_wan_m2", "area_mu", 0.002, 1),
    TypicalRatio("expected_output_fen", "area_mu", 5e-4, 2),
)
PLATFORM_RATIOS = (
    TypicalRatio("order_fen", "orders", 0.01, 1_000),
    TypicalRatio("capacity_matched_wan", "capacity_offered_wan", 0.01, 50),
    TypicalRatio("digitised", "members", 0.01, 10),
    TypicalRatio("buyers", "orders", 1e-4, 10),
    TypicalRatio("new_tax_fen", "order_fen", 1e-5, 0.2),
)
