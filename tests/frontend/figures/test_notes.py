"""Names in the explorer's plot are placed for the size that it has on a screen."""

import re
from pathlib import Path

from frontend.figures.notes import WIDE

SHEET = (Path(__file__).parents[3] / "frontend" / "assets" / "explore.css").read_text()
ABOVE_AND_BELOW_PX = 36 + 52
LAPTOP_PX = 768


def test_names_are_placed_for_a_plot_as_low_as_a_laptops():
    share = int(re.search(r"\.graph \{ height: clamp\(20rem, (\d+)vh, 32rem\); \}", SHEET)[1])
    assert WIDE.height <= LAPTOP_PX * share / 100 - ABOVE_AND_BELOW_PX
