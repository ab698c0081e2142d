import os

import pytest

from agents.energy.rated_power import GENERIC_ORIGIN, GENERIC_WARNING, rated_power, table_tdp_w


def machine(tmp_path, name, *, flags="fpu", sockets=1):
    blocks = [f"model name : {name}\nphysical id : {socket}\nflags : {flags}\n" for socket in range(sockets)]
    (tmp_path / "cpuinfo").write_text("\n".join(blocks))
    return tmp_path


def test_the_operator_s_entry_wins(tmp_path):
    rated = rated_power(42.0, machine(tmp_path, "AMD EPYC 7763 64-Core Processor"))

    assert (rated.watts, rated.origin, rated.warnings) == (42.0, "operator", ())


def test_a_processor_in_the_table_has_its_design_power_for_each_socket(tmp_path):
    rated = rated_power(None, machine(tmp_path, "AMD EPYC 7763 64-Core Processor", sockets=2))

    assert rated.watts == 560
    assert "CodeCarbon's table" in rated.origin
    assert rated.warnings == ()


@pytest.mark.parametrize(
    ("name", "flags"),
    [("A processor nobody knows", "fpu"), ("AMD EPYC", "fpu"), ("AMD EPYC 7763 64-Core Processor", "fpu hypervisor x")],
)
def test_an_unknown_processor_or_a_guest_gets_the_generic_constant_and_says_so(tmp_path, name, flags):
    rated = rated_power(None, machine(tmp_path, name, flags=flags))

    assert rated.watts == 4.0 * os.cpu_count()
    assert rated.origin == GENERIC_ORIGIN
    assert rated.warnings == (GENERIC_WARNING,)


def test_the_table_is_codecarbon_s_own(tmp_path):
    assert table_tdp_w("AMD Ryzen 9 5950X 16-Core Processor") == 105
