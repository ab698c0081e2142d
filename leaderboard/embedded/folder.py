"""The data folder: one `up` at a time, private files, logs."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import OperationalError

from leaderboard.embedded.errors import CannotStart

MIN_FREE_BYTES = 64 * 1024**2
FULL_BELOW_BYTES = 1024**2
MAX_LOG_BYTES = 5 * 1024**2


@dataclass(frozen=True)
class DataFolder:
    root: Path

    @property
    def agent_home(self) -> Path:
        return self.root / "agent"

    @property
    def address_file(self) -> Path:
        return self.root / "address"

    @property
    def header_file(self) -> Path:
        return self.root / "authorization.header"

    @property
    def enrol_token_file(self) -> Path:
        return self.root / "enrol-token"

    @property
    def beat_schedule(self) -> Path:
        return self.root / "beat-schedule"

    @property
    def mark(self) -> str:
        """What only processes of an `up` on this folder carry in their environment.

        The inode is part of it because a container can see another folder under the same name.
        """
        facts = self.root.stat()
        return f"{facts.st_dev}:{facts.st_ino}:{self.root}"

    def prepare(self) -> None:
        """Make the folder, for its owner only; raises CannotStart when it is unusable or the disk full."""
        try:
            for path in (self.root, self.root / "logs"):
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root) as probe:
                probe.write(b"\0" * 4096)
                probe.flush()
        except OSError as error:
            raise CannotStart(self.sentence(error)) from None
        free = shutil.disk_usage(self.root).free
        if free < MIN_FREE_BYTES:
            raise CannotStart(f"No disk space: {free // 1024**2} MB are left for {self.root}; free some and try again.")

    def is_full(self) -> bool:
        """Say whether so little space is left that a program may well have died of it."""
        return shutil.disk_usage(self.root).free < FULL_BELOW_BYTES

    def sentence(self, error: OSError) -> str:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return f"No disk space is left for {self.root}; free some and try again."
        return f"The data folder {self.root} cannot be used: {error.strerror}."

    @contextmanager
    def errors_in_words(self) -> Iterator[None]:
        """Raise CannotStart for what the disk, or the database on it, refuses."""
        try:
            yield
        except OSError as error:
            raise CannotStart(self.sentence(error)) from None
        except OperationalError as error:  # "database or disk is full", "disk I/O error", "database is locked"
            raise CannotStart(f"The database cannot be used: {error}.") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process; the kernel lets go when it dies, however it dies."""
        descriptor = os.open(self.root / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotStart(f"Another `up` is running on {self.root}{self._where()}.") from None
            yield
        finally:
            os.close(descriptor)

    def _where(self) -> str:
        try:
            return f", at {self.address_file.read_text(encoding='utf-8').strip()}"
        except OSError:
            return ""

    def write_private(self, path: Path, text: str) -> None:
        """Replace a file in one step; nobody but its owner may ever read it."""
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise

    def log_path(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def open_log(self, name: str) -> int:
        """Return a descriptor to append to; a log that has grown large first makes way for a new one."""
        path = self.log_path(name)
        with suppress(FileNotFoundError):
            if path.stat().st_size > MAX_LOG_BYTES:
                path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def last_log_line(self, name: str) -> str:
        """Return the last line that a program wrote, or ""."""
        try:
            with self.log_path(name).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
                lines = file.read().decode("utf-8", "replace").split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")
