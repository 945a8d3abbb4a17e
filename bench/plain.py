"""The comparison: a dashboard as Dash's own tutorial teaches it. One global DataFrame, one callback, Plotly Express, AG Grid.

It is a fair comparison: it filters, groups and draws what it must and nothing twice. Run: ``python -m bench.plain URL PORT``.
"""

from __future__ import annotations

import sys
from typing import Any

import dash_ag_grid as dag
import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html
from sqlalchemy import create_engine, text

_ROWS = """
select e.name as firm, e.town, substr(e.industry_code, 1, 2) as industry, e.chain, e.land_mu as land, m.month,
       m.output_fen / 1e6 as output, m.tax_fen / 1e6 as tax, m.value_added_fen / 1e6 as value_added,
       coalesce(g.grade, '') as grade
from monthly m join enterprise e on e.credit_code = m.credit_code
left join evaluation_grade g on g.credit_code = e.credit_code and g.evaluation_id = (select max(id) from evaluation)
"""
_KPIS = ("output", "value_added", "tax")


def load(url: str) -> pd.DataFrame:
    """Read all data into one DataFrame, as a tutorial reads its CSV."""
    with create_engine(url).connect() as connection:
        rows = pd.read_sql(text(_ROWS), connection)
    rows["date"] = pd.to_datetime(rows["month"].astype(str), format="%Y%m")
    rows["year"] = rows["date"].dt.year
    return rows


def make_app(df: pd.DataFrame) -> Dash:
    """Create the app over a DataFrame."""
    app = Dash(__name__)
    app.layout = html.Div(
        [
            html.H1("规上工业"),
            dcc.Dropdown(sorted(df["town"].unique()), id="filter-town", multi=True, placeholder="镇街"),
            dcc.Dropdown(sorted(df["industry"].unique()), id="filter-industry", multi=True, placeholder="行业"),
            html.Div(id="kpis"),
            *(dcc.Graph(id=name) for name in ("trend", "per-mu", "chains", "grades", "firms")),
            dag.AgGrid(
                id="table",
                columnDefs=[{"field": name} for name in ("firm", "town", "chain", "grade", "land", "output", "tax")],
                dashGridOptions={"pagination": True, "paginationPageSize": 50},
            ),
        ]
    )

    @app.callback(
        Output("kpis", "children"),
        *(Output(name, "figure") for name in ("trend", "per-mu", "chains", "grades", "firms")),
        Output("table", "rowData"),
        Input("filter-town", "value"),
        Input("filter-industry", "value"),
    )
    def update(towns: list[str] | None, industries: list[str] | None) -> tuple[Any, ...]:
        rows = df
        if towns:
            rows = rows[rows["town"].isin(towns)]
        if industries:
            rows = rows[rows["industry"].isin(industries)]
        return page_outputs(rows)

    return app


def page_outputs(rows: pd.DataFrame) -> tuple[Any, ...]:
    """Compute everything that the page shows of the filtered rows."""
    year = rows["year"].max()
    now, before = rows[rows["year"] == year], rows[rows["year"] == year - 1]
    firms = now.groupby(["firm", "town", "chain", "grade", "land"], as_index=False)[["output", "tax"]].sum()
    months = rows.groupby("date", as_index=False)[["output", "tax"]].sum()
    towns = firms.groupby("town", as_index=False)[["tax", "land"]].sum()
    towns["per_mu"] = towns["tax"] / towns["land"]
    graded = firms.groupby(["chain", "grade"], as_index=False).size()
    return (
        kpis(now, before),
        px.line(months, x="date", y=["output", "tax"], title="产值与税收"),
        px.bar(towns, x="town", y="per_mu", title="亩均税收"),
        px.bar(firms.groupby("chain", as_index=False)["output"].sum(), x="chain", y="output", title="产业链产值"),
        px.bar(graded, x="chain", y="size", color="grade", title="评价等级"),
        px.scatter(firms, x="land", y="tax", color="chain", hover_name="firm", log_x=True, log_y=True, title="用地与税收"),
        firms.to_dict("records"),
    )


def kpis(now: pd.DataFrame, before: pd.DataFrame) -> list[html.Div]:
    """Return four values with their change year on year."""
    values = {name: (now[name].sum(), before[name].sum()) for name in _KPIS}
    land_now, land_before = (rows.drop_duplicates("firm")["land"].sum() for rows in (now, before))
    values["tax_per_mu"] = (values["tax"][0] / land_now, values["tax"][1] / land_before if land_before else float("nan"))
    return [
        html.Div([html.Span(name), html.B(f"{value:,.1f}"), html.Span(f"{value / base - 1:+.1%}" if base else "")])
        for name, (value, base) in values.items()
    ]


if __name__ == "__main__":
    make_app(load(sys.argv[1])).run(host="127.0.0.1", port=int(sys.argv[2]))
