"""How much of more devices arrives as speed: weak and strong scaling."""

from math import inf

from leaderboard.metrics.hardware.utilization import Share
from leaderboard.metrics.vocabulary import is_count, require


def weak_scaling_efficiency(base_s: float, scaled_s: float) -> Share:
    """Time on the base devices / time on more devices with as much work for each of them (standard).

    A share above 1 is flagged, not clipped. Raises MetricInputError for a time that is not positive and finite.
    """
    _require_times(base_s, scaled_s)
    return Share(base_s / scaled_s)


def strong_scaling_efficiency(base_devices: int, base_s: float, scaled_devices: int, scaled_s: float) -> Share:
    """Device time of the same work before / after: base_devices * base_s / (scaled_devices * scaled_s) (standard).

    A share above 1 is flagged, not clipped. Raises MetricInputError unless 1 <= base_devices <= scaled_devices and
    both times are positive and finite.
    """
    _require_devices(base_devices, scaled_devices)
    _require_times(base_s, scaled_s)
    return Share(base_s / scaled_s * (base_devices / scaled_devices))


def throughput_scaling_efficiency(
    base_devices: int, base_per_s: float, scaled_devices: int, scaled_per_s: float
) -> Share:
    """Throughput of a device after / before: (scaled_per_s / scaled_devices) / (base_per_s / base_devices).

    For tokens/s or samples/s. Weak or strong as the work for each device stayed or the whole did. Errors as
    `strong_scaling_efficiency`.
    """
    _require_devices(base_devices, scaled_devices)
    _require_times(base_per_s, scaled_per_s)
    return Share(scaled_per_s / base_per_s * (base_devices / scaled_devices))


def _require_devices(base: int, scaled: int) -> None:
    require(is_count(base, 1) and is_count(scaled), "devices are counted")
    require(base <= scaled, "at least one device, and no fewer after scaling")


def _require_times(base: float, scaled: float) -> None:
    require(0 < base < inf and 0 < scaled < inf, "times and rates are positive and finite")
