"""Who stands where among all entries of a board: ranks with intervals, tie bands, the front. Pure, no database."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leaderboard.boards.cells import Place
from leaderboard.boards.rows import Front
from leaderboard.metrics.pareto.fronts import front_mask, placed_mask
from leaderboard.metrics.pareto.membership import front_membership, front_states
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.ranking import rank_intervals, tie_bands
from leaderboard.metrics.statistics.resampling import STORED_DRAWS
from leaderboard.metrics.vocabulary import FloatArray


@dataclass(frozen=True, slots=True)
class Column:
    """One metric of all entries: values `(entries,)`, NaN where missing, and draws `(entries, STORED_DRAWS)`."""

    metric: str
    values: FloatArray
    draws: FloatArray


def column(metric: str, values: Sequence[float | None], draws: Sequence[bytes | None]) -> Column:
    """An exact value is its own draw, repeated."""
    numbers = np.array(values, dtype=np.float64)
    table = np.repeat(numbers[:, None], STORED_DRAWS, axis=1)
    for index, stored in enumerate(draws):
        if stored is not None and not np.isnan(numbers[index]):
            table[index] = np.frombuffer(stored, dtype="<f4")
    return Column(metric, numbers, table)


def places(rank_by: Column, x: Column, y: Column) -> tuple[Place, ...]:
    ranks = rank_intervals(rank_by.values, rank_by.draws, METRICS[rank_by.metric].direction)
    bands = tie_bands(rank_by.values, rank_by.draws, METRICS[rank_by.metric].direction)
    return tuple(
        Place(
            rank=rank.rank if rank else None,
            rank_low=rank.low if rank else None,
            rank_high=rank.high if rank else None,
            band=band,
            front=state,
            front_probability=probability,
        )
        for rank, band, (state, probability) in zip(ranks, bands, fronts(x, y), strict=True)
    )


def fronts(x: Column, y: Column, *, resampled: bool = True) -> tuple[tuple[Front, float | None], ...]:
    """Return the state on the front, and the share of resamples in which the entry is on it, if `resampled`."""
    directions = METRICS[x.metric].direction, METRICS[y.metric].direction
    points = np.column_stack([x.values, y.values])
    share = front_membership([x.draws, y.draws], directions) if resampled and len(points) else None
    states = front_states(front_mask(points, directions), placed_mask(points), share)
    if share is None:
        return tuple((state, None) for state in states)
    return tuple(
        (state, None if state == "unplaced" else float(probability))
        for state, probability in zip(states, share, strict=True)
    )
