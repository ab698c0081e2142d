from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontend.charts.draw import ChartWords, draw
from frontend.charts.elements import written
from frontend.charts.ink import Sheet, as_file
from frontend.charts.labels import MEDIUM, NARROW, SMALL, WIDE, place_labels
from frontend.charts.places import ASCENT_PX, DESCENT_PX, LINE_PX, as_array, crosses, width_px
from frontend.charts.points import RADIUS
from frontend.charts.room import ABOVE_PX
from frontend.charts.wording import on_two_lines, shortened
from tests.frontend.charts.test_scatter import plot, point

FRAMES = pytest.mark.parametrize("frame", [WIDE, MEDIUM, NARROW, SMALL], ids=["wide", "medium", "narrow", "small"])
SHARES = st.floats(0, 1)
NAMES = st.lists(st.text("abc-_ 12", min_size=1, max_size=70), min_size=1, max_size=12, unique=True)


def box(label, frame):
    """Left, top, right and bottom of what is written."""
    width = max(map(width_px, label.lines))
    left = label.x * frame.width + label.dx - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
    top = label.y * frame.height + label.dy - ASCENT_PX
    return left, top, left + width, top + ASCENT_PX + DESCENT_PX + LINE_PX * (len(label.lines) - 1)


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def marks(shown, frame, fronts=("on", "contested")):
    for mark in shown.placed:
        if mark.point.front in fronts:
            x, y, half = mark.x * frame.width, mark.y * frame.height, RADIUS[mark.point.front]
            yield x - half, y - half, x + half, y + half


def rising(n, step=2.0, *, name="m{}"):
    """A front of n points, the first at the lower left."""
    return [point(name.format(i), 1e-5 * step**i, 0.5 + 0.4 * i / n, "on") for i in range(n)]


@FRAMES
@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(SHARES, SHARES, st.sampled_from(["on", "contested", "dominated"])), max_size=60), NAMES)
def test_a_label_touches_no_other_no_mark_of_the_front_and_no_edge(frame, places, names):
    points = [
        point(f"{i} {names[i % len(names)]}", 10 ** (-5 + 4 * x), 0.2 + 0.7 * y, front)
        for i, (x, y, front) in enumerate(places)
    ]
    shown = plot(points)
    labels = place_labels(shown, frame)
    boxes = [box(label, frame) for label in labels]
    assert len(labels) <= frame.most
    assert len({label.id for label in labels}) == len(labels)
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    assert not any(overlap(one, other) for one in boxes for other in marks(shown, frame))
    assert all(left >= -0.01 and right <= frame.width + 0.01 for left, _, right, _ in boxes)
    assert all(top >= -ABOVE_PX - 0.01 and bottom <= frame.height + 0.01 for _, top, _, bottom in boxes)


@FRAMES
def test_the_ends_of_the_front_are_labelled_first(frame):
    labelled = [label.id for label in place_labels(plot(rising(20)), frame)]
    assert labelled[:2] == ["m0", "m19"]


@FRAMES
def test_a_crowd_of_dominated_marks_takes_no_name_from_the_front(frame):
    crowd = [point(f"d{i}", 1e-5 * 1.4 ** (i % 30) * 1.2, 0.3 + 0.018 * (i // 30), "dominated") for i in range(300)]
    front = rising(5, 6.0)
    assert {label.id for label in place_labels(plot([*front, *crowd]), frame)} >= {"m0", "m4"}


@FRAMES
def test_long_names_are_cut_where_that_gives_more_of_them_a_place_and_stay_apart(frame):
    # As MLPerf's: a family, a size and an engine, of which two differ at their end alone.
    name = "mobilenet-v1-{}.0-128-quantized TFLite v2.11.0 (ruy) firefly-rk3588s"
    labels = place_labels(plot(rising(8, name=name)), frame)
    said = ["".join(label.lines) for label in labels]
    assert len(labels) >= min(frame.most, 4)
    assert len(set(said)) == len(said)
    assert any(label.is_cut for label in labels)
    assert all(label.text.startswith("mobilenet-v1-") and label.text.endswith("rk3588s") for label in labels)


def test_a_name_that_is_cut_tells_the_whole_where_it_is_pointed_at():
    name = "{} has a name of so very many words that no place between so many others is long enough"
    svg = written(draw(plot(rising(12, name=name)), ChartWords("")))
    assert "…" in svg
    assert f"<title>{name.format(0)}</title>" in svg


@given(NAMES, st.sampled_from([60, 28, 20, 12]))
def test_cutting_makes_no_two_names_one_and_no_name_longer(names, most):
    said = shortened(names, most)
    assert list(said) == list(dict.fromkeys(names))
    assert len(set(said.values())) == len(said)
    assert all(len(text) <= len(name) for name, text in said.items())
    assert all(name.startswith(text.removesuffix("…")) for name, text in said.items())


@given(st.text("abc-_ 12", min_size=1, max_size=70))
def test_a_name_on_two_lines_is_all_of_it(name):
    assert "".join(on_two_lines(name)).replace(" ", "") == name.replace(" ", "")


def drawn(root):
    return [group.get("class") for group in root if group.get("class", "").startswith("labels")]


def test_a_page_has_names_for_each_size_of_its_plot_and_a_file_for_its_own():
    shown, words = plot(rising(4)), ChartWords("")
    assert drawn(draw(shown, words)) == ["labels wide", "labels medium", "labels narrow"]
    assert drawn(draw(shown, words, SMALL)) == ["labels wide medium", "labels narrow"]
    for size in (WIDE, SMALL):
        assert as_file(draw(shown, words, size), Sheet("", [])).count(">m0<") == 1


def crowded():
    """A steep front of long names over hundreds of others, which are counted in hexagons."""
    names = (
        f"efficientnet-lite{step}-quantized runtime {engine}" for step in range(5) for engine in ("fast", "slow", "old")
    )
    front = [point(name, 1e-5 * 1.6**at, 0.4 + 0.03 * at, "on") for at, name in enumerate(names)]
    rest = [
        point(f"d{at}", 1.2e-5 * 1.6 ** (at % 15 + at % 7 / 7), 0.38 + 0.03 * (at % 15) - at % 11 / 60, "dominated")
        for at in range(480)
    ]
    return plot([*front, *rest])


@pytest.mark.parametrize("frame", [WIDE, MEDIUM], ids=["wide", "medium"])
def test_a_crowd_that_is_counted_leaves_all_names_a_place_and_their_lines_apart(frame):
    labels = place_labels(crowded(), frame)
    assert len(labels) == frame.most
    assert len({"".join(label.lines) for label in labels}) == frame.most
    ends = [ends_of(label, frame) for label in labels if label.leader]
    assert not any(crosses_at((x2 - x1, y2 - y1), other, (x1, y1)) for (x1, y1, x2, y2), other in permutations(ends, 2))


def ends_of(label, frame):
    x, y = label.x * frame.width, label.y * frame.height
    dx, dy = map(float, label.leader.partition("L")[2].split())
    return x, y, x + dx, y + dy


def crosses_at(end, other, start):
    return crosses(end, as_array([other]) - (start * 2))


def test_what_begins_alike_is_cut_in_the_middle_before_the_word_that_tells_it_apart():
    names = {"efficientnet-lite4-quantized ArmNN (OpenCL) b1", "efficientnet-lite4-quantized ArmNN (Neon) b1"}
    assert set(shortened(names, 20).values()) == {"efficientnet…(OpenCL)…", "efficientnet…(Neon)…"}
