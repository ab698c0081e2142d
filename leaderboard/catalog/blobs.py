"""Files by digest, under the data directory: written once, never changed."""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray


class TooLarge(Exception):
    """More bytes came than the limit allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The file is larger than the limit of {limit} bytes.")
        self.limit = limit


@dataclass(frozen=True)
class Stored:
    sha256: str
    size_bytes: int


def path(sha256: str) -> Path:
    return Path(settings.BLOB_DIR) / sha256[:2] / sha256


def store(chunks: Iterable[bytes], *, limit: int) -> Stored:
    """Write the chunks under their digest; raises TooLarge, OSError. Nothing is left behind on failure."""
    with arriving(chunks, limit=limit) as (stored, _):
        return stored


@contextmanager
def arriving(chunks: Iterable[bytes], *, limit: int) -> Iterator[tuple[Stored, Path]]:
    """Write the chunks aside and lend them to be looked at; they are kept when the block ends without an error.

    A file that is refused never had a name of its own, so that refusing it cannot remove a kept file of the same bytes.
    """
    folder = Path(settings.BLOB_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            stored = _copy(chunks, file, limit)
            file.flush()
            os.fsync(file.fileno())
        yield stored, Path(name)
        target = path(stored.sha256)
        target.parent.mkdir(exist_ok=True)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _copy(chunks: Iterable[bytes], file: Any, limit: int) -> Stored:
    hasher = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        hasher.update(chunk)
        file.write(chunk)
    return Stored(hasher.hexdigest(), size)


def read_array(sha256: str) -> NDArray[Any]:
    """Return the NumPy array in a blob; pickled objects are refused."""
    array: NDArray[Any] = np.load(path(sha256), allow_pickle=False)
    return array


def array_of(content: bytes) -> NDArray[Any]:
    """Return the NumPy array in the content of an `.npy` file; pickled objects are refused."""
    array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    return array
