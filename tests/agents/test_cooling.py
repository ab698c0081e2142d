import pytest

from agents.cooling import Cooldown, Thermometer, thermometer_of
from tests.agents.measuring import QUICK

PROTOCOL = QUICK.model_copy(update={"cooldown_c": 3.0, "cooldown_s": 60.0})


class Room:
    """A device that cools by a degree with each second slept."""

    def __init__(self, *starts_c):
        self.starts_c = list(starts_c)
        self.now_c = self.starts_c.pop(0)
        self.slept_s = 0.0

    def sleep(self, seconds):
        self.slept_s += seconds
        self.now_c -= seconds

    def next_repeat(self, cooldown):
        if self.starts_c:
            self.now_c = self.starts_c.pop(0)
        return cooldown.before_repeat()


def cooldown_of(room, *, protocol=PROTOCOL, wall_s=600.0):
    return Cooldown(Thermometer("room", lambda: room.now_c), protocol, wall_s, room.sleep)


def test_the_first_repeat_does_not_wait_and_a_hot_one_does_until_three_degrees_are_left():
    room = Room(50.0)
    cooldown = cooldown_of(room)
    assert cooldown.before_repeat() == 0
    room.now_c = 60.0

    assert cooldown.before_repeat() == 7
    assert cooldown.thermal().model_dump() == {"sensor": "room", "first_c": 50.0, "last_c": 53.0, "waited_s": 7.0}


def test_a_device_that_is_cool_enough_does_not_wait():
    room = Room(50.0)
    cooldown = cooldown_of(room)
    cooldown.before_repeat()
    room.now_c = 52.9

    assert cooldown.before_repeat() == 0


def test_a_pause_ends_after_its_limit():
    room = Room(50.0)
    cooldown = cooldown_of(room)
    cooldown.before_repeat()
    room.now_c = 500.0

    assert cooldown.before_repeat() == 60


def test_all_pauses_together_leave_the_time_limit_its_room():
    room = Room(50.0)
    cooldown = cooldown_of(room, wall_s=100.0)
    cooldown.before_repeat()
    waited_s = []
    for _ in range(3):
        room.now_c = 500.0
        waited_s.append(cooldown.before_repeat())

    assert sum(waited_s) == 25


def test_without_a_temperature_nothing_waits_and_nothing_is_claimed():
    cooldown = Cooldown(None, PROTOCOL, 600.0, sleep=pytest.fail)

    assert [cooldown.before_repeat() for _ in range(3)] == [0, 0, 0]
    assert cooldown.thermal() is None


def test_a_sensor_that_vanishes_between_repeats_ends_the_waiting():
    answers = iter([50.0, None, None])
    cooldown = Cooldown(Thermometer("room", lambda: next(answers)), PROTOCOL, 600.0, sleep=pytest.fail)
    cooldown.before_repeat()

    assert cooldown.before_repeat() == 0


@pytest.fixture
def sys_root(tmp_path):
    sensors = {
        "class/thermal/thermal_zone0": {"type": "acpitz", "temp": "90000"},
        "class/thermal/thermal_zone1": {"type": "x86_pkg_temp", "temp": "45000"},
        "class/hwmon/hwmon0": {"name": "nvme", "temp1_input": "80000"},
        "class/hwmon/hwmon1": {"name": "coretemp", "temp1_input": "47000", "temp2_input": "51000"},
    }
    for folder, files in sensors.items():
        (tmp_path / folder).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text + "\n")
    return tmp_path


def test_the_hottest_sensor_of_the_processor_is_read_and_no_disk_s(sys_root):
    thermometer = thermometer_of("cpu", sys_root)

    assert thermometer.read_c() == 51.0
    assert thermometer.sensor == "coretemp, x86_pkg_temp"


def test_sensors_that_hold_nonsense_are_left_out(sys_root):
    (sys_root / "class/hwmon/hwmon1/temp2_input").write_text("hot")

    assert thermometer_of("cpu", sys_root).read_c() == 47.0


def test_a_machine_without_sensors_has_no_thermometer(tmp_path):
    assert thermometer_of("cpu", tmp_path) is None
    assert thermometer_of("gpu7", tmp_path) is None
