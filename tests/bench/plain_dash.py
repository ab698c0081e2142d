"""A plain Dash application as shipped, with a file's points: the reference of `bench_explorer`."""

import json
import sys
from pathlib import Path

import plotly.graph_objects as go
from dash import Dash, dcc, html


def main() -> None:
    x, y = json.loads(Path(sys.argv[1]).read_text())
    figure = go.Figure(go.Scatter(x=x, y=y, mode="markers"))
    figure.update_xaxes(type="log")
    application = Dash(__name__, add_log_handler=False)
    application.layout = html.Div(dcc.Graph(figure=figure))
    application.run(host="127.0.0.1", port=int(sys.argv[2]), debug=False)


if __name__ == "__main__":
    main()
