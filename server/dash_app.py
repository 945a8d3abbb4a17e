"""The Dash app: its index page, and the bundles of styles and scripts that every page loads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dash import Dash
from flask import request

from cockpit.district.district import District
from layouts.shell.url_contract import url_contract
from layouts.ui.theme import VIEWPORT_COOKIE, parse_viewport
from server.assets import scripts
from server.assets.bundle import bundle

ASSETS = Path(__file__).parent.parent / "assets"

_JAVASCRIPT, _CSS = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
#: Style sheets of every page in the order of the cascade; those of single pages come after them.
_BASE_STYLES = (
    "tokens",
    "fonts",
    "account",
    "icons",
    "dash_bridge",
    "text",
    "frame",
    "tabs",
    "breadcrumb",
    "filters",
    "search",
    "grid",
    "panels",
    "tables",
    "data_grid",
    "kpis",
    "bars",
    "legend",
    "svg",
    "town_table",
    "grades",
    "explanation",
    "board",
)
#: Scripts of every page in the order in which they run; those of single pages come after them.
_BASE_SCRIPTS = (
    "vendor/regenerator-runtime",
    "vendor/idiomorph.min",
    "base/lazy_libraries",
    "base/components",
    "base/navigation",
    "base/filters",
    "base/page_actions",
    "base/requests",
    "base/search",
    "base/tooltips",
    "base/caret",
    "base/rows",
    "base/data_grid",
)


def _page_files(suffix: str) -> list[Path]:
    """List the files of single pages; the wall's pages load their own."""
    return [path for path in sorted((ASSETS / "pages").glob(f"*{suffix}")) if not path.name.startswith("wall")]


#: What runs before the first paint; then the styles and scripts of Dash's pages, and the plotting library.
FIRST_SCRIPT = bundle("/assets/first.js", _JAVASCRIPT, [ASSETS / "base" / "viewport.js"])
STYLES = bundle("/assets/all.css", _CSS, [*(ASSETS / "base" / f"{name}.css" for name in _BASE_STYLES), *_page_files(".css")])
SCRIPT = bundle("/assets/all.js", _JAVASCRIPT, [*(ASSETS / f"{name}.js" for name in _BASE_SCRIPTS), *_page_files(".js")])
PLOTLY = bundle("/assets/plotly.js", _JAVASCRIPT, [ASSETS / "vendor" / "plotly.min.js"])
#: Styles of the pages around accounts, which have no script.
_ACCESS_STYLES = ("tokens", "fonts", "access", "desk")
ACCESS_STYLES = bundle("/assets/access.css", _CSS, [ASSETS / "base" / f"{name}.css" for name in _ACCESS_STYLES])
_INDEX = """<!DOCTYPE html>
<html lang="zh-CN" data-theme="{theme}">
<head>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">
<script src="{first_script}"></script>
<link rel="stylesheet" href="{styles}">
</head>
<body>
{account}
{{%app_entry%}}
<script type="application/json" id="url-contract">{contract}</script>
<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
<noscript>本页面需要启用 JavaScript。</noscript>
</body>
</html>"""


class Cockpit(Dash):
    """Dash with an index page of our own: Chinese, in the reader's theme from the first paint."""

    district: District
    icon = ""
    #: Renders the line about who is logged in. Not part of the layout: that is cached for all who have the same rights.
    account_line: Callable[[], str] = staticmethod(lambda: "")

    def _config(self) -> dict[str, Any]:
        """Leave the validation layout out of the page: the renderer checks the callbacks against the real layout."""
        config: dict[str, Any] = super()._config()
        config.pop("validation_layout", None)
        return config

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash passes all parts by name
        """Fill the index page for this request."""
        page = _INDEX.format(
            theme=parse_viewport(request.cookies.get(VIEWPORT_COOKIE)).theme,
            title=self.district.title,
            icon=self.icon,
            first_script=FIRST_SCRIPT.address,
            styles=STYLES.address,
            contract=url_contract(),
            account=self.account_line(),
        )
        parts["scripts"] = scripts.rewrite_script_tags(parts["scripts"], SCRIPT.address, PLOTLY.address)
        for name in ("metas", "app_entry", "config", "scripts", "renderer"):
            page = page.replace(f"{{%{name}%}}", parts.get(name, ""))
        return page
