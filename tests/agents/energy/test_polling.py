import threading
import time

from agents.energy.polling import Poller


def test_a_window_begins_and_ends_with_the_newest_that_was_told():
    told = iter(range(1000))
    poller = Poller(lambda: (float(next(told)),), 0.05)
    poller.open()
    time.sleep(0.12)
    poller.start()
    time.sleep(0.3)
    series = poller.stop().column(0)
    poller.close()

    assert series.at_ends
    assert series.values[0] == series.values[1] - 1
    assert series.values[-1] == series.values[-2]
    assert 0.29 < series.times_s[-1] - series.times_s[0] < 0.5
    assert all(a < b for a, b in zip(series.times_s, series.times_s[1:], strict=False))


def test_one_failure_at_an_end_is_bridged_and_silence_is_not():
    answers = {"value": (1.0,)}
    poller = Poller(lambda: answers["value"], 0.05)
    poller.open()
    answers["value"] = (None,)
    time.sleep(0.06)
    poller.start()
    assert poller.stop().column(0).at_ends

    time.sleep(0.3)
    poller.start()
    assert not poller.stop().column(0).at_ends
    poller.close()


def test_a_sensor_that_hangs_holds_nobody_up():
    release = threading.Event()
    first = iter([True])
    poller = Poller(lambda: (1.0,) if next(first, False) or release.wait(5) else (None,), 0.05)
    poller.open()
    time.sleep(0.1)
    began = time.monotonic()
    poller.start()
    poller.stop()
    poller.close()

    assert time.monotonic() - began < 1
    release.set()


def test_after_a_hang_it_goes_on_at_its_pace_and_makes_up_for_nothing():
    waits = iter([0.0, 0.5])
    calls = []

    def read():
        calls.append(time.monotonic())
        time.sleep(next(waits, 0.0))
        return (1.0,)

    poller = Poller(read, 0.1)
    poller.open()
    time.sleep(1.05)
    poller.close()

    assert len(calls) <= 8
