from types import SimpleNamespace

import pytest

from agents import fingerprint
from agents.fingerprint import boot_id, cpu_facts, cpu_name, digest, environment, facts, is_virtual, sockets

CPUINFO = """processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R) Test CPU @ 2.10GHz
cpu MHz\t\t: {mhz}
physical id\t: 0
flags\t\t: {flags}

processor\t: 1
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R) Test CPU @ 2.10GHz
cpu MHz\t\t: {mhz}
physical id\t: 1
flags\t\t: {flags}
"""


@pytest.fixture
def machine(tmp_path):
    def write(*, mhz="2100.000", flags="fpu avx2 sse", governor="performance", boot="one", celsius="40000"):
        (tmp_path / "proc/sys/kernel/random").mkdir(parents=True, exist_ok=True)
        (tmp_path / "proc/cpuinfo").write_text(CPUINFO.format(mhz=mhz, flags=flags))
        (tmp_path / "proc/sys/kernel/random/boot_id").write_text(f"{boot}\n")
        cpufreq = tmp_path / "sys/devices/system/cpu/cpu0/cpufreq"
        cpufreq.mkdir(parents=True, exist_ok=True)
        (cpufreq / "scaling_governor").write_text(f"{governor}\n")
        (cpufreq / "scaling_cur_freq").write_text(mhz)
        zone = tmp_path / "sys/class/thermal/thermal_zone0"
        zone.mkdir(parents=True, exist_ok=True)
        (zone / "temp").write_text(celsius)
        return tmp_path / "proc", tmp_path / "sys"

    return write


def test_it_is_the_same_after_a_reboot_and_at_another_clock(machine):
    before = digest(facts(*machine()))
    after = digest(facts(*machine(mhz="800.123", boot="two", flags="sse avx2 fpu", celsius="91000")))

    assert before == after


def test_no_fact_holds_a_clock_rate_a_temperature_or_the_boot(machine):
    known = facts(*machine(mhz="2101.5", boot="this-boot", celsius="43210"))

    assert not [name for name, value in known.items() if any(text in value for text in ("2101", "this-boot", "43210"))]


@pytest.mark.parametrize("reserved_mib", [0, 3, 17, 90])
def test_what_a_boot_reserves_of_the_memory_does_not_change_it(tmp_path, monkeypatch, reserved_mib):
    total = SimpleNamespace(total=(16_100 - reserved_mib) * 2**20)
    monkeypatch.setattr(fingerprint.psutil, "virtual_memory", lambda: total)

    assert fingerprint.memory_mib(tmp_path) == 16_128


def test_installed_memory_is_what_the_kernel_lists(tmp_path):
    memory = tmp_path / "devices/system/memory"
    for block in range(4):
        (memory / f"memory{block}").mkdir(parents=True)
        (memory / f"memory{block}/online").write_text("0\n" if block == 3 else "1\n")
    (memory / "block_size_bytes").write_text("8000000\n")

    assert fingerprint.memory_mib(tmp_path) == 3 * 128


@pytest.mark.parametrize("change", [{"governor": "powersave"}, {"flags": "fpu sse"}])
def test_it_changes_with_what_changes_a_measurement(machine, change):
    before = digest(facts(*machine()))

    assert digest(facts(*machine(**change))) != before


def test_the_processor_is_read_from_proc(machine):
    proc, _ = machine()

    assert cpu_name(proc) == "Intel(R) Xeon(R) Test CPU @ 2.10GHz"
    assert cpu_facts(proc)["cpu_vendor"] == "GenuineIntel"
    assert sockets(proc) == 2
    assert boot_id(proc) == "one"


def test_a_guest_is_known_by_its_processor_flag(machine):
    assert not is_virtual(machine()[0])
    assert is_virtual(machine(flags="fpu hypervisor sse")[0])


def test_what_is_not_known_is_left_out(tmp_path):
    known = facts(tmp_path, tmp_path)

    assert all(known.values())
    assert "governor" not in known
    assert cpu_name(tmp_path)


def test_this_machine_has_one_and_it_holds_the_versions_that_count():
    known = environment()

    assert known is environment()
    assert known.fingerprint == digest(known.facts)
    assert {"arch", "kernel", "python", "version_onnxruntime", "version_numpy"} <= set(known.facts)
