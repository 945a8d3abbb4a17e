"""What the panels of the page 空间 share: figures as shown, bars of what is done, in progress and planned, empty states."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.renewal import Stage
from layouts.components import growth
from layouts.components.panel import empty
from layouts.page import Env
from layouts.ui import html

#: States in the order of the bars, with the name of their look.
STATES = {Stage.DONE: "done", Stage.ACTIVE: "active", Stage.PLANNED: "planned"}


def shown(value: float, scale: Scale) -> str:
    """A figure without unit; nothing is 0, not 0.00."""
    return formatting.number(value, scale) if value else "0"


def stack(parts: Sequence[float], most: float, scale: Scale) -> html.Div:
    """Done, in progress and planned on a bar that is ``most`` long."""
    pieces = []
    for stage, value in zip(STATES, parts, strict=True):
        if most > 0 and value > 0:
            told, wide = f"{stage.value} {shown(value, scale)} {scale.unit}", {"width": f"{value / most * 100:.2f}%"}
            pieces.append(html.Span(style=wide, className=f"piece {STATES[stage]}", title=told))
    return html.Div(pieces, className="stack")


def key() -> html.Span:
    """What the parts of ``stack`` mean."""
    return html.Span(
        [html.Span([html.I(className=f"swatch piece {name}"), s.value]) for s, name in STATES.items()], className="stack-key"
    )


def nothing(known: bool, env: Env) -> html.Div:
    """No renewal: none was ever handed in, or none within the selection."""
    if known:
        return growth.nothing(env)
    return empty("还没有有机更新数据", "发布含“有机更新”表的工作簿后，这里显示谋划、实施和完成的项目。")
