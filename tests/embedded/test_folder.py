import errno
import os
import subprocess
import sys

import pytest

from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.folder import MAX_LOG_BYTES, DataFolder

HOLD = """
import sys
from pathlib import Path
from leaderboard.embedded.folder import DataFolder
with DataFolder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


@pytest.fixture
def holder(folder):
    command = [sys.executable, "-c", HOLD, str(folder.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_holder_is_refused_and_told_where_the_first_is(folder, holder):
    folder.write_private(folder.address_file, "http://127.0.0.1:8000\n")

    with (
        pytest.raises(CannotStart, match=r"Another `up` is running on .*, at http://127.0.0.1:8000\.$"),
        folder.locked(),
    ):
        pass


def test_a_killed_holder_holds_nothing(folder, holder):
    holder.kill()
    holder.wait()

    with folder.locked():
        pass


def test_only_the_owner_looks_into_the_folder(folder):
    assert folder.root.stat().st_mode & 0o777 == 0o700


def test_a_private_file_is_replaced_in_one_step_and_never_open_to_others(folder):
    before = os.umask(0)
    try:
        folder.write_private(folder.header_file, "one\n")
        folder.write_private(folder.header_file, "two\n")
    finally:
        os.umask(before)

    assert folder.header_file.read_text(encoding="utf-8") == "two\n"
    assert folder.header_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.root.iterdir() if path.name.startswith(".")] == []


def test_a_large_log_makes_way_when_its_program_starts(folder):
    path = folder.log_path("web")
    path.write_bytes(b"x" * (MAX_LOG_BYTES + 1))

    os.close(folder.open_log("web"))

    assert path.stat().st_size == 0
    assert path.with_suffix(".log.1").stat().st_size == MAX_LOG_BYTES + 1


def test_a_small_log_goes_on(folder):
    folder.log_path("web").write_bytes(b"before\n")

    descriptor = folder.open_log("web")
    os.write(descriptor, b"after\n\n")
    os.close(descriptor)

    assert folder.log_path("web").read_bytes() == b"before\nafter\n\n"
    assert folder.last_log_line("web") == "after"


def test_a_log_that_is_not_there_has_no_last_line(folder):
    assert folder.last_log_line("never-started") == ""


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_called_that(folder, number):
    assert "No disk space is left" in folder.sentence(OSError(number, os.strerror(number)))
