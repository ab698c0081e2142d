import contextlib
import math
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.energy import pmic
from agents.energy.base import SourceError
from leaderboard.protocol import EnergyMethod, MissingReason, Provenance, Scope
from tests.agents.energy.trees import PMIC_OUTPUT, PMIC_W, vcgencmd


@pytest.fixture
def command(tmp_path):
    return vcgencmd(tmp_path)


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    """Asked more often than a board is, so that a short window has its samples."""
    monkeypatch.setattr(pmic, "_SAMPLE_PERIOD_S", 0.1)


@pytest.fixture
def trembling(command):
    """The last digit moves with every reading, as it does on a board."""
    stop = threading.Event()

    def move():
        last = 0
        while not stop.wait(0.05):
            last = (last + 1) % 10
            new = command.with_name("new")
            new.write_text(PMIC_OUTPUT.format(last=last))
            new.rename(command.with_name("output"))

    thread = threading.Thread(target=move)
    thread.start()
    yield command
    stop.set()
    thread.join()


def window(command, seconds, meanwhile=lambda: None):
    (source,) = pmic.sources(str(command))
    source.prepare()
    source.start()
    time.sleep(seconds / 2)
    meanwhile()
    time.sleep(seconds / 2)
    reading = source.stop()
    traces = source.traces()
    source.close()
    return reading, traces


def test_rails_with_volts_and_amperes_are_added_up_and_others_left_out():
    powers = pmic.powers_w(PMIC_OUTPUT.format(last=0))

    assert set(powers) == {"3V7_WL_SW", "3V3_SYS", "1V8_SYS", "VDD_CORE", "0V8_AON", "HDMI"}
    assert sum(powers.values()) == pytest.approx(PMIC_W)


@pytest.mark.parametrize(
    "text", ["", "error=1", "A current(1)=nanA", "X_A current(1)=1.0A", "X_A current(1)=-1.0A\nX_V volt(2)=1.0V"]
)
def test_output_without_a_whole_rail_is_no_power(text):
    with pytest.raises(ValueError, match="no rail"):
        pmic.powers_w(text)


@given(st.text(alphabet="AV_ curentvol(1)=.\n-", max_size=200))
def test_whatever_the_firmware_prints_is_plausible_power_or_refused(text):
    with contextlib.suppress(ValueError):
        assert all(0 <= watts < math.inf for watts in pmic.powers_w(text).values())


def test_a_rail_that_is_listed_twice_is_not_added_twice():
    with pytest.raises(ValueError, match="twice"):
        pmic.powers_w("X_A current(1)=1.0A\nX_A current(2)=1.0A\nX_V volt(3)=1.0V")


def test_the_board_s_power_is_integrated(trembling):
    reading, (trace,) = window(trembling, 2.2)

    assert reading.joules == pytest.approx(PMIC_W * reading.seconds, rel=1e-3)
    assert (reading.scope, reading.provenance) == (Scope.SOC, Provenance.MEASURED)
    assert reading.method is EnergyMethod.POWER_INTEGRAL
    assert reading.samples == len(trace.series.values) >= 10


def test_rails_that_do_not_tremble_have_stopped(command):
    reading, _ = window(command, 2.2)

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)


def test_a_window_under_two_seconds_is_refused(command):
    reading, _ = window(command, 0.2)

    assert reading.missing is MissingReason.WINDOW_TOO_SHORT


def test_a_command_that_begins_to_hang_holds_nobody_up_and_is_no_number(trembling):
    (source,) = pmic.sources(str(trembling))
    source.prepare()
    trembling.with_name("hangs").touch()
    time.sleep(0.6)
    began = time.monotonic()
    source.start()
    assert time.monotonic() - began < 0.1
    time.sleep(2.1)
    began = time.monotonic()
    reading = source.stop()
    assert time.monotonic() - began < 0.1
    source.close()

    assert reading.joules is None
    assert reading.missing in (MissingReason.SENSOR_STOPPED, MissingReason.TOO_FEW_SAMPLES)


def test_without_the_command_or_the_chip_the_source_is_absent_and_says_why(tmp_path, command):
    nowhere = pmic.probe(str(tmp_path / "nothing"))
    command.with_name("fails").touch()
    fails = pmic.probe(str(command))

    assert "is not here" in nowhere.why_absent
    assert "code 255: VCHI initialization failed" in fails.why_absent
    assert "group video" in fails.fix
    assert pmic.sources(str(command)) == []


def test_a_chip_that_fails_before_the_run_is_told_at_once(command):
    (source,) = pmic.sources(str(command))
    command.with_name("output").write_text("VDD_CORE_A current(7)=900.0A\nVDD_CORE_V volt(15)=0.8V\n")

    with pytest.raises(SourceError, match="720 W, which no Pi draws"):
        source.prepare()
