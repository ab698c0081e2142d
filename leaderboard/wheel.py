"""The agent's wheel: what a machine needs to measure for this server, packed from the server's own source folder.

It is the project's wheel without the server's code and extra. A pure zip, so that a running server needs no build
tool. The same sources give the same bytes: times inside are fixed and files are sorted.
"""

import base64
import contextlib
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

SUFFIX = "-py3-none-any.whl"
PARTS = (
    "agents",
    "leaderboard/__init__.py",
    "leaderboard/grading",
    "leaderboard/metrics",
    "leaderboard/missing.py",
    "leaderboard/protocol",
    "leaderboard/scoring",
)
NOT_FOR_AGENTS = frozenset({"server"})
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_WHEEL = "Wheel-Version: 1.0\nGenerator: perwatt\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


class CannotPack(Exception):
    """What a wheel is made of is not here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Wheel:
    path: Path
    version: str
    sha256: str

    @property
    def name(self) -> str:
        return self.path.name


def held_wheel(folder: Path) -> Wheel | None:
    """Return the wheel that was packed into `folder`, or None."""
    with contextlib.suppress(OSError, ValueError):
        for path in folder.glob(f"*{SUFFIX}"):
            digest, _, name = path.with_name(f"{path.name}.sha256").read_text(encoding="ascii").partition("  ")
            if name.strip() == path.name:
                return Wheel(path, path.name.removesuffix(SUFFIX).rpartition("-")[2], digest)
    return None


def pack_wheel(root: Path, folder: Path) -> Wheel:
    """Pack the sources in `root` into `folder`, in place of what was there. Raises CannotPack, or OSError."""
    project, shared = _project(root)
    stem = f"{project['name']}-{project['version']}"
    files = [file for part in PARTS for file in _files(root / part, part)]
    for source, target in shared.items():  # an installer puts these under the environment's own prefix
        files += _files(root / source, f"{stem}.data/data/{target}")
    files += [(f"{stem}.dist-info/{name}", text.encode()) for name, text in _descriptions(project).items()]
    for name in project["license-files"]:
        files += _files(root / name, f"{stem}.dist-info/licenses/{name}")
    record = f"{stem}.dist-info/RECORD"
    files.append((record, _record(files, record).encode()))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / "wheel.part"
    _write(part, files)
    digest = sha256(part.read_bytes()).hexdigest()
    for old in folder.glob("*.whl*"):
        old.unlink()
    path = part.replace(folder / f"{stem}{SUFFIX}")
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")
    return Wheel(path, project["version"], digest)


def _project(root: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """What the project says of itself, and its data beside the packages: a folder here to one in the environment."""
    try:
        known = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotPack(f"{root} holds no pyproject.toml") from None
    return known["project"], known["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]


def _write(path: Path, files: list[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _files(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """A file, or all in a folder that running it did not make. Raises CannotPack where there is neither."""
    if path.is_file():
        yield name, path.read_bytes()
    elif not path.is_dir():
        raise CannotPack(f"{path} is not there")
    else:
        for inside in sorted(path.iterdir()):
            if not inside.name.startswith((".", "__pycache__")) and inside.suffix != ".pyc":
                yield from _files(inside, f"{name}/{inside.name}")


def _descriptions(project: dict[str, Any]) -> dict[str, str]:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        *(f"License-File: {name}" for name in project["license-files"]),
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {needed}" for needed in project["dependencies"]),
    ]
    for extra, needs in sorted(project["optional-dependencies"].items()):
        if extra in NOT_FOR_AGENTS:
            continue
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {needed}; extra == '{extra}'" for needed in needs]
    scripts = "".join(f"{name} = {target}\n" for name, target in project["scripts"].items())
    return {
        "METADATA": "\n".join(lines) + "\n",
        "WHEEL": _WHEEL,
        "entry_points.txt": f"[console_scripts]\n{scripts}",
    }


def _record(files: list[tuple[str, bytes]], own_name: str) -> str:
    lines = []
    for name, content in files:
        digest = base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    return "".join(lines) + f"{own_name},,\n"
