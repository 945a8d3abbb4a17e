"""The frame around every page: head, filter row, notices, and where pages appear."""

from __future__ import annotations

from dash import dcc, html

from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from layouts.components.client import Fragment, PropsPatcher, Toast
from layouts.components.search_box import search_box
from layouts.shell.filters import filter_row
from layouts.shell.outline import outline
from layouts.ui import ids
from layouts.ui.attributes import attributes
from layouts.ui.templates import render


def shell(district: District, geometry: MapGeometry) -> html.Div:
    """Build the static frame; it holds no value of the data."""
    brand = render("shell/brand.html", outline=outline(district, geometry), title=district.title)
    skeleton = Fragment(render("shell/skeleton.html"), className="loading", **attributes(aria_label="正在载入"))
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.CURRENT_PAGE),
            PropsPatcher(id=ids.PATCHER),
            dcc.Store(id=ids.VIEWPORT),
            dcc.Store(id=ids.SERVER_FILTERS),
            dcc.Store(id=ids.SCENARIO_CHANGES),
            dcc.Store(id=ids.SCENARIO_EVALUATED),
            html.A("跳到正文", href=f"#{ids.PAGE}", className="skip"),
            html.Header(
                [
                    Fragment(brand, "a", className="brand", attributes={"href": "/"}, **attributes(data_nav="")),
                    Fragment(tag="nav", id=ids.NAVIGATION, className="navigation", **attributes(aria_label="页面")),
                    search_box(),
                    Fragment(render("shell/actions.html"), className="actions"),
                ],
                className="top",
            ),
            html.Div([filter_row(district), Fragment(id=ids.FRESHNESS, className="freshness", role="status")], className="bar"),
            Fragment(id=ids.NOTICES, className="notices", role="status"),
            html.Main(skeleton, id=ids.PAGE, tabIndex="-1"),
            Fragment(tag="nav", id=ids.TABBAR, className="tabbar", **attributes(aria_label="页面")),
            Toast(id=ids.ACTION_TOAST, header="完成", is_open=False, duration=8000, className="toast done"),
            Toast(id=ids.CONNECTION_TOAST, is_open=False, className="toast"),  # `assets/base/requests.js` says what in it
        ],
        className="shell",
    )
