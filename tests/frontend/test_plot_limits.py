"""Limits along the axes of a board's plot: what the script is told, and a field for each."""

import pytest

from frontend.charts.axis import make_axis
from frontend.present.plot_limits import written_limits
from leaderboard.metrics.registry import METRICS
from tests.frontend.boards import DIGITS, digits_board
from tests.frontend.test_board_page import get

X, Y = make_axis(METRICS["latency_p50_s"], [1e-6, 1e-3]), make_axis(METRICS["accuracy"], [0.5, 0.9])


def told(minimum, maximum):
    return [limit.split("~") for limit in written_limits(X, Y, minimum, maximum).split("|")]


def test_each_axis_offers_the_limit_that_its_direction_asks_for():
    across, up = told({}, {})
    assert across[:3] == ["x", "max.latency_p50_s", ""]
    assert up[:3] == ["y", "min.accuracy", ""]
    assert across[5:] == ["1", "1", "s", "Latency per call, median at most"]
    assert up[5:] == ["0", "100", "%", "Accuracy at least"]
    assert float(across[3]) == pytest.approx(X.low, rel=1e-5)


def test_a_limit_that_is_set_is_told_even_where_the_direction_asks_for_the_other():
    found = told({"latency_p50_s": 2e-6, "accuracy": 0.6}, {})
    assert [limit[1:3] for limit in found] == [
        ["min.latency_p50_s", "2e-06"], ["max.latency_p50_s", ""], ["min.accuracy", "0.6"]
    ]  # fmt: skip


@pytest.mark.django_db
def test_every_limit_that_can_be_dragged_has_a_field(client):
    digits_board(models=DIGITS[:3])
    page = get(client, "/boards/digits/?x=memory_peak_bytes&y=ipw")
    figure = next(values for tag, values in page.tags if tag == "figure")
    dragged = {limit.split("~")[1] for limit in figure["data-limits"].split("|")}
    assert dragged == {"max.memory_peak_bytes", "min.ipw"}
    assert dragged <= page.fields.keys()
