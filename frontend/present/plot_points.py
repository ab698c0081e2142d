"""What a page leaves to be asked of the points of its chart: the lines of their cards, and their 95 % intervals."""

from collections.abc import Mapping
from typing import TypedDict

from frontend.charts.draw import stroke
from frontend.charts.elements import units
from frontend.charts.hexagons import split
from frontend.charts.scatter import Outline, Plot, cross
from frontend.present.plot import board_chart, says_its_name_alone
from frontend.present.plot_regions import regions_of
from leaderboard.boards.rows import BoardView
from leaderboard.boards.short_ids import short_id


class Asked(TypedDict, total=False):
    """`lines`: where the page has its name alone. `region`, or else `cross`: its 95 % intervals.

    Where there are both, the plot has the cross, which the region replaces.
    """

    lines: str
    region: str
    cross: str


def points_json(view: BoardView) -> Mapping[str, Asked]:
    """Return what is asked of each point, by the short form of its id, in one drawing and one query.

    `region` is an ellipse in thousandths of the plot from its top left: what turns a circle of one into it, as the
    six numbers of a matrix. `cross` is the path of two whiskers.
    """
    plot = board_chart(view, "").plot
    bare = says_its_name_alone(view)
    found: dict[str, Asked] = {
        mark.point.id: {"lines": mark.point.title} for mark in plot.placed if mark.point.id in bare
    }
    for identity, shape in (_shapes(view, plot) if view.view.ci else {}).items():
        found.setdefault(identity, {}).update(shape)
    return {short_id(identity): asked for identity, asked in found.items()}


def _shapes(view: BoardView, plot: Plot) -> Mapping[str, Asked]:
    """What is chosen has its region in the page, and what is near the front its cross."""
    alone = [mark for mark in split(plot)[0] if mark.x is not None and mark.y is not None]
    points = [mark.point for mark in alone if not mark.point.highlighted]
    regions = regions_of(view, plot, [point.id for point in points])
    found: dict[str, Asked] = {}
    for point in points:
        shape: Asked = {"region": _matrix(regions[point.id])} if point.id in regions else {}
        whiskers = "".join(stroke(segment) for segment in cross(plot.x, plot.y, point))
        if whiskers and (point.front == "dominated") != bool(shape):
            shape["cross"] = whiskers
        if shape:
            found[point.id] = shape
    return found


def _matrix(outline: Outline) -> str:
    """Its corners run once around: a half turn apart are the ends of a diameter, a quarter apart those of two axes."""
    half = len(outline) // 2
    (x, y), (across, down), (over, under) = outline[0], outline[half], outline[half // 2]
    centre_x, centre_y = (x + across) / 2, (y + down) / 2
    ends = x - centre_x, y - centre_y, over - centre_x, under - centre_y
    return " ".join(units(part) for part in (*ends, centre_x, centre_y))
