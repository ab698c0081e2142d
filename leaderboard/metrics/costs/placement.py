"""The cheapest devices for the stages of a pipeline that still meet an end-to-end bound on latency."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class Placement:
    """The device of each stage, and what one task then costs in USD and takes in s from end to end."""

    devices: tuple[int, ...]
    cost_usd: float
    latency_s: float

    @property
    def mixed(self) -> bool:
        return len(set(self.devices)) > 1


def cheapest_placement(
    cost_usd: ArrayLike, latency_s: ArrayLike, sla_s: float, transfer_s: ArrayLike | None = None
) -> Placement | None:
    """Cheapest device for each stage with sum of latencies + transfers <= SLA; `None` where no placement meets it.

    `cost_usd` and `latency_s` are `(stages, devices)`, infinite where a device cannot run a stage; `transfer_s` is
    `(devices, devices)`, time to hand over from one to the next, 0 by default. Stages run one after the other, and a
    bound that is met exactly is met. Exact: of the ways to reach a stage on a device only those are dropped that
    another beats in both cost and latency. A mix that costs as much as one of its devices alone is not recommended:
    the device is. Of other equal costs the faster one. Source: after arXiv 2507.19635; the search is
    Perwatt's own. Raises MetricInputError for no stages or
    devices, tables that do not fit, negative numbers or NaN, or a bound that is not positive and finite.
    """
    costs, latencies = as_floats(cost_usd), as_floats(latency_s)
    require(costs.ndim == 2 and costs.shape == latencies.shape, "cost and latency are tables (stages, devices)")
    require(costs.size > 0, "at least one stage and one device")
    devices = costs.shape[1]
    transfers = np.zeros((devices, devices)) if transfer_s is None else as_floats(transfer_s)
    require(transfers.shape == (devices, devices), "transfers are a table (devices, devices)")
    require(all(bool((table >= 0).all()) for table in (costs, latencies, transfers)), "numbers are not negative")
    require(0 < sla_s < np.inf, "a bound on latency is positive and finite")
    pipeline = _Pipeline(costs, latencies, transfers, sla_s)
    ways = pipeline.unbeaten_ways()
    if not ways:
        return None
    best = min(ways, key=_preference)
    # The search drops a device alone that a mix of the same cost outruns.
    alone = [path for path in pipeline.single_devices() if path.cost_usd <= best.cost_usd]
    return min(alone or [best], key=_preference)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    costs: FloatArray
    latencies: FloatArray
    transfers: FloatArray
    sla_s: float

    def unbeaten_ways(self) -> list[Placement]:
        """Ways to run all stages within the bound, without those that another beats to the same last device."""
        stages, devices = self.costs.shape
        ways = [_START]
        for _ in range(stages):
            ways = [
                path
                for device in range(devices)
                for path in self._unbeaten([self._extend(path, device) for path in ways])
            ]
        return ways

    def single_devices(self) -> list[Placement]:
        """Each device running every stage, where it meets the bound."""
        stages, devices = self.costs.shape
        paths = []
        for device in range(devices):
            path = _START
            for _ in range(stages):
                path = self._extend(path, device)
            paths += self._unbeaten([path])
        return paths

    def _extend(self, path: Placement, device: int) -> Placement:
        stage = len(path.devices)
        transfer_s = float(self.transfers[path.devices[-1], device]) if path.devices else 0.0
        return Placement(
            (*path.devices, device),
            path.cost_usd + float(self.costs[stage, device]),
            path.latency_s + transfer_s + float(self.latencies[stage, device]),
        )

    def _unbeaten(self, paths: list[Placement]) -> list[Placement]:
        kept: list[Placement] = []
        for path in sorted(paths, key=lambda path: (path.cost_usd, path.latency_s)):
            feasible = path.latency_s <= self.sla_s and path.cost_usd < np.inf
            if feasible and (not kept or path.latency_s < kept[-1].latency_s):
                kept.append(path)
        return kept


_START = Placement((), 0.0, 0.0)


def _preference(path: Placement) -> tuple[float, bool, float, tuple[int, ...]]:
    return path.cost_usd, path.mixed, path.latency_s, path.devices
