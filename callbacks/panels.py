"""The panels of a page: computed and rendered one by one, so that a fault in one never takes the others down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cockpit.errors import AccessError, CockpitError, StaleSnapshotError
from cockpit.faults import describe, log_fault
from cockpit.views.context import ViewContext
from layouts.components.panel import Panel, PanelContents, PanelSpec, empty, error_contents
from layouts.shell.empty_panels import merge_empty
from layouts.ui.render_context import RenderContext


def render_panels(specs: Sequence[PanelSpec], page: str, ctx: ViewContext, context: RenderContext) -> list[Panel]:
    """Compute and render each panel, or its error state; values that several panels share are computed once.

    Panels that are empty for the same reason are merged.

    Raises ``StaleSnapshotError``: the page is then computed again as a whole.
    """
    values: dict[Any, Any] = {}
    return merge_empty([_render_panel(replace(s, title=ctx.terms.fill(s.title)), page, ctx, context, values) for s in specs])


def _render_panel(spec: PanelSpec, page: str, ctx: ViewContext, context: RenderContext, values: dict[Any, Any]) -> Panel:
    try:
        if spec.compute not in values:
            values[spec.compute] = spec.compute(ctx)
        contents = spec.render(values[spec.compute], context)
    except StaleSnapshotError:
        raise
    except AccessError as error:
        contents = PanelContents(empty(str(error).rstrip("。"), "页面的其余部分不受影响。"))
    except Exception as error:
        contents = _fault(error, spec, f"panel {page}/{spec.key} {context.selection}", ctx.full.version.number)
    return Panel(spec, contents)


def _fault(error: Exception, spec: PanelSpec, where: str, version: int) -> PanelContents:
    message = describe(error) if isinstance(error, CockpitError) else ""
    return error_contents(spec.title, log_fault(where), version, message)
