"""The state of a panel without data under this selection: what is selected, and the way out."""

from __future__ import annotations

from markupsafe import Markup

from cockpit.catalogue.dimensions import industry_name
from cockpit.selection import Selection
from layouts.components.panel import EmptyState, empty, unpublished
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render


def no_data(context: RenderContext) -> EmptyState:
    """Render the empty state, with the filters that are set and links that undo them."""
    return empty("所选范围没有数据", _selected(context), reset_links(context))


def no_rows(context: RenderContext, sheet: str, shows: str, *, known: bool, subject: str = "") -> EmptyState:
    """Render why a panel over a ledger is empty: nothing is within the selection, or (not ``known``) nothing was published yet.

    ``sheet``: the sheet that holds the ledger; ``shows``: what the panel shows once there is one; ``subject``: its name, where
    it isn't the sheet's.
    """
    if known:
        return no_data(context)
    return unpublished(f"还没有{subject or sheet}数据", sheet, shows)


def reset_links(context: RenderContext) -> Markup:
    """Render links that undo the narrowest filter, and all of them; nothing where nothing is filtered."""
    selection = context.selection
    labels = {
        "stages": "环节",
        "industries": "行业",
        "chains": "产业链",
        "towns": context.district.terms.part,
        "comparable": "可比口径",
        "period": "期间",
    }
    narrowest = next((field for field in labels if getattr(selection, field)), None)
    if narrowest is None:
        return NOTHING
    rest = selection.replace(**{narrowest: getattr(Selection(), narrowest)})
    links = [(f"清除{labels[narrowest]}筛选", context.href(rest), "button")]
    if rest.replace(metric=Selection().metric).is_filtered:
        every = Selection(area=selection.area, metric=selection.metric, shade=selection.shade, by=selection.by)
        links.append(("清除全部筛选", context.href(every), "button quiet"))
    return render("components/buttons.html", links=links)


def _selected(context: RenderContext) -> str:
    """Return the filters as a sentence."""
    selection = context.selection
    filters = [
        (context.district.terms.part, context.district.town_names(selection.towns)),
        ("行业", "、".join(industry_name(i) for i in selection.industries)),
        ("环节", "、".join(selection.stages)),
        ("口径", "可比口径" if selection.comparable else ""),
    ]
    text = "，".join(f"{name} = {value}" for name, value in filters if value)
    return f"当前筛选：{text}" if text else "换一个期间再看"
