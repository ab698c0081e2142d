"""What resamples say of a plot: where a highlighted point's two values lie together, and where the front could be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _

from frontend.charts.axis import Axis
from frontend.charts.scatter import Outline, Placed, Plot
from leaderboard.boards.paired import Pair, paired_draws
from leaderboard.boards.rows import BoardView
from leaderboard.metrics.pareto.band import front_band
from leaderboard.metrics.statistics.region import joint_region
from leaderboard.metrics.vocabulary import FloatArray

APART = 4.0
"""Standard errors that a correlation over the resamples is from none before a region is drawn in place of the cross."""
COLUMNS = 300
"""Places along the horizontal axis at which the band is computed."""
EDGE = 3.0
"""How far out of the plot what has no end is drawn; the layer cuts it off."""


def with_regions(view: BoardView, plot: Plot) -> tuple[Plot, tuple[str, ...]]:
    """Return the plot with regions and band as the view asks for them, and what has to be said of them: one query."""
    chosen = [mark.point.id for mark in plot.placed if mark.point.highlighted and None not in (mark.x, mark.y)]
    ids = {*(chosen if view.view.ci else ()), *(_near_front(view) if view.view.band else ())}
    pairs = paired_draws(view, ids)
    regions = {key: outline for key in chosen if (outline := _region(plot, pairs.get(key)))} if view.view.ci else {}
    placed = tuple(_without_cross(mark) if mark.point.id in regions else mark for mark in plot.placed)
    band = _band(plot, [pairs[key] for key in _near_front(view) if key in pairs]) if view.view.band else ()
    said = [_("Outline: 95 % of the joint resamples.")] if regions else []
    if view.view.band:
        said.append(
            _("Tint: the front in 5 to 95 % of the resamples.") if band else _("No resamples: the front has no band.")
        )
    return replace(plot, placed=placed, regions=tuple(regions.values()), band=band), tuple(said)


def regions_of(view: BoardView, plot: Plot, ids: Collection[str]) -> Mapping[str, Outline]:
    """Return the joint regions of those points that have one, by id: one query."""
    pairs = paired_draws(view, ids)
    return {key: outline for key in ids if (outline := _region(plot, pairs.get(key)))}


def _near_front(view: BoardView) -> list[str]:
    """Those that are on the front in any resample: nobody else is part of what a resample attains."""
    return [str(row.id) for row in view.board_rows if row.front_probability]


def _without_cross(mark: Placed) -> Placed:
    return replace(mark, whiskers=())


def _region(plot: Plot, pair: Pair | None) -> Outline:
    if pair is None:
        return ()
    across, up = _places(plot.x, pair.x), _places(plot.y, pair.y)
    region = joint_region(across, up)
    if region is None or abs(region.correlation) * np.sqrt(len(across)) < APART:
        return ()
    return tuple((float(x), float(1 - y)) for x, y in region.outline)


def _places(axis: Axis, values: FloatArray) -> FloatArray:
    """Where values stand on the axis, from 0 to 1 and beyond; not a number where they have no place."""
    ends = np.array([axis.low, axis.high])
    known = np.where(np.isfinite(values) & (values > 0 if axis.log else True), values, np.nan)
    (low, high), places = (np.log(ends), np.log(known)) if axis.log else (ends, known)
    return np.asarray((places - low) / (high - low))


def _band(plot: Plot, pairs: Sequence[Pair]) -> Outline:
    if not pairs:
        return ()
    across = np.array([_places(plot.x, pair.x) for pair in pairs])
    up = np.array([_places(plot.y, pair.y) for pair in pairs])
    columns = np.linspace(0, 1, COLUMNS + 1)
    directions = plot.x.metric.direction, plot.y.metric.direction
    found = np.clip(1 - front_band(across, up, directions, columns), -EDGE, 1 + EDGE)
    lower_x = directions[0] == "lower"
    worst, best = (_steps(columns, found[:, side], lower_x=lower_x) for side in (0, 1))
    return (*worst, *reversed(best))


def _steps(columns: FloatArray, downs: FloatArray, *, lower_x: bool) -> list[tuple[float, float]]:
    """The corners of a step line: what is attained at a column holds until the next one, on the lenient side of it."""
    found: list[tuple[float, float]] = []
    for index, (column, down) in enumerate(zip(columns.tolist(), downs.tolist(), strict=True)):
        if found and down == found[-1][1] and 0 < index < len(columns) - 1:
            continue
        if found:
            found.append((column, found[-1][1]) if lower_x else (float(columns[index - 1]), down))
        found.append((column, down))
    return found
