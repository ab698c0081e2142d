"""A number that somebody printed, with the computation that must give it again."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One printed number. `tolerance` is relative, and says how far the printed digits reach."""

    metric: str
    source: str
    published: float
    ours: Callable[[], float | None]
    tolerance: float = 1e-9
