"""Real requests to a real server on loopback that plays the meters."""

import contextlib
import math
import socket
import threading
import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.energy import http_meter
from agents.energy.base import SourceError
from agents.energy.meter_reading import MeterError, MeterReader, number
from agents.meters import Meter
from leaderboard.protocol import EnergyMethod, MissingReason, Provenance, Scope, TraceKind
from tests.agents.energy.at_once import at_once
from tests.agents.energy.meter_server import served


@pytest.fixture
def meter():
    with served() as (played, url):
        played.url = url
        yield played


def entry(meter, kind="shelly2", **settings):
    return Meter(kind=kind, url=meter.url, period_s=0.1, window_s=2.5, **settings)


def tell(meter, changes):
    for name, value in changes.items():
        setattr(meter, name, value)


def window(*steps, read="power", **changes):
    """What a window of a meter of its own comes to; each step is its seconds, and what the meter does after them."""
    with served() as (meter, url):
        meter.url = url
        tell(meter, changes)
        (source,) = http_meter.sources({"plug": entry(meter, read=read)}, "cpu")
        source.prepare()
        source.start()
        for seconds, then in steps:
            time.sleep(seconds)
            tell(meter, then)
        reading, traces = source.stop(), source.traces()
        source.close()
        return reading, traces


def asked(**changes):
    """What a meter is told of by the probe, after how many seconds, and what the run says."""
    with served() as (meter, url):
        meter.url = url
        tell(meter, changes)
        began = time.monotonic()
        (info,) = http_meter.probe({"plug": entry(meter)}).behind("cpu")
        seconds = time.monotonic() - began
        (source,) = http_meter.sources({"plug": entry(meter)}, "cpu")
        with pytest.raises(SourceError) as error:
            source.prepare()
        return info, seconds, str(error.value)


WHOLE = (2.6, {})
FAULTS = {
    "a status": {"status": 401},
    "html": {"raw": b"<html>"},
    "brackets": {"raw": b"[" * 60_000},
    "a flood": {"raw": b"x" * 70_000},
    "nothing": {"raw": b"{}"},
    "minus": {"watts": -5},
    "drops": {"drip": True},
    "silence": {"hangs_s": 3},
}
WINDOWS = {
    "steady": partial(window, WHOLE),
    "counter": partial(window, WHOLE, read="energy"),
    "disagreeing": partial(window, WHOLE, scale=1.5),
    "coarse": partial(window, WHOLE, read="energy", step_j=36.0),
    "still": partial(window, WHOLE, read="energy", scale=0.0),
    "again from 0": partial(window, (1.3, {"energy_offset_j": 0.0}), (1.3, {}), read="energy"),
    "short": partial(window, (2.2, {})),
    "too short": partial(window, (0.4, {})),
    "nonsense": partial(window, (1.3, {"watts": -12.0}), (1.3, {})),
    "a pause": partial(window, (0.5, {"status": 503}), (1.3, {"status": 200}), (0.8, {})),
    "no load": partial(window, WHOLE, watts=0),
}


@pytest.fixture(scope="module")
def seen():
    """What came of WINDOWS, by name; each costs a request every tenth of a second, of which both ends are here."""
    return at_once(WINDOWS, most=3)


@pytest.fixture(scope="module")
def told():
    """What came of FAULTS, by name."""
    return at_once({name: partial(asked, **changes) for name, changes in FAULTS.items()})


@pytest.mark.parametrize("kind", ["shelly1", "shelly2", "tasmota"])
def test_every_known_plug_tells_its_power_and_its_counter(meter, kind):
    power_w, energy_j = MeterReader(entry(meter, kind)).ask()

    assert power_w == 40.0
    assert energy_j == pytest.approx(meter.energy_j, abs=61)


@pytest.mark.parametrize(("path", "unit", "expected"), [("state", "kW", (40_000.0, None)), ("list.0.kwh", "kWh", None)])
def test_any_other_meter_is_a_path_and_a_unit(meter, path, unit, expected):
    said = MeterReader(entry(meter, "json", path=path, unit=unit)).ask()

    assert said == (expected or (None, pytest.approx(meter.energy_j, abs=5)))


def test_power_is_integrated_and_the_counter_is_its_witness(seen):
    reading, traces = seen["steady"].result()

    assert reading.joules == pytest.approx(40 * reading.seconds, rel=1e-6)
    assert (reading.source, reading.scope, reading.provenance) == ("meter-plug", Scope.WALL, Provenance.MEASURED)
    assert (reading.method, reading.resolution_s) == (EnergyMethod.POWER_INTEGRAL, 0.1)
    assert reading.warnings == ()
    assert [trace.kind for trace in traces] == [TraceKind.POWER_W, TraceKind.COUNTER_J]
    assert reading.samples == len(traces[0].series.values) >= 20


def test_a_counter_is_read_at_both_ends(seen):
    reading, _ = seen["counter"].result()

    assert reading.method is EnergyMethod.COUNTER_DIFFERENCE
    assert reading.joules == pytest.approx(40 * reading.seconds, rel=0.1)
    assert reading.counter_end - reading.counter_start == pytest.approx(reading.joules)


def test_a_counter_and_a_power_that_disagree_are_told(seen):
    reading, _ = seen["disagreeing"].result()

    assert reading.joules == pytest.approx(40 * reading.seconds, rel=1e-6)
    assert "counter_and_power_disagree" in reading.warnings


def test_a_counter_of_coarse_steps_is_too_few_samples_and_never_a_number(seen):
    reading, _ = seen["coarse"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.TOO_FEW_SAMPLES)


def test_a_counter_that_stands_still_has_stopped(seen):
    reading, _ = seen["still"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)


def test_a_counter_that_starts_again_within_the_window_is_no_energy(seen):
    reading, _ = seen["again from 0"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.COUNTER_WENT_BACKWARDS)


def test_windows_shorter_than_the_meter_needs_are_flagged_and_under_two_seconds_refused(seen):
    short, _ = seen["short"].result()
    refused, _ = seen["too short"].result()

    assert short.joules > 0
    assert short.warnings == ("short_window",)
    assert (refused.joules, refused.missing) == (None, MissingReason.WINDOW_TOO_SHORT)


def test_a_meter_that_hangs_holds_nobody_up_and_is_no_number(meter):
    (source,) = http_meter.sources({"plug": entry(meter)}, "cpu")
    source.prepare()
    meter.hangs_s = 30
    time.sleep(0.3)
    began = time.monotonic()
    source.start()
    assert time.monotonic() - began < 0.1
    time.sleep(2.1)
    began = time.monotonic()
    reading = source.stop()
    source.close()
    assert time.monotonic() - began < 1

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -12.0, 1e9, "unavailable", None, True, [], {}])
def test_nonsense_is_no_reading(meter, value):
    meter.watts = value

    assert MeterReader(entry(meter)).read() == (None, None)


def test_a_meter_that_turns_to_nonsense_within_the_window_gives_no_number(seen):
    reading, _ = seen["nonsense"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)


def test_a_pause_of_a_few_periods_is_too_few_samples(seen):
    reading, _ = seen["a pause"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.TOO_FEW_SAMPLES)


def test_no_load_is_no_power_and_not_zero_joules(seen):
    reading, _ = seen["no load"].result()

    assert (reading.joules, reading.missing) == (None, MissingReason.NO_POWER)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("a status", "HTTP status 401"),
        ("html", "no JSON"),
        ("brackets", "no JSON"),
        ("a flood", "longer than"),
        ("nothing", "has no apower"),
        ("minus", "which no load draws"),
        ("drops", "no answer within 2 s"),
        ("silence", "no answer within 2 s"),
    ],
)
def test_a_meter_that_does_not_say_says_why_to_probe_and_to_the_run(told, fault, says):
    info, seconds, in_the_run = told[fault].result()

    assert seconds < 3.5
    assert not info.present
    assert says in info.why_absent
    assert "'plug'" in info.fix
    assert "meter-plug" in in_the_run


def test_a_plug_that_doubts_itself_is_not_believed(meter):
    meter.valid = False

    with pytest.raises(MeterError, match="not valid"):
        MeterReader(entry(meter, "shelly1")).ask()


def test_a_password_goes_with_every_request_and_into_no_text(meter, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("sesame")
    secret.chmod(0o600)
    guarded = entry(meter, user="admin", password_file=secret)
    (info,) = http_meter.probe({"plug": guarded}).behind("cpu")

    assert info.present
    assert meter.asked[-1][1] == "Basic YWRtaW46c2VzYW1l"
    assert "sesame" not in info.model_dump_json() + guarded.model_dump_json()


def test_a_meter_measures_the_devices_behind_it_and_no_other(meter):
    named = {"plug": entry(meter, powers=("gpu0",)), "rack": entry(meter)}

    assert [info.key for info in http_meter.probe(named).behind("cpu")] == ["meter-rack"]
    assert [source.info.key for source in http_meter.sources(named, "gpu0")] == ["meter-plug", "meter-rack"]


def test_meters_are_asked_all_at_once_and_each_once(meter):
    meter.hangs_s = 0.7
    named = {f"plug{number}": entry(meter) for number in range(4)}
    began = time.monotonic()
    probed = http_meter.probe(named)

    assert time.monotonic() - began < 2
    assert len(probed.behind("cpu")) == len(probed.behind("gpu3")) == len(meter.asked) == 4


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_whatever_stands_where_a_number_should_is_a_finite_number_or_refused(value):
    with contextlib.suppress(MeterError):
        assert math.isfinite(number(value, "path"))


def test_nobody_is_at_the_address():
    (info,) = http_meter.probe({"plug": Meter(kind="tasmota", url="http://127.0.0.1:1")}).behind("cpu")

    assert info.why_absent == "the meter cannot be reached: Connection refused"


@pytest.mark.parametrize(
    ("pieces", "says"),
    [
        ([b"220 mail.example.org ESMTP\r\n\r\n"], "does not speak HTTP"),
        ([b"HTTP/1.0 200 OK\r\nX: ", *[b"x"] * 50], "no answer within 2 s"),
        ([b"HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{}"], "ends too early"),
    ],
)
def test_what_is_no_web_server_or_never_comes_to_its_end_is_told_apart(pieces, says):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet():
            peer, _ = listener.accept()
            with peer, contextlib.suppress(OSError):
                peer.recv(1000)
                for piece in pieces:
                    peer.sendall(piece)
                    time.sleep(0.2)

        thread = threading.Thread(target=greet)
        thread.start()
        began = time.monotonic()
        with pytest.raises(MeterError, match=says):
            MeterReader(Meter(kind="shelly2", url=f"http://127.0.0.1:{listener.getsockname()[1]}")).ask()
        assert time.monotonic() - began < 3
        thread.join()


def test_a_machine_without_a_meter_is_told_how_to_get_one():
    info = http_meter.absent()

    assert "meters.json" in info.why_absent
    assert info.fix
