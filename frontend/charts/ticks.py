"""Round values to write beside a small plot, between its ends and never at them by force."""

import math
from itertools import chain

MOST = 5
"""More labels than this meet each other where a plot is as narrow as a phone."""
STEPS = ((1, 2, 5), (1,))


def round_ticks(low: float, high: float, *, log: bool = False) -> list[float]:
    """Return two to MOST multiples of 1, 2 or 5 of a power of ten, ascending; the one value where both ends are one."""
    if not high > low:
        return [low]
    return (_decades(low, high) if log and low > 0 else []) or _even(low, high)


def _even(low: float, high: float) -> list[float]:
    rough = (high - low) / MOST
    decade = 10.0 ** math.floor(math.log10(rough))
    step = next(decade * factor for factor in (1, 2, 5, 10) if decade * factor >= rough * (1 - 1e-9))
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)][:MOST]


def _decades(low: float, high: float) -> list[float]:
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in STEPS:
        every = chain.from_iterable((step * 10.0**exponent for step in steps) for exponent in exponents)
        found = [tick for tick in every if low <= tick <= high]
        if len(found) <= MOST:
            return found if len(found) > 1 else []
    return found[:: math.ceil(len(found) / MOST)]
