"""A secret leaves the server once: into a new private file, or through standard output for who asks for that."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

STANDARD_OUTPUT = Path("-")


class Writes(Protocol):
    def write(self, msg: str, /) -> object: ...


class CannotHandOver(Exception):
    """The file cannot be made; the message says why."""


@contextmanager
def private_output(file: Path, *, standard: Writes) -> Generator[Writes, None, None]:
    """Open a file that was not there before and that only its maker can read; `-` is `standard`.

    It is open before the secret is made, so that none is made that cannot be handed over. Raises CannotHandOver.
    """
    if file == STANDARD_OUTPUT:
        yield standard
        return
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotHandOver(f"{file} cannot be made: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="ascii") as private:
        yield private
