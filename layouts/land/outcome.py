"""The outcome of the what-if; its panels are rendered again while a slider is dragged."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.land.outcome import FirmMove, GroupMoves, MeasureBill, WhatIfOutcome
from cockpit.views.land.what_if import WhatIf, what_if
from layouts.components.cells import Cell, cells
from layouts.components.change import count_change
from layouts.components.panel import PanelContents, PanelFrame, PanelKind, PanelSpec, empty
from layouts.land.explanation_parts import grade_tile
from layouts.land.grade_migration_figure import grade_migration_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import macro, render

_WAN = Scale("万元", whole=True)
_NO_MOVES = "没有企业的等级发生变动。"
#: Width of the longest bar, in percent of its column; the rest is for its number.
_LONGEST_BAR = 70
_toned = macro("land/cell_parts.html", "toned")


def render_verdict(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render how many firms have each grade, how many move, what it costs, and what was changed."""
    if view is None:
        return PanelContents()
    subtitle = f"{view.scenario.name}{'（已调整）' if view.changed_rules else ''} 对照 {view.versus.name}"
    if view.outcome.fault:
        body = empty("这样的规则算不出结果", view.outcome.fault)
        return PanelContents(body, subtitle=subtitle, caption=view.caption)
    changes = view.changed_rules or ("没有改动：与方案原值相同",)
    return PanelContents(
        cells(_verdict_cells(view.outcome)) + render("land/change_list.html", changes=changes),
        subtitle=subtitle,
        caption=view.caption,
    )


def _verdict_cells(outcome: WhatIfOutcome) -> list[Cell]:
    return [*(_grade_cell(*count) for count in outcome.counts), _moves_cell(outcome), _cost_cell(outcome)]


def _grade_cell(grade: str, before: int, after: int) -> Cell:
    change = count_change(after - before, "家")
    return Cell(f"{grade}类企业", f"{after:,}", "家", f"按方案评为{grade}类的企业数", change, note=f"对照 {before:,}家")


def _moves_cell(outcome: WhatIfOutcome) -> Cell:
    return Cell(
        "等级变动",
        f"{outcome.rose + outcome.fell:,}",
        "家",
        "等级与对照不同的企业，不定等级的不计。",
        Markup(_toned(f"▲ 升 {outcome.rose:,}家", "up")),
        note=Markup(_toned(f"▼ 降 {outcome.fell:,}家", "down")),
    )


def _cost_cell(outcome: WhatIfOutcome) -> Cell:
    total, definition = _total(outcome.bills), "全部计费措施之和，正数为企业多缴。"
    if not outcome.bills:
        return Cell("企业负担变化", formatting.MISSING, "", definition, versus="差别化措施", note="办法没有写计费的措施")
    cost = formatting.format_signed(total.after - total.before, 0)
    return Cell("企业负担变化", cost, "万元/年", definition, versus="差别化措施", note="见下方账单")


def render_outcome_migration(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render firms by grade in the compared rules and in the scenario."""
    if view is None or view.outcome.fault or not view.outcome.moves.total:
        return PanelContents()
    rose, fell = view.outcome.rose, view.outcome.fell
    return PanelContents(
        subtitle="家，左为对照",
        insight=f"升{rose:,}家，降{fell:,}家" if rose or fell else _NO_MOVES,
        figure=grade_migration_figure(view.outcome.moves, ("对照", "方案"), context.viewport),
        caption=view.caption,
    )


def render_group_moves(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render the firms that rise and fall, by town and by chain."""
    if view is None or view.outcome.fault:
        return PanelContents()
    outcome = view.outcome
    if not outcome.towns:
        return PanelContents(frame=PanelFrame.HIDDEN)
    most = max(n for row in (*outcome.towns, *outcome.chains) for n in (row.rose, row.fell)) or 1
    columns = [
        (name, [_moves_row(row, most) for row in rows])
        for name, rows in ((context.district.terms.part, outcome.towns), ("产业链", outcome.chains))
    ]
    return PanelContents(
        render("land/group_moves.html", columns=columns), subtitle="等级变动的企业（家），左降右升", caption=view.caption
    )


def _moves_row(row: GroupMoves, most: int) -> dict[str, str]:
    return {
        "name": row.name,
        "fell": f"{row.fell:,}" if row.fell else "",
        "fell_width": f"{row.fell / most * _LONGEST_BAR:.1f}",
        "rose": f"{row.rose:,}" if row.rose else "",
        "rose_width": f"{row.rose / most * _LONGEST_BAR:.1f}",
    }


def render_bill(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render the bill of the differentiated measures before and after."""
    if view is None or view.outcome.fault:
        return PanelContents()
    bills = _rounded(view.outcome.bills)
    if not bills:
        text = "方案和对照的办法都没有写计费的差别化措施，无法计算账单。"
        return PanelContents(render("land/hint.html", text=text), caption=view.caption)
    return PanelContents(
        render("land/bill.html", rows=[_bill_row(c) for c in bills], total=_bill_row(_total(view.outcome.bills))),
        subtitle="万元/年，正数为企业多缴",
        caption=view.caption,
    )


def _rounded(bills: Sequence[MeasureBill]) -> list[MeasureBill]:
    """Round to whole 万元, so that differences and total agree with the values shown."""
    return [MeasureBill(c.name, *(float(formatting.round_half_up(v, 0)) for v in (c.before, c.after))) for c in bills]


def _total(bills: Sequence[MeasureBill]) -> MeasureBill:
    rounded = _rounded(bills)
    return MeasureBill("合计", sum(c.before for c in rounded), sum(c.after for c in rounded))


def _bill_row(charge: MeasureBill) -> dict[str, str]:
    return {
        "name": charge.name,
        "before": formatting.format_number(charge.before, _WAN),
        "after": formatting.format_number(charge.after, _WAN),
        "change": formatting.format_signed(charge.after - charge.before, 0),
    }


def render_movers(view: WhatIf | None, context: RenderContext) -> PanelContents:
    """Render the firms that change grade, those with most land first."""
    if view is None or view.outcome.fault:
        return PanelContents()
    outcome = view.outcome
    if not outcome.movers:
        return PanelContents(frame=PanelFrame.HIDDEN)
    rows = [_mover_row(move, context) for move in outcome.movers]
    return PanelContents(
        render("land/movers.html", part=context.district.terms.part, rows=rows),
        subtitle=f"用地最多的{len(rows)}家，共{outcome.rose + outcome.fell:,}家；全部名单可导出",
        caption=view.caption,
    )


def _mover_row(move: FirmMove, context: RenderContext) -> dict[str, object]:
    return {
        "name": move.name,
        "href": context.href(context.selection.replace(firm=move.credit_code)),
        "town": move.town,
        "group": move.group,
        "before": grade_tile(move.before),
        "after": grade_tile(move.after),
        "score_before": formatting.format_rounded(move.score_before, 1),
        "score_after": formatting.format_rounded(move.score_after, 1),
        "land": formatting.format_rounded(move.land, 1),
    }


#: In the order in which a phone shows them.
OUTCOME_PANELS = (
    PanelSpec("verdict", "结果", what_if, render_verdict, span=8),
    PanelSpec("outcome-flow", "谁从哪到哪", what_if, render_outcome_migration, PanelKind.CHART, span=4),
    PanelSpec("outcome-parts", "按{part}、按产业链", what_if, render_group_moves, span=4),
    PanelSpec("outcome-bill", "差别化措施账单", what_if, render_bill, span=3),
    PanelSpec("outcome-movers", "变动的企业", what_if, render_movers, span=5),
)
