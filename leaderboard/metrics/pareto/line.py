"""The step line that a plot draws through a two-dimensional front."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.pareto.sweep import sweep_front
from leaderboard.metrics.vocabulary import Direction, as_costs, as_floats, require


def step_line(
    x: ArrayLike, y: ArrayLike, x_direction: Direction, y_direction: Direction
) -> tuple[tuple[float, float], ...]:
    """Vertices, from left to right, of the step line through the two-dimensional front of the points.

    Between two neighbours on the front the line keeps what is attainable: the value of the point that meets the
    x budget. So it runs horizontally first where lower x is better (`hv`), vertically first where higher x is
    better (`vh`). Dominated, missing and infinite points, and duplicates, leave no vertex.
    """
    costs_x, costs_y = as_costs(x, x_direction), as_costs(y, y_direction)
    require(costs_x.ndim == 1 and costs_x.shape == costs_y.shape, "x and y are two vectors of one length")
    drawn = np.isfinite(costs_x) & np.isfinite(costs_y)
    if not drawn.any():
        return ()
    on_front = sweep_front(costs_x[drawn], costs_y[drawn])
    original = np.column_stack([as_floats(x), as_floats(y)])[drawn]
    front = np.unique(original[on_front], axis=0).tolist()
    line = [tuple(front[0])]
    for (left_x, left_y), (right_x, right_y) in pairwise(front):
        corner = (right_x, left_y) if x_direction == "lower" else (left_x, right_y)
        line += [corner, (right_x, right_y)]
    return tuple(line)
