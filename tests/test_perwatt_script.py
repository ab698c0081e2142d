"""The bootstrap script, with real shells, the real uv and small projects of its own. Nothing here needs a network."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("awk", "cat", "cksum", "df", "dirname", "env", "grep", "head", "rm", "sh", "tail")
PYPROJECT = """
[project]
name = "small"
version = "1"
requires-python = ">=3.11"

[dependency-groups]
dev = ["tool"]

[tool.uv]
package = false

[tool.uv.sources]
tool = { path = "tool-1-py3-none-any.whl" }
"""
MANAGE = """
import importlib.util, sys
print(sys.prefix, sys.argv[1:], "tool" if importlib.util.find_spec("tool") else "no tool")
"""

HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "r+")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""
FULL_DISK = 'case $1 in --version) echo uv 99.0 ;; *) echo "No space left on device (os error 28)" >&2; exit 1 ;; esac'


def uv_folder():
    """The uv that installed what runs this test: beside Python, or on PATH."""
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv")
    assert found, "neither .venv/bin/uv nor a uv on PATH"
    return Path(found).parent


@pytest.fixture
def project(tmp_path):
    """A project with one local development tool, so that the real uv has something to install."""
    folder = tmp_path / "a project"
    folder.mkdir()
    shutil.copy(ROOT / "perwatt", folder)
    (folder / "manage.py").write_text(MANAGE, encoding="utf-8")
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    with zipfile.ZipFile(folder / "tool-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tool.py", "")
        wheel.writestr("tool-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tool\nVersion: 1\n")
        wheel.writestr("tool-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tool-1.dist-info/RECORD", "")
    subprocess.run([uv_folder() / "uv", "lock", "--offline", "-q"], cwd=folder, check=True)
    return folder


@pytest.fixture
def bare_path(tmp_path):
    """A PATH with the usual small tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def environment(path=None, **changes):
    base = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "VIRTUAL_ENV", "PERWATT_"))}
    path = path or f"{uv_folder()}:{os.environ['PATH']}"
    return base | {"PATH": str(path), "PERWATT_PYTHON": sys.executable, "UV_OFFLINE": "1"} | changes


def start(project, *arguments, env=None, **options):
    return subprocess.Popen(
        [project / "perwatt", *arguments],
        env=env or environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def run(project, *arguments, env=None, **options):
    process = start(project, *arguments, env=env, **options)
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def test_help_installs_nothing(project):
    code, out, _ = run(project, env=environment(PERWATT_PYTHON="/nonexistent"))

    assert code == 0
    commands = ("up", "test", "submit", "watch", "cancel", "retry", "open", "agent")
    assert all(f"  {command} " in out for command in commands)
    assert not (project / ".venv").exists()


def test_a_command_installs_and_hands_over_and_the_second_time_only_hands_over(project, tmp_path):
    code, out, err = run(project, "manage", "one", "two words", cwd=tmp_path)
    again = run(project, "manage", env=environment(path="/usr/bin:/bin", PERWATT_PYTHON="/nonexistent"))

    assert code == 0, err
    assert out == f"{project}/.venv ['one', 'two words'] no tool\n"
    assert err.startswith("perwatt: installing into .venv")
    assert again == (0, f"{project}/.venv [] no tool\n", "")


def test_the_environment_of_another_folder_is_left_to_it(project):
    other = project.parent / "other-venv"
    other.mkdir()
    (other / "perwatt-server").write_text("/somewhere/else 1 2")
    (project / ".venv").symlink_to(other)
    code, _, err = run(project, "up", "--help")

    assert code == 2
    assert "is a link to" in err
    assert "set up for another folder; remove the link." in err
    assert [path.name for path in other.iterdir()] == ["perwatt-server"]


def test_the_tools_of_a_running_test_are_not_taken_away_by_up(project):
    run(project, "manage")
    run(project, "setup")
    (project / ".venv" / "perwatt-server").unlink()

    code, out, err = run(project, "manage")

    assert code == 0, err
    assert out.endswith("[] tool\n")


def test_a_changed_lock_file_is_installed_again(project):
    run(project, "setup")
    with (project / "uv.lock").open("a", encoding="utf-8") as file:
        file.write("\n")

    assert "installing" in run(project, "setup")[2]
    assert run(project, "setup") == (0, "", "")


def test_a_moved_project_is_installed_again(project, tmp_path):
    run(project, "setup")
    moved = project.rename(tmp_path / "elsewhere")

    assert "installing" in run(moved, "setup")[2]


@pytest.mark.parametrize("damage", ["a dangling python", "an empty folder", "an installation cut off"])
def test_a_half_made_environment_is_repaired(project, damage):
    run(project, "setup")
    venv = project / ".venv"
    if damage == "a dangling python":
        for name in ("python", "python3"):
            (venv / "bin" / name).unlink(missing_ok=True)
            (venv / "bin" / name).symlink_to("/nonexistent/python3")
    elif damage == "an empty folder":
        shutil.rmtree(venv)
        venv.mkdir()
    else:
        next(venv.glob("lib/python*/site-packages/tool.py")).unlink()
        (venv / "perwatt-dev").unlink()
        (venv / "perwatt-unfinished").touch()

    code, _, err = run(project, "setup")

    assert code == 0, err
    assert run(project, "manage")[1] == f"{venv} [] tool\n"
    assert not (venv / "perwatt-unfinished").exists()


def test_two_at_once_both_succeed(project):
    both = [start(project, "manage", name) for name in ("first", "second")]

    for process in both:
        out, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
        assert out.endswith(" no tool\n")


def test_a_set_up_waits_for_another_and_a_killed_one_leaves_no_lock(project):
    with subprocess.Popen([sys.executable, "-c", HOLD, project / "uv.lock"], stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        waiting = start(project, "setup")
        first_lines = [waiting.stderr.readline()]
        holder.kill()
    _, err = waiting.communicate(timeout=90)

    assert first_lines == ["perwatt: waiting for another set-up in the same folder\n"]
    assert waiting.returncode == 0, err


def test_a_set_up_that_is_killed_lets_go_of_its_lock(project):
    slow = script(project / "uv", "case $1 in --version) echo uv 99.0 ;; *) sleep 600 ;; esac")
    env = environment(path=f"{slow.parent}:{os.environ['PATH']}")
    process = start(project, "setup", env=env, start_new_session=True)
    while "installing" not in process.stderr.readline():
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    with (project / "uv.lock").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def only_line(project, *arguments, env):
    """Return the sentence that ends the script, which is the only one after the news of the set-up."""
    code, out, err = run(project, *arguments, env=env)
    assert code == 2, err
    assert out == ""
    told = [line for line in err.splitlines() if not line.startswith("perwatt: installing")]
    assert len(told) == 1, err
    return told[0]


def test_no_python_is_said_in_one_line(project, bare_path):
    env = environment(path=bare_path)
    del env["PERWATT_PYTHON"]

    assert only_line(project, "up", env=env) == (
        "perwatt: no Python 3.11 or newer: found no Python at all. Install one, or name it in PERWATT_PYTHON."
    )


def test_an_old_python_is_named(project, bare_path):
    env = environment(path=bare_path)
    del env["PERWATT_PYTHON"]
    script(bare_path / "python3", "case $1 in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac")

    assert "no Python 3.11 or newer: found Python 3.9.2." in only_line(project, "up", env=env)


def test_a_wrong_perwatt_python_is_named(project):
    sentence = only_line(project, "up", env=environment(PERWATT_PYTHON="/nonexistent"))

    assert "PERWATT_PYTHON=/nonexistent is not" in sentence


def test_a_python_without_venv_is_told_debians_package(project, bare_path, tmp_path):
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "ensurepip.py").write_text("raise ImportError", encoding="utf-8")
    python = script(tmp_path / "python", f'PYTHONPATH={tmp_path}/shadow exec {sys.executable} "$@"')
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"

    sentence = only_line(project, "up", env=environment(path=bare_path, PERWATT_PYTHON=str(python)))

    assert "no venv module" in sentence
    assert f"apt install {package}" in sentence


def test_no_network_is_said_in_one_line(project, bare_path):
    unreachable = "http://127.0.0.1:9"  # the discard port: nobody answers
    env = environment(path=bare_path, PIP_CONFIG_FILE="/dev/null", PIP_INDEX_URL=unreachable, PIP_RETRIES="0")
    env.pop("PIP_FIND_LINKS", None)

    assert "no network: the package registry does not answer" in only_line(project, "up", env=env)


def test_a_full_disk_is_said_in_one_line(project):
    full = script(project / "uv", FULL_DISK)

    sentence = only_line(project, "up", env=environment(path=f"{full.parent}:{os.environ['PATH']}"))

    assert "no disk space left" in sentence
