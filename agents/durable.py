"""Files that are either wholly there after a power cut, or not at all."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write beside `path`, flush, rename over it and flush the folder: a reader never sees half a file."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move_durably(part, path)


def move_durably(source: Path, target: Path) -> None:
    source.replace(target)
    flush_folder(target.parent)
    if source.parent != target.parent:
        flush_folder(source.parent)


def remove_durably(path: Path) -> None:
    path.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
