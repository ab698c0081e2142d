"""How Plotly behaves, fixed in one place. No figure is drawn with anything else."""

from collections.abc import Mapping
from typing import Any

CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    # plotly.js 4 offers to upload the chart to its vendor unless it is told not to.
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    # The address holds the zoom, so the page resets it; Plotly would go back to the zoom that the address began with.
    "doubleClick": False,
    "scrollZoom": False,
    "showTips": False,
    "displayModeBar": True,
    "modeBarButtons": [["zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "toImage"]],
    "toImageButtonOptions": {"filename": "perwatt", "scale": 2},
}
