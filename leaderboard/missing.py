"""Why a value is absent: the one word that the maths and the wire contract share, in a module that loads nothing."""

from enum import StrEnum


class MissingReason(StrEnum):
    """Why a value is `None`. An infinite value is a value and needs no reason."""

    NOT_MEASURED = "not_measured"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    FAILED = "failed"
    WITHHELD = "withheld"
    NO_POWER = "no_power"
    NO_SENSOR = "no_sensor"
    NO_RATED_POWER = "no_rated_power"
    NO_PRICE = "no_price"
    BELOW_IDLE = "below_idle"
    COUNTER_WENT_BACKWARDS = "counter_went_backwards"
    WINDOW_TOO_SHORT = "window_too_short"
    TOO_FEW_SAMPLES = "too_few_samples"
    NOISY_MACHINE = "noisy_machine"
    SENSOR_STOPPED = "sensor_stopped"
