"""What stands on an explorer's page until its application has drawn, and for good without script."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from frontend.charts.hexagons import MOST_POINTS
from frontend.present.board import caption_of, labelled_words
from frontend.present.filters import ways_out
from frontend.present.links import explored
from frontend.present.plot import board_chart
from frontend.present.reading import summary
from leaderboard.boards.rows import BoardView


def first_picture(view: BoardView) -> Mapping[str, Any]:
    """The board's own drawing, as brief as on its page; in words alone where there are more points than it draws."""
    if not view.rows or len(view.rows) > MOST_POINTS:
        ways = ways_out(view) if not view.rows else ()
        return {"summary": summary(view), "ways_out": [replace(way, href=explored(way.href)) for way in ways]}
    chart = board_chart(view, summary(view), brief=True)
    return {
        "summary": chart.name,
        "chart": chart,
        "svg": chart.inline(),
        "chart_caption": caption_of(view, chart),
        "labelled": labelled_words(chart),
    }
