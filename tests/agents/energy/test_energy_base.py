import pytest

from agents.energy.base import reading
from leaderboard.protocol import EnergyMethod, EnergySourceInfo, MissingReason, Provenance, Scope

INFO = EnergySourceInfo(
    key="meter",
    scope=Scope.WALL,
    provenance=Provenance.MEASURED,
    method=EnergyMethod.COUNTER_DIFFERENCE,
    present=True,
    resolution_s=1.0,
)


@pytest.mark.parametrize("joules", [0.0, -1.0])
def test_no_energy_is_a_reason_and_never_a_number(joules):
    made = reading(INFO, seconds=1.0, joules=joules)

    assert made.joules is None
    assert made.missing is MissingReason.NO_POWER


def test_a_reading_carries_what_its_source_is():
    made = reading(INFO, seconds=2.0, joules=3.0, counters_j=(1.0, 4.0))

    assert (made.source, made.scope, made.provenance, made.resolution_s) == ("meter", "wall", "measured", 1.0)
    assert (made.counter_start, made.counter_end, made.missing) == (1.0, 4.0, None)
