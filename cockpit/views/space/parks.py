"""Industrial parks: each against the plain-factory benchmark and the year before, and one as a worked example."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.calendar.dates import month_end
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.names import group_name
from cockpit.district.narratives import ParkBenchmark, ParkNarrative
from cockpit.ledgers.parks import Park, ParkTotals, latest_year, park_totals
from cockpit.sentences.changes import GROWTH
from cockpit.sentences.superlatives import find_holders, superlative
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.space.state import PARK, parks_by_year, space_caption

_YEARS = 3
#: How the values of parks are computed (口径).
RULES = (
    "园区亩均税收 = 园区税收 ÷ 园区用地；全部园区为税收之和 ÷ 用地之和。"
    "全部园区的入驻率按建筑面积加权。年度数，取截至期末已满的最近一年；增减与上一年比。"
)


@dataclass(frozen=True, slots=True)
class ParkRow:
    """A park with its town's short name, the change of its tax per mu (fraction) and occupancy, and its tax per mu by year."""

    park: Park
    town: str
    change: float
    occupancy_change: float
    history: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ParkList:
    """The parks of ``year`` (0 = none is over), the highest tax per mu first; ``history`` runs over ``years``."""

    rows: tuple[ParkRow, ...]
    whole: ParkTotals | None
    whole_change: float
    whole_occupancy_change: float
    whole_history: tuple[float, ...]
    years: tuple[int, ...]
    benchmark: ParkBenchmark | None
    known: bool
    year: int
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ParkExample:
    """The park that the district pack describes: ``narrative`` of the pack, values of the data.

    ``park`` None: no values for it; ``plain_tax``: what its land would yield as plain factories (万元);
    ``others``: tax per mu of all other parks together.
    """

    narrative: ParkNarrative | None
    park: Park | None
    town: str
    year: int
    change: float
    benchmark: ParkBenchmark | None
    plain_tax: float
    others: float
    insight: str
    caption: Caption


def parks(ctx: ViewContext) -> ParkList:
    """Compute the parks of the newest year that is over."""
    by_year = parks_by_year(ctx)
    year = latest_year(by_year, month_end(ctx.period.last))
    benchmark = ctx.district.park_benchmark
    definition = f"{RULES}{f'{benchmark.name}对照值：{benchmark.source}' if benchmark else ''}"
    park_caption = space_caption(ctx, PARK, definition, period=f"{year}年度" if year else "")
    years = tuple(y for y in range(year - _YEARS + 1, year + 1) if y in by_year)
    now, before = by_year.get(year, {}), by_year.get(year - 1, {})
    if not now:
        return ParkList((), None, math.nan, math.nan, (), years, benchmark, bool(by_year), year, "", park_caption)
    rows = [_row(ctx, park, before.get(name), [by_year[y].get(name) for y in years]) for name, park in now.items()]
    rows.sort(key=lambda r: (-_value_or_lowest(r.park.tax_per_mu), r.park.name))
    whole, last = park_totals(tuple(now.values())), park_totals(tuple(before.values()))
    history = tuple(park_totals(tuple(by_year[y].values())).tax_per_mu for y in years)
    return ParkList(
        tuple(rows),
        whole,
        growth(whole.tax_per_mu, last.tax_per_mu),
        whole.occupancy - last.occupancy,
        history,
        years,
        benchmark,
        True,
        year,
        _insight(rows, benchmark),
        park_caption,
    )


def _row(ctx: ViewContext, park: Park, before: Park | None, over_years: list[Park | None]) -> ParkRow:
    return ParkRow(
        park,
        group_name(ctx.district, Grouping.TOWN, park.town)[1],
        growth(park.tax_per_mu, before.tax_per_mu) if before else math.nan,
        park.occupancy - before.occupancy if before else math.nan,
        tuple(p.tax_per_mu if p else math.nan for p in over_years),
    )


def growth(value: float, base: float) -> float:
    """Return the change as a fraction; NaN without a positive base."""
    return value / base - 1 if base > 0 else math.nan


def benchmark_multiple(value: float, benchmark: ParkBenchmark | None) -> str:
    """Format how many times the benchmark ``value`` (万元/亩) is: 6.8倍; '' without a benchmark or a value."""
    if benchmark is None or math.isnan(value):
        return ""
    return f"{formatting.format_rounded(value / benchmark.tax_per_mu_wan, 1)}倍"


def _value_or_lowest(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _insight(rows: list[ParkRow], benchmark: ParkBenchmark | None) -> str:
    """Say how the first park stands to the benchmark, which lie below it, and which fell most."""
    taxed = [r for r in rows if not math.isnan(r.park.tax_per_mu)]
    if not taxed:
        return ""
    first, clauses = taxed[0].park, []
    shown = show_per_mu(first.tax_per_mu)
    if benchmark:
        clauses.append(f"{first.name}亩均税收{shown}，是{benchmark.name}的{benchmark_multiple(first.tax_per_mu, benchmark)}")
        low = [r.park.name for r in taxed if r.park.tax_per_mu < benchmark.tax_per_mu_wan]
        limit = f"{benchmark.tax_per_mu_wan:g}{PER_MU.unit}"
        if low:
            clauses.append(f"{'、'.join(low)}低于{limit}" if len(low) <= 2 else f"{len(low)}个园区低于{limit}")
        elif len(taxed) > 1:
            clauses.append(f"{len(taxed)}个园区都在{limit}以上")
    elif highest := superlative(
        [(r.park.name, r.park.tax_per_mu) for r in taxed], "最高", show_per_mu, noun="个园区", attribute="亩均税收"
    ):
        clauses.append(str(highest))
    else:
        clauses.append(f"{first.name}亩均税收{shown}")
    return "；".join([*clauses, *_fallen(taxed)])


def _fallen(taxed: list[ParkRow]) -> list[str]:
    """Say which park fell most of those whose change is known, or how much the only one did."""
    changes = [(r.park.name, r.change) for r in taxed if not math.isnan(r.change)]
    if len(changes) == 1 and GROWTH.show(changes[0][1])[0] == formatting.MINUS:
        return [f"{changes[0][0]}{GROWTH.verb(changes[0][1])}"]
    holders = find_holders(changes, GROWTH.show, least=True)
    if holders is None or holders.shown[0] != formatting.MINUS:
        return []
    together = "并列" if len(holders.names) > 1 else ""
    return [f"{holders.named('个园区')}{together}降幅最大（{holders.shown}）"]


def show_per_mu(value: float) -> str:
    """Format an amount per mu within a sentence: 36.70万元/亩."""
    return f"{formatting.format_number(value, PER_MU)}{PER_MU.unit}"


def park_example(ctx: ViewContext) -> ParkExample:
    """Compute the park that the pack describes, whatever towns are selected."""
    narrative, benchmark = ctx.district.park_narrative, ctx.district.park_benchmark
    by_year = parks_by_year(ctx, every_town=True)
    year = latest_year(by_year, month_end(ctx.period.last))
    now = by_year.get(year, {})
    park = now.get(narrative.park) if narrative else None
    definition = f"{narrative.source if narrative else ''}{RULES}{benchmark.source if benchmark else ''}"
    park_caption = space_caption(ctx, PARK, definition, period=f"{year}年度" if year else "", every_town=True)
    if narrative is None or park is None:
        return ParkExample(narrative, None, "", year, math.nan, benchmark, math.nan, math.nan, "", park_caption)
    before = by_year.get(year - 1, {}).get(park.name)
    others = park_totals([p for p in now.values() if p is not park]).tax_per_mu
    return ParkExample(
        narrative,
        park,
        group_name(ctx.district, Grouping.TOWN, park.town)[0],
        year,
        growth(park.tax_per_mu, before.tax_per_mu) if before else math.nan,
        benchmark,
        park.land * benchmark.tax_per_mu_wan if benchmark else math.nan,
        others,
        _example_insight(park, benchmark, others),
        park_caption,
    )


def _example_insight(park: Park, benchmark: ParkBenchmark | None, others: float) -> str:
    if math.isnan(park.tax_per_mu):
        return ""
    value = f"亩均税收{show_per_mu(park.tax_per_mu)}"
    multiples = []
    if benchmark:
        multiples.append(f"是{benchmark.name}的{benchmark_multiple(park.tax_per_mu, benchmark)}")
    if others > 0:
        multiples.append(f"其余园区合计的{formatting.format_rounded(park.tax_per_mu / others, 1)}倍")
    return "，".join(part for part in (value, "、".join(multiples)) if part)
