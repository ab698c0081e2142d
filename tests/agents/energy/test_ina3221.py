import time
from functools import partial

import pytest

from agents.energy import ina3221
from agents.energy.base import SourceError
from leaderboard.protocol import EnergyMethod, MissingReason, Provenance, Scope
from tests.agents.energy.at_once import at_once
from tests.agents.energy.trees import jetson, put


@pytest.fixture
def chip(tmp_path):
    return jetson(tmp_path)


def window(root, steps, **files):
    """What a window of a board comes to; each step is its seconds, and what becomes of the chip's folder after them."""
    chip = jetson(root)
    put(chip, **files)
    (source,) = ina3221.sources(root)
    source.prepare()
    source.start()
    for seconds, then in steps:
        time.sleep(seconds)
        then(chip)
    return source.stop(), source.traces()


def draws(milliamperes):
    return lambda chip: put(chip, curr1_input=milliamperes)


def nothing(chip):
    """The board goes on as it is."""


WHOLE = (2.1, nothing)
GARBAGE = ("nan", "", "-200", "99999999", "0x10", "\ufffd")
WINDOWS = {
    "steady": partial(window, steps=[WHOLE]),
    "doubled": partial(window, steps=[(1.05, draws(4000)), (1.05, nothing)]),
    "too short": partial(window, steps=[(0.2, nothing)]),
    "vanished": partial(window, steps=[(1.05, lambda chip: (chip / "curr1_input").unlink()), (1.05, nothing)]),
    "no current": partial(window, steps=[WHOLE], curr1_input=0),
    **{one: partial(window, steps=[(0.5, draws(one)), (1.2, draws(2000)), (0.5, nothing)]) for one in GARBAGE},
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What came of WINDOWS, by name."""
    return at_once({name: partial(one, tmp_path_factory.mktemp("board")) for name, one in WINDOWS.items()})


def test_the_rail_that_feeds_the_module_is_its_power_integrated(seen):
    reading, (trace,) = seen["steady"].result()

    assert reading.joules == pytest.approx(10 * reading.seconds, rel=1e-9)
    assert (reading.scope, reading.provenance) == (Scope.SOC, Provenance.MEASURED)
    assert (reading.method, reading.source) == (EnergyMethod.POWER_INTEGRAL, "ina3221")
    assert reading.samples >= 30
    assert trace.part == "VDD_IN"


def test_other_rails_are_named_and_never_added(tmp_path, chip):
    info = ina3221.probe(tmp_path)

    assert info.present
    assert "part of it, never added: VDD_CPU_GPU_CV, VDD_SOC" in info.detail
    assert "sum of shunt" not in info.detail


def test_a_power_that_changes_is_integrated_over_its_real_times(seen):
    reading, _ = seen["doubled"].result()

    assert reading.joules == pytest.approx((10 + 20) / 2 * reading.seconds, rel=0.05)


def test_a_driver_that_multiplies_itself_is_believed(tmp_path, chip):
    put(chip, name="ina238", power1_input=12_500_000)

    assert ina3221.rails(tmp_path)[0].power_w() == 12.5


def test_rails_that_may_overlap_are_no_total(tmp_path, chip):
    put(chip, in1_label="VDD_GPU_SOC")
    info = ina3221.probe(tmp_path)

    assert not info.present
    assert "VDD_GPU_SOC, VDD_CPU_GPU_CV, VDD_SOC" in info.why_absent
    assert "count power twice" in info.why_absent
    assert ina3221.sources(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "left"), [({"in1_label": "NC"}, 2), ({"in1_enable": 0}, 2), ({"name": "nct6775"}, 0)]
)
def test_a_channel_that_is_not_connected_switched_off_or_of_another_chip_is_no_rail(tmp_path, chip, files, left):
    put(chip, **files)

    assert len(ina3221.rails(tmp_path)) == left


def test_a_machine_without_such_a_sensor_says_so(tmp_path):
    info = ina3221.probe(tmp_path / "nothing")

    assert not info.present
    assert "no labelled rail" in info.why_absent
    assert info.fix


def test_a_window_under_two_seconds_is_refused(seen):
    reading, _ = seen["too short"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.WINDOW_TOO_SHORT)


def test_a_sensor_that_vanishes_within_the_window_has_stopped(seen):
    reading, _ = seen["vanished"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_for_half_of_the_window_is_too_few_samples_and_never_a_number(seen, garbage):
    reading, _ = seen[garbage].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.TOO_FEW_SAMPLES)


def test_no_current_at_all_is_no_power_and_not_zero_joules(seen):
    reading, _ = seen["no current"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.NO_POWER)


def test_a_sensor_that_cannot_be_read_is_absent_with_its_reason(tmp_path, chip):
    (source,) = ina3221.sources(tmp_path)
    (chip / "in1_input").unlink()
    (chip / "in1_input").mkdir()  # not even root reads a folder
    info = ina3221.probe(tmp_path)

    assert not info.present
    assert "in1_input" in info.why_absent
    with pytest.raises(SourceError, match="in1_input"):
        source.prepare()
