"""Two systems at equal cost or equal quality, read off their curves without leaving what was measured."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, isfinite, isnan, log
from typing import Literal

from leaderboard.metrics.vocabulary import require

CostScale = Literal["linear", "log"]


@dataclass(frozen=True, slots=True)
class OperatingCurve:
    """Two or more operating points of one system, `(cost, quality)` in order of cost; straight lines join them.

    The cost is whatever the match is over: FLOP, s, J, USD, area, parameters. On the "log" scale the lines are straight
    in the cost's logarithm. Raises MetricInputError for fewer than two points, costs that do not rise or lie outside
    1e-100..1e100, or a quality outside -1e100..1e100: within these every line is a finite number.
    """

    points: tuple[tuple[float, float], ...]
    scale: CostScale = "linear"

    def __post_init__(self) -> None:
        require(len(self.points) >= 2, "a curve has two operating points")
        require(self.scale in {"linear", "log"}, "the scale is 'linear' or 'log'")
        sane = all(1e-100 <= cost <= 1e100 and abs(quality) <= 1e100 for cost, quality in self.points)
        require(sane, "costs lie in 1e-100..1e100, qualities within 1e100 of 0")
        require(all(left[0] < right[0] for left, right in pairwise(self.points)), "points stand in order of cost")

    def quality_at(self, cost: float) -> float | None:
        """Quality at this cost; exact at a measured point, `None` outside the curve.

        Raises MetricInputError for NaN.
        """
        require(not isnan(cost), "a cost is a number")
        if not self.points[0][0] <= cost <= self.points[-1][0]:
            return None
        after = bisect_left(self.points, cost, key=lambda point: point[0])
        right = self.points[after]
        if right[0] == cost:
            return right[1]
        left = self.points[after - 1]
        share = (self._place(cost) - self._place(left[0])) / (self._place(right[0]) - self._place(left[0]))
        return left[1] + share * (right[1] - left[1])

    def cost_at(self, quality: float) -> float | None:
        """Lowest cost at which the curve has this quality; exact at a measured point, `None` where it never has.

        Raises MetricInputError for NaN.
        """
        require(not isnan(quality), "a quality is a number")
        for left, right in pairwise(self.points):
            if left[1] == quality:
                return left[0]
            if right[1] == quality:
                return right[0]
            if min(left[1], right[1]) < quality < max(left[1], right[1]):
                share = (quality - left[1]) / (right[1] - left[1])
                return self._cost(self._place(left[0]) * (1 - share) + self._place(right[0]) * share)
        return None

    def _place(self, cost: float) -> float:
        return log(cost) if self.scale == "log" else cost

    def _cost(self, place: float) -> float:
        return exp(place) if self.scale == "log" else place


def operating_curve(costs: Sequence[float], qualities: Sequence[float], scale: CostScale = "linear") -> OperatingCurve:
    """The curve through points in any order. Errors as `OperatingCurve`, and for lengths that differ."""
    require(len(costs) == len(qualities), "one quality per cost")
    require(all(isfinite(value) for value in (*costs, *qualities)), "costs and qualities are finite")
    return OperatingCurve(tuple(sorted(zip(costs, qualities, strict=True))), scale)


def iso_cost_difference(first: OperatingCurve, second: OperatingCurve, cost: float) -> float | None:
    """Quality of the first minus the second at one cost; `None` outside either curve. Reversed: the same with -."""
    qualities = first.quality_at(cost), second.quality_at(cost)
    return None if qualities[0] is None or qualities[1] is None else qualities[0] - qualities[1]


def iso_quality_ratio(first: OperatingCurve, second: OperatingCurve, quality: float) -> float | None:
    """Cost of the first / the second at one quality; `None` where either never has it. Reversed: the inverse ratio.

    Over parameters this is the equivalent size: how many times larger the first must be for the same score.
    """
    costs = first.cost_at(quality), second.cost_at(quality)
    return None if costs[0] is None or costs[1] is None else costs[0] / costs[1]
