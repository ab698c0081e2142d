import re
from pathlib import Path

from frontend.charts.draw import ChartWords, draw
from frontend.charts.elements import written
from frontend.charts.hexagons import MOST_POINTS, NARROW_SCALE
from tests.frontend.charts.test_scatter import plot, point

ROOT = Path(__file__).parents[3]


def many():
    return [point(f"p{i}", 1e-5 * 1.01 ** (i % 400), 0.3 + i / 2000) for i in range(MOST_POINTS + 100)]


def test_a_hexagon_says_how_many_it_counts_and_the_values_that_they_lie_between():
    titles = re.findall(
        r'class="hexagon"[^>]*><title>([^<]*)<', written(draw(plot(many()), ChartWords("", counted="%d of them")))
    )
    assert sum(int(title.split(" ")[0]) for title in titles) == MOST_POINTS + 100
    counted, accuracy, latency = next(title for title in titles if not title.startswith("1 ")).split("\n")
    assert re.fullmatch(r"\d+ of them", counted)
    assert re.fullmatch(r"Accuracy: [\d.]+\s% – [\d.]+\s%", accuracy)
    assert re.fullmatch(r"Latency per call, median: [\d.]+\sµs – [\d.]+\sµs", latency)


def test_a_hexagon_of_equal_values_says_one():
    alike = [point(f"p{i}", 1e-5 if i else 1e-3, 0.5 if i else 0.6) for i in range(MOST_POINTS + 1)]
    svg = written(draw(plot(alike), ChartWords("")))
    assert f"{MOST_POINTS} dominated entries\nAccuracy: 50.0" in svg
    assert "–" not in svg.split(f"{MOST_POINTS} dominated entries")[1].split("</title>")[0]


def test_the_styles_and_the_explorer_have_the_width_on_a_phone_that_labels_are_placed_for():
    assets = ROOT / "frontend/assets"
    assert f".hexagon {{ transform: scale({NARROW_SCALE}); }}" in (assets / "board.css").read_text("utf-8")
    assert f"NARROW_HEXAGONS = {NARROW_SCALE};" in (assets / "explore.js").read_text("utf-8")
