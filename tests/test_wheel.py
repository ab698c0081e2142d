"""The wheel that a server packs of itself, read by the standard library and by pip."""

import base64
import csv
import io
import subprocess
import sys
import tomllib
import zipfile
from collections import defaultdict
from email.parser import Parser
from hashlib import sha256
from pathlib import Path

import pytest

from leaderboard.embedded import prepare
from leaderboard.wheel import CannotPack, held_wheel, pack_wheel

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return pack_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def archive(wheel):
    with zipfile.ZipFile(wheel.path) as archive:
        yield archive


def test_it_holds_the_agent_and_the_benchmarks_and_nothing_of_the_server_or_made_by_running(archive):
    names = archive.namelist()

    assert {"agents/poll.py", "leaderboard/protocol/__init__.py", "leaderboard/metrics/quantities.py"} <= set(names)
    assert {name.split("/")[1] for name in names if name.startswith("leaderboard/")} == {
        "__init__.py", "grading", "metrics", "missing.py", "protocol", "scoring",
    }  # fmt: skip
    assert [name for name in names if name.startswith(("frontend/", "workers/"))] == []
    assert f"perwatt-{PROJECT['version']}.data/data/share/perwatt/catalog/digits/benchmark.json" in names
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc") or "/." in name] == []
    assert len(names) == len(set(names))


def test_every_file_is_recorded_with_its_digest_and_size(archive):
    record = f"perwatt-{PROJECT['version']}.dist-info/RECORD"
    rows = list(csv.reader(io.StringIO(archive.read(record).decode())))

    assert [row[0] for row in rows] == archive.namelist()
    for name, digest, size in rows[:-1]:
        content = archive.read(name)
        assert digest == "sha256=" + base64.urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")
        assert int(size) == len(content)


def test_its_metadata_asks_for_what_the_project_asks_for(archive):
    said = Parser().parsestr(archive.read(f"perwatt-{PROJECT['version']}.dist-info/METADATA").decode())
    needed = said.get_all("Requires-Dist")

    assert (said["Name"], said["Version"], said["Requires-Python"]) == ("perwatt", PROJECT["version"], ">=3.11")
    assert [one for one in needed if "extra ==" not in one] == PROJECT["dependencies"]
    assert "codecarbon>=3.2,<4; extra == 'estimate'" in needed
    assert "server" not in said.get_all("Provides-Extra")


def test_the_same_sources_give_the_same_bytes(wheel, tmp_path):
    again = pack_wheel(ROOT, tmp_path)

    assert (again.sha256, again.name) == (wheel.sha256, wheel.name)
    assert again.sha256 == sha256(again.path.read_bytes()).hexdigest()


def test_what_was_packed_is_found_and_an_older_one_is_gone(wheel, tmp_path):
    (tmp_path / "perwatt-0.0.1-py3-none-any.whl").write_bytes(b"old")

    packed = pack_wheel(ROOT, tmp_path)

    assert held_wheel(tmp_path) == packed
    assert len(list(tmp_path.glob("*.whl"))) == 1


@pytest.mark.parametrize("left", [[], ["perwatt-1-py3-none-any.whl"]])
def test_a_folder_without_a_whole_wheel_has_none(tmp_path, left):
    for name in left:
        (tmp_path / name).write_bytes(b"")

    assert held_wheel(tmp_path) is None
    assert held_wheel(tmp_path / "absent") is None


def test_sources_that_are_not_there_are_named(tmp_path):
    with pytest.raises(CannotPack, match=r"holds no pyproject\.toml"):
        pack_wheel(tmp_path, tmp_path / "wheel")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    with pytest.raises(CannotPack, match="agents is not there"):
        pack_wheel(tmp_path, tmp_path / "wheel")


def test_a_server_without_the_agents_sources_says_so_and_goes_on(tmp_path, settings, caplog):
    settings.ROOT, settings.WHEEL_DIR = tmp_path, tmp_path / "wheel"

    prepare.pack_agent()

    assert "no agent can be installed from this server" in caplog.text


def test_pip_takes_it_and_its_program_says_the_version(wheel, tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*pip, "--target", tmp_path, wheel.path], check=True, capture_output=True)

    program = [sys.executable, "-P", "-c", "import agents; print(agents.__file__); from agents.cli import main; main()"]
    done = subprocess.run(
        [*program, "--version"], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == [f"{tmp_path}/agents/__init__.py", f"perwatt {PROJECT['version']}"]
    assert (tmp_path / "share/perwatt/catalog/digits/inputs.npy").exists()


def test_every_package_that_the_agent_needs_has_a_wheel_for_both_kinds_of_machine():
    """From the lock file: a pure wheel, or one for x86-64 and one for arm64 with glibc that Python 3.11 takes."""
    locked = defaultdict(list)  # some are locked in several versions, each for some versions of Python
    for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]:
        locked[one["name"]].append(one)
    todo, seen = ["perwatt", "codecarbon"], set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [needed["name"] for one in locked[name] for needed in one.get("dependencies", [])]
    assert {"onnxruntime", "numpy", "psutil", "pydantic-core", "pandas"} <= seen
    for name in sorted(seen - {"perwatt"}):
        files = [wheel["url"].rpartition("/")[2] for one in locked[name] for wheel in one.get("wheels", [])]
        for machine in ("x86_64", "aarch64"):
            assert any(_fits(file, machine) for file in files), f"{name} has no wheel for {machine}"


def _fits(file, machine):
    python, abi, platform = file.removesuffix(".whl").split("-")[-3:]
    is_for_python = "cp311" in python or "py3" in python or abi == "abi3"
    return is_for_python and (platform == "any" or ("manylinux" in platform and machine in platform))
