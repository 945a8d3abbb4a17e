"""What the panels of the page 空间 share: formatted values, bars of what is done, in progress and planned, empty states."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.renewal import RenewalStage
from layouts.components.no_data import no_rows
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import macro

#: Stages in the order of the bars, with their class.
STAGE_CLASSES = {RenewalStage.DONE: "done", RenewalStage.ACTIVE: "active", RenewalStage.PLANNED: "planned"}

_stage_bar = macro("space/stage_bar.html", "stage_bar")
_stage_key = macro("space/stage_bar.html", "stage_key")


def stage_bar(values: Sequence[float], most: float, scale: Scale) -> Markup:
    """Render done, in progress and planned as one bar on a track that is ``most`` long."""
    parts = [
        {
            "class": STAGE_CLASSES[stage],
            "width": f"{value / most * 100:.2f}",
            "title": f"{stage.value} {formatting.format_number(value, scale)}{scale.unit}",
        }
        for stage, value in zip(STAGE_CLASSES, values, strict=True)
        if most > 0 and value > 0
    ]
    return Markup(_stage_bar(parts))


def stage_key() -> Markup:
    """Render what the parts of ``stage_bar`` mean."""
    return Markup(_stage_key([(stage.value, class_name) for stage, class_name in STAGE_CLASSES.items()]))


def no_renewal_data(context: RenderContext, *, known: bool) -> Markup:
    """Render the empty state: no renewal data at all, or (``known``) none within the selection."""
    return no_rows(context, "有机更新", "谋划、实施和完成的项目", known=known)
