"""The lists of a chain (三张清单): its enterprises, and how many enterprises, projects and policies there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit import cache
from cockpit.analysis.comparison import Compared
from cockpit.analysis.search import firm_directory, firm_matcher, pinyin_positions
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.arrays import FloatArray, fill_zero
from cockpit.cube.table_view import TableView
from cockpit.district.narratives import ChainFact
from cockpit.evaluation.policy.policy import GRADES
from cockpit.sentences.superlatives import largest_name, show_value
from cockpit.views.chain import gaps as chain_gaps
from cockpit.views.chain import projects as chain_projects
from cockpit.views.chain.firms import ROLES, registered_firms, reported_firms, trailing_tax
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption

#: Most rows of the list of enterprises; the rest is counted.
ROWS_PER_PAGE = 300
#: Columns of the list with numbers, the largest of which come first, and with labels in an order of their own.
NUMBERS = ("output", "change", "share", "tax_per_mu")
LABELS = ("name", "stage", "role", "town", "kind", "grade", "member")
#: Growths that differ by less are equal: their quotients are inexact.
_TIE_DIGITS = 9
#: Metrics of the page that the list is sorted by where no column is chosen.
_BY_METRIC = ("output", "tax_per_mu")


@dataclass(frozen=True, slots=True)
class ChainFirmRow:
    """One enterprise of the register. ``output`` in 万元, ``tax_per_mu`` in 万元/亩 over twelve months; NaN = not reported.

    ``share`` of the listed enterprises' output; ``grade`` '' = none; ``kind`` 规上 or 宗地; ``member`` of 时尚E家.
    """

    credit_code: str
    name: str
    stage: str
    role: str
    town: str
    kind: str
    output: float
    change: float
    share: float
    tax_per_mu: float
    grade: str
    member: bool


@dataclass(frozen=True, slots=True)
class ChainFirmList:
    """The enterprises, the largest first: ``count`` in all, of them the ``rows`` from position ``first``; ``kinds``: 规上, 宗地.

    ``order``: column of ``NUMBERS`` or ``LABELS``, ``is_reversed``: in the other than its usual direction; ``year`` of the newest
    published evaluation (0 = none). ``searched``: the text that these enterprises match, '' for all.
    """

    rows: tuple[ChainFirmRow, ...]
    first: int
    count: int
    kinds: tuple[int, int]
    order: str
    is_reversed: bool
    searched: str
    year: int
    metric: Metric
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ChainListsSummary:
    """Summary of the lists: enterprises, output, projects, policies, missing and weak stages.

    ``graded``: enterprises with a grade in ``year``, ``good`` of them A or B.
    """

    kinds: tuple[int, int]
    year: int
    good: int
    graded: int
    metric: Metric
    output: Compared
    projects: chain_projects.ChainProjectList
    policies: chain_projects.PolicyList
    gaps: chain_gaps.GapPanel
    stages: tuple[str, ...]
    caption: Caption


def summary(ctx: ViewContext) -> ChainListsSummary:
    """Compute the summary of the lists, and the chain's stages to choose from."""
    rows = _registered(ctx).rows
    year, grades = _grades(ctx)
    graded = [grades[code] for code in rows.text("credit_code") if code in grades]
    gaps = chain_gaps.gaps(ctx)
    return ChainListsSummary(
        _kinds(rows),
        year,
        sum(grade in ("A", "B") for grade in graded),
        len(graded),
        METRICS["output"],
        ctx.total(METRICS["output"]),
        chain_projects.projects(ctx),
        chain_projects.policies(ctx),
        gaps,
        gaps.stages,
        ctx.caption(METRICS["output"]),
    )


def firm_list(ctx: ViewContext) -> ChainFirmList:
    """List all enterprises of the chain (or of the selected stages) in the register, with the values of the 规上 ones."""
    firms = _registered(ctx)
    year, grades = _grades(ctx)
    whole = float(fill_zero(firms.output).sum())
    if text := ctx.selection.firm_query.strip():
        matches = firm_matcher(firm_directory(ctx.full, ctx.repository.pinyin), text)
        firms = replace(firms, rows=firms.rows.take([matches(code) for code in firms.rows.text("credit_code")]))
    order, is_reversed = _order(ctx)
    keys = _sort_keys(ctx, firms, order, grades)
    land, code = firms.rows.number("land_mu"), firms.rows.categorical("credit_code").codes
    firms = replace(firms, rows=firms.rows.sort_by([-key for key in keys] if is_reversed else keys, -firms.output, -land, code))
    first = (min(ctx.selection.list_page, page_count(len(firms.rows))) - 1) * ROWS_PER_PAGE
    positions = range(first, min(first + ROWS_PER_PAGE, len(firms.rows)))
    listed = _firm_rows(ctx, replace(firms, rows=firms.rows.take(positions)), whole, grades)
    metric, count = METRICS["output"], len(firms.rows)
    insight, kinds = _insight(ctx, firms), _kinds(firms.rows)
    return ChainFirmList(listed, first, count, kinds, order, is_reversed, text, year, metric, insight, ctx.caption(metric))


def page_count(firms: int) -> int:
    """Return the number of pages of a list of so many enterprises; an empty one has one."""
    return max(-(-firms // ROWS_PER_PAGE), 1)


def _order(ctx: ViewContext) -> tuple[str, bool]:
    """Return the column to sort by, and whether in the other direction."""
    column = ctx.selection.sort.removeprefix("-")
    if column in NUMBERS or column in LABELS:
        return column, ctx.selection.sort.startswith("-")
    return (ctx.selection.metric if ctx.selection.metric in _BY_METRIC else _BY_METRIC[0]), False


def _sort_keys(ctx: ViewContext, firms: _RegisteredFirms, order: str, grades: dict[str, str]) -> list[float]:
    """Compute a number for each firm that rises down the list; NaN = unknown, which is last in either direction."""
    if order in NUMBERS:
        values = {"output": firms.output, "share": firms.output, "tax_per_mu": firms.tax_per_mu}
        return [-round(value, _TIE_DIGITS) for value in (firms.growth() if order == "change" else values[order].tolist())]
    if order == "member":
        return [0.0 if member else 1.0 for member in firms.rows.boolean("platform_member").tolist()]
    codes = firms.rows.text("credit_code")
    if order == "name":
        positions = pinyin_positions(firm_directory(ctx.full, ctx.repository.pinyin))
        return [float(positions[code]) for code in codes]
    known: dict[str, Sequence[str]] = {
        "stage": chain_gaps.gaps(ctx).stages,
        "role": ROLES,
        "town": [town.key for town in ctx.district.towns],
        "kind": ("规上", "宗地"),
        "grade": GRADES,
    }
    labels = [grades.get(code, "") for code in codes] if order == "grade" else firms.rows.text(order)
    ranks = {label: float(number) for number, label in enumerate(known[order])}
    return [ranks.get(label, float(len(ranks)) if label else math.nan) for label in labels]


def facts(ctx: ViewContext) -> tuple[ChainFact, ...]:
    """Return what public reports say of the chain's firms; with stages selected, of the firms of these."""
    stages = ctx.selection.stages
    return tuple(f for f in ctx.district.facts if f.chain in ctx.selection.chains and (not stages or f.stage in stages))


@dataclass(frozen=True, slots=True)
class _RegisteredFirms:
    """Rows of the register with what they reported: output and its base in 万元, 亩均税收 in 万元/亩; NaN = nothing.

    The three ``every_…`` have a value for each row of the register, the properties one for each of ``rows``.
    """

    rows: TableView
    every_output: FloatArray
    every_base: FloatArray
    every_tax_per_mu: FloatArray

    @property
    def output(self) -> FloatArray:
        return self.every_output[self.rows.indices]

    @property
    def base(self) -> FloatArray:
        return self.every_base[self.rows.indices]

    @property
    def tax_per_mu(self) -> FloatArray:
        return self.every_tax_per_mu[self.rows.indices]

    def growth(self) -> list[float]:
        """Growth of each firm's output; NaN without a base above zero."""
        pairs = zip(self.output.tolist(), self.base.tolist(), strict=True)
        return [(output - base) / base if base > 0 else math.nan for output, base in pairs]


def _registered(ctx: ViewContext) -> _RegisteredFirms:
    """Return the register under the selection; in 可比口径 only the comparable enterprises."""
    register, reported, tax = ctx.full.firm_register, reported_firms(ctx), trailing_tax(ctx)
    firms = _RegisteredFirms(
        registered_firms(ctx, ctx.where),
        register.in_register_order(reported.value, reported.indices),
        register.in_register_order(reported.base, reported.indices),
        register.in_register_order(tax.value_per_mu(), tax.indices),
    )
    if ctx.data is ctx.full:
        return firms
    return replace(firms, rows=firms.rows.take([not math.isnan(output) for output in firms.output.tolist()]))


def _kinds(rows: TableView) -> tuple[int, int]:
    return len(rows.where_equal("kind", "规上")), len(rows.where_equal("kind", "宗地"))


def _grades(ctx: ViewContext) -> tuple[int, dict[str, str]]:
    """Return the year of the newest published evaluation not after the period (0 = none), its grades by credit code."""
    year = max((y for y in ctx.full.grades if y <= m.year_of(ctx.period.last)), default=0)
    if not year:
        return 0, {}
    rows = ctx.full.grades[year]
    by_code = ctx.full.cache.get_or_compute(
        cache.GRADES_BY_CODE, year, lambda: dict(zip(rows["credit_code"], rows["grade"], strict=True))
    )
    return year, by_code


def _firm_rows(ctx: ViewContext, firms: _RegisteredFirms, whole: float, grades: dict[str, str]) -> tuple[ChainFirmRow, ...]:
    labels = zip(*(firms.rows.text(n) for n in ("credit_code", "name", "stage", "role", "town", "kind")), strict=True)
    values = zip(firms.output.tolist(), firms.growth(), firms.tax_per_mu.tolist(), strict=True)
    members = firms.rows.boolean("platform_member").tolist()
    return tuple(
        ChainFirmRow(
            code,
            name,
            stage,
            role,
            group_name(ctx.district, Grouping.TOWN, town)[1],
            kind,
            output,
            growth,
            output / whole if whole > 0 else math.nan,
            per_mu,
            grades.get(code, ""),
            member,
        )
        for (code, name, stage, role, town, kind), (output, growth, per_mu), member in zip(labels, values, members, strict=True)
    )


def _insight(ctx: ViewContext, firms: _RegisteredFirms) -> str:
    if not len(firms.rows):
        return "所选范围没有企业"
    largest = replace(firms, rows=firms.rows.sort_by(-firms.output).head(2))
    names = [short_firm(ctx.district, name) for name in largest.rows.text("name")]
    first = largest_name(zip(names, largest.output.tolist(), strict=True), show_value(METRICS["output"]))
    counts = [f"{role}{n}家" for role in ROLES[:2] if (n := len(firms.rows.where_equal("role", role)))]
    clauses = "，".join([*([f"{first}产值最大"] if first else []), *counts])
    if clauses:
        return clauses
    count = f"{len(firms.rows):,}家企业"
    return count if float(fill_zero(firms.output).sum()) else f"{count}，所选期间都没有月度数据"
