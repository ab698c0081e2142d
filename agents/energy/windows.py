"""What the samples of one window say about the sensor itself: gone, standing still, stepping back, too seldom read."""

from agents.sampling import Series
from leaderboard.protocol import MissingReason

FROZEN_S = 2.0
"""A counter that is the same for so long has stopped: real ones move every 1 to 100 ms (a Perwatt rule)."""
LONGEST_GAP_SHARE = 0.10
"""A pause between two samples of power may be so much of the window; under it the trapezoid rule only guesses."""
FEWEST_SAMPLES = 10
FEWEST_SHARE = 0.5
"""Of the samples that a sensor was asked for, so many have to be there (a Perwatt rule)."""

_IMPLAUSIBLE_W = 5000.0  # of one counter: no wrap explains it, so it was reset
_LATE = 1.5  # periods between two samples are no pause yet
_STEP_S = 0.1  # counters advance in steps, so the power of two close readings may look large


def power_j(series: Series) -> float:
    """The energy that samples of power in W come to."""
    from leaderboard.metrics.energy.traces import integrate_power_j  # NumPy: an agent that waits does without

    return integrate_power_j(series.times_s, series.values)


def warnings_of_both(counter_j: float, integral_j: float) -> list[str]:
    """What to say of two sensors of one window, a counter and a power; both in J and above 0."""
    from leaderboard.metrics.energy.counters import counter_agreement

    return [] if counter_agreement(counter_j, integral_j).agrees else ["counter_and_power_disagree"]


def wraps(series: Series) -> int:
    """How often the counter started again at 0 between its samples."""
    return sum(new < old for old, new in zip(series.values, series.values[1:], strict=False))


def counted_j(series: Series, range_j: float | None) -> float:
    """The difference of the ends, and a range for each wrap."""
    return series.values[-1] - series.values[0] + wraps(series) * (range_j or 0.0)


def counter_fault(series: Series, range_j: float | None = None) -> MissingReason | None:
    """Why the window has no energy, by the samples of a counter in J; `None` where they are sound.

    A reading within the window may fail; without the one at either end there is no difference.
    """
    if not series.at_ends or series.longest_standstill_s() >= FROZEN_S:
        return MissingReason.SENSOR_STOPPED
    for index in range(1, len(series.values)):
        step_j = series.values[index] - series.values[index - 1]
        seconds = series.times_s[index] - series.times_s[index - 1]
        if step_j < 0 and range_j is not None:
            step_j += range_j
        if not 0 <= step_j <= _IMPLAUSIBLE_W * (seconds + _STEP_S):
            return MissingReason.COUNTER_WENT_BACKWARDS
    return None


def power_fault(series: Series, seconds: float, period_s: float = 0.0) -> MissingReason | None:
    """As `counter_fault`, for samples of power in W. A steady power is a power: that it froze cannot be seen here.

    A sensor that is asked every `period_s` may be a little late each time, however short the window is.
    """
    if not series.at_ends:
        return MissingReason.SENSOR_STOPPED
    longest_s = max(LONGEST_GAP_SHARE * seconds, _LATE * period_s)
    if len(series.values) < FEWEST_SAMPLES or series.longest_gap_s() > longest_s:
        return MissingReason.TOO_FEW_SAMPLES
    return None


def sampled_too_seldom(series: Series, seconds: float, period_s: float) -> MissingReason | None:
    """Where half of the samples that a sensor is asked for are missing, its integral is mostly interpolation."""
    return MissingReason.TOO_FEW_SAMPLES if len(series.values) < FEWEST_SHARE * seconds / period_s else None


def stands_still(series: Series, seconds: float) -> bool:
    """Whether a value that always trembles did not move for the whole of a window that is long enough to tell."""
    return seconds >= FROZEN_S and len(series.values) > 2 and len(set(series.values)) == 1


def steps(series: Series) -> list[float]:
    """The changes of a counter that stands between its steps."""
    return [new - old for old, new in zip(series.values, series.values[1:], strict=False) if new != old]
