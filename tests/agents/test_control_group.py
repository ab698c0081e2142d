import os

import pytest

from agents.control_group import ContainerProcesses, cpu_file, group_cpu_s


@pytest.fixture
def trees(tmp_path):
    """Write a fake /proc/PID/cgroup and the kernel's file of that group."""

    def trees(lines, file, content):
        (tmp_path / "proc/7").mkdir(parents=True)
        (tmp_path / "proc/7/cgroup").write_text(lines)
        target = tmp_path / "cgroup" / file
        target.parent.mkdir(parents=True)
        target.write_text(content)
        return cpu_file(7, tmp_path / "proc", tmp_path / "cgroup")

    return trees


def test_version_2_counts_microseconds(trees):
    file = trees("0::/docker/abc\n", "docker/abc/cpu.stat", "usage_usec 1500000\nuser_usec 1\n")

    assert group_cpu_s(file) == 1.5


def test_version_1_counts_nanoseconds(trees):
    lines = "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n"
    file = trees(lines, "cpuacct/docker/abc/cpuacct.usage", "2500000000\n")

    assert group_cpu_s(file) == 2.5


def test_the_group_of_everything_is_nobody_s(trees):
    assert trees("0::/\n", "cpu.stat", "usage_usec 1500000\n") is None


def test_files_that_say_nothing_leave_the_processes_to_count(trees, monkeypatch):
    file = trees("0::/docker/abc\n", "docker/abc/cpu.stat", "nothing\n")
    monkeypatch.setattr("agents.control_group.cpu_file", lambda _: file)

    assert group_cpu_s(file) is None
    assert ContainerProcesses.of(os.getppid()).cpu_s() > 0
