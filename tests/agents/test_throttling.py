import pytest

from agents.guard import Guard, overall, throttled
from agents.throttling import ThrottleCounts
from leaderboard.protocol import GuardReading, GuardVerdict

PI = "devices/platform/soc/soc:firmware"


@pytest.fixture
def sys_root(tmp_path):
    for cpu in ("cpu0", "cpu1"):
        folder = tmp_path / "devices/system/cpu" / cpu / "thermal_throttle"
        folder.mkdir(parents=True)
        (folder / "core_throttle_count").write_text("3\n")
        (folder / "package_throttle_count").write_text("10\n")
    return tmp_path


@pytest.fixture
def proc(tmp_path):
    """A machine on which nothing else happens."""
    root = tmp_path / "proc"
    (root / "pressure").mkdir(parents=True)
    (root / "self/task/1").mkdir(parents=True)
    (root / "stat").write_text("cpu 1 1 1 1 1 1 1 0 0 0\ncpu0 1 1 1 1 1 1 1 0 0 0\n")
    (root / "pressure/cpu").write_text("some avg10=0 avg60=0 avg300=0 total=5\n")
    (root / "self/task/1/schedstat").write_text("100 0 1\n")
    return root


def test_counts_of_all_cores_and_packages_are_added_up(sys_root):
    assert ThrottleCounts(sys_root).read() == 26


def test_a_machine_without_counts_does_not_know(tmp_path):
    assert ThrottleCounts(tmp_path).read() is None
    assert ThrottleCounts(tmp_path).holds_now() is False


def test_counts_that_cannot_be_read_are_not_zero(sys_root):
    counts = ThrottleCounts(sys_root)
    counts.read()
    (sys_root / "devices/system/cpu/cpu1/thermal_throttle/core_throttle_count").unlink()

    assert counts.read() is None


def test_a_window_in_which_a_core_was_held_down_is_throttled(sys_root, proc):
    guard = Guard(proc, ThrottleCounts(sys_root))
    guard.start()
    quiet = guard.stop()
    (sys_root / "devices/system/cpu/cpu0/thermal_throttle/core_throttle_count").write_text("5\n")
    held = guard.stop()

    assert (quiet.verdict, quiet.throttle_events) == (GuardVerdict.CLEAN, 0)
    assert (held.verdict, held.throttle_events) == (GuardVerdict.THROTTLED, 2)
    assert overall([(quiet, 1.0), (held, 1.0)]) is GuardVerdict.THROTTLED


@pytest.mark.parametrize(("flags", "held"), [("0", False), ("50000", False), ("50005", True), ("4\n", True)])
def test_a_board_tells_what_holds_now_and_what_has_been_is_past(tmp_path, proc, flags, held):
    (tmp_path / PI).mkdir(parents=True)
    (tmp_path / PI / "get_throttled").write_text(flags)
    guard = Guard(proc, ThrottleCounts(tmp_path))
    guard.start()

    assert (guard.stop().verdict is GuardVerdict.THROTTLED) is held


def test_a_machine_that_cannot_tell_is_clean_and_says_that_it_does_not_know(tmp_path, proc):
    guard = Guard(proc, ThrottleCounts(tmp_path))
    guard.start()
    reading = guard.stop()

    assert (reading.verdict, reading.throttle_events) == (GuardVerdict.CLEAN, None)


def test_noise_is_said_before_heat():
    noisy = GuardReading(verdict=GuardVerdict.NOISY, pressure_share=0.5, steal_share=0, run_queue_wait_share=0)

    assert throttled(noisy).verdict is GuardVerdict.NOISY
    assert overall([(throttled(noisy), 1.0)]) is GuardVerdict.NOISY


def test_a_card_that_was_slowed_makes_the_window_throttled():
    clean = GuardReading(verdict=GuardVerdict.CLEAN)

    assert (throttled(clean).verdict, throttled(clean).throttle_events) == (GuardVerdict.THROTTLED, 1)
