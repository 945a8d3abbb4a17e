"""From a view to a Plotly figure as a plain dict; no Dash here."""
