import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.guard import Guard, Snapshot, judge, overall, rejected, verdict_of
from leaderboard.protocol import GuardReading, GuardVerdict

STAT = "cpu  {user} 0 0 1000 0 0 0 {steal} 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\nintr 1\n"


@pytest.fixture
def proc(tmp_path):
    """A /proc of two CPUs and one thread, at rest."""
    (tmp_path / "pressure").mkdir()
    (tmp_path / "self/task/7").mkdir(parents=True)
    write(tmp_path)
    return tmp_path


def write(proc, *, user=100, steal=0, pressure_us=0, wait_ns=0):
    (proc / "stat").write_text(STAT.format(user=user, steal=steal))
    (proc / "pressure/cpu").write_text(
        f"some avg10=0.00 avg60=0.00 avg300=0.00 total={pressure_us}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n"
    )
    (proc / "self/task/7/schedstat").write_text(f"123 {wait_ns} 4\n")


def snapshot(at_s=0.0, *, steal_s=0.0, pressure_s=0.0, wait_s=0.0, busy_s=0.0, own_cpu_s=0.0):
    return Snapshot(int(at_s * 1e9), steal_s, busy_s, 2, pressure_s, {7: wait_s}, own_cpu_s)


def test_a_machine_at_rest_is_clean(proc):
    guard = Guard(proc)
    time.sleep(0.02)

    reading = guard.stop()

    assert reading.verdict is GuardVerdict.CLEAN
    assert reading.steal_share == reading.pressure_share == reading.run_queue_wait_share == 0


def test_shares_are_of_the_window_s_wall_time_and_steal_is_of_all_cpus():
    end = snapshot(2.0, steal_s=0.04, pressure_s=0.1, wait_s=0.02, busy_s=3.0, own_cpu_s=1.0)

    reading = judge(snapshot(), end)

    assert reading.steal_share == pytest.approx(0.01)
    assert reading.pressure_share == pytest.approx(0.05)
    assert reading.run_queue_wait_share == pytest.approx(0.01)
    assert reading.others_busy_cores == pytest.approx(1.0)
    assert reading.verdict is GuardVerdict.CLEAN


@pytest.mark.parametrize("over", [{"pressure_s": 0.3}, {"wait_s": 0.15}])
@pytest.mark.parametrize(("others_s", "verdict"), [(0.05, GuardVerdict.CLEAN), (0.2, GuardVerdict.NOISY)])
def test_client_and_server_that_wait_for_each_other_are_noisy_only_beside_others(over, others_s, verdict):
    end = snapshot(1.0, busy_s=1.0 + others_s, own_cpu_s=1.0, **over)

    reading = judge(snapshot(), end, own_waits=True)

    assert reading.verdict is verdict
    assert overall([(reading, 1.0)] * 3) is verdict
    assert (reading.pressure_share, reading.run_queue_wait_share) != (0, 0)
    assert judge(snapshot(), end).verdict is GuardVerdict.NOISY


def test_steal_counts_whoever_waits():
    assert judge(snapshot(), snapshot(1.0, steal_s=0.03), own_waits=True).verdict is GuardVerdict.NOISY


@pytest.mark.parametrize("over", [{"steal_s": 0.021}, {"pressure_s": 0.11}, {"wait_s": 0.021}])
def test_each_limit_alone_makes_a_window_noisy(over):
    assert judge(snapshot(), snapshot(1.0, **over)).verdict is GuardVerdict.NOISY


@pytest.mark.parametrize("missing", ["stat", "pressure/cpu", "self/task/7/schedstat"])
def test_a_missing_file_is_unknown_and_never_clean(proc, missing):
    (proc / missing).unlink()

    reading = Guard(proc).stop()

    assert reading.verdict is GuardVerdict.UNKNOWN


def test_a_machine_without_any_of_the_files_is_unknown(tmp_path):
    reading = Guard(tmp_path / "nothing").stop()

    assert reading.verdict is GuardVerdict.UNKNOWN
    assert reading.steal_share is reading.pressure_share is reading.run_queue_wait_share is None
    assert reading.others_busy_cores is None


def test_noise_that_is_seen_counts_even_where_another_reading_is_missing():
    assert verdict_of(None, 0.5, None) is GuardVerdict.NOISY


def test_a_counter_that_steps_back_is_no_time():
    reading = judge(snapshot(pressure_s=5.0), snapshot(1.0, pressure_s=4.0))

    assert reading.pressure_share == 0


def test_a_thread_that_started_within_the_window_waited_within_it():
    start = Snapshot(0, 0.0, 0.0, 2, 0.0, {7: 1.0}, 0.0)
    end = Snapshot(10**9, 0.0, 0.0, 2, 0.0, {7: 1.0, 8: 0.05}, 0.0)

    assert judge(start, end).run_queue_wait_share == pytest.approx(0.05)


def test_a_run_is_judged_by_its_time_weighted_shares():
    def window(pressure):
        return GuardReading(
            verdict=verdict_of(0.0, pressure, 0.0), steal_share=0.0, pressure_share=pressure, run_queue_wait_share=0.0
        )

    assert overall([(window(0.3), 1.0), (window(0.0), 9.0)]) is GuardVerdict.CLEAN
    assert overall([(window(0.3), 9.0), (window(0.0), 1.0)]) is GuardVerdict.NOISY
    assert overall([]) is GuardVerdict.UNKNOWN


def test_waiting_for_quiet_gives_up_after_its_patience(proc):
    pressed = iter(range(10**6, 10**9, 10**6))

    def another_window(_seconds):
        write(proc, pressure_us=next(pressed))

    begin = time.monotonic()

    assert Guard(proc).wait_until_quiet(0.05, 0.1, another_window) is False
    assert time.monotonic() - begin < 5


def test_waiting_for_quiet_ends_with_the_first_quiet_stretch(proc):
    loads = iter([50_000_000, 50_000_000])

    def another_window(seconds):
        time.sleep(seconds)
        write(proc, pressure_us=next(loads))

    assert Guard(proc).wait_until_quiet(0.02, 10, another_window) is True


def test_another_busy_core_is_not_quiet_even_where_nothing_waits(proc):
    busy = iter(range(1000, 10**6, 1000))

    def another_window(_seconds):
        write(proc, user=next(busy))

    assert Guard(proc).wait_until_quiet(0.05, 0.1, another_window) is False


def test_two_busy_processes_trip_the_guard():
    """Real load: two others on the one CPU that this process is allowed to use."""
    if not Path("/proc/pressure/cpu").exists():
        pytest.skip("this kernel has no pressure information")
    allowed = os.sched_getaffinity(0)
    cpu = min(allowed)
    busy = f"import os\nos.sched_setaffinity(0, {{{cpu}}})\nwhile True: pass"
    others = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(2)]
    try:
        os.sched_setaffinity(0, {cpu})
        time.sleep(0.3)
        guard = Guard()
        spin_until = time.monotonic() + 1.0
        while time.monotonic() < spin_until:
            pass
        reading = guard.stop()
    finally:
        os.sched_setaffinity(0, allowed)
        for other in others:
            other.kill()
            other.wait()

    assert reading.verdict is GuardVerdict.NOISY
    assert reading.run_queue_wait_share > 0.2
    assert reading.others_busy_cores > 0.3


def test_another_s_work_on_the_card_rejects_a_window_and_the_run_that_it_is_in():
    clean = GuardReading(verdict=GuardVerdict.CLEAN, steal_share=0, pressure_share=0, run_queue_wait_share=0)

    assert rejected(clean).verdict is GuardVerdict.REJECTED
    assert overall([(clean, 60.0), (rejected(clean), 1.0)]) is GuardVerdict.REJECTED
