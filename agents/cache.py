"""Files fetched from the server, kept by digest: checked on every use, bounded in size, the least used goes first."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from agents.backoff import Backoff
from agents.client import AgentClient
from agents.errors import BadBlobError, GiveBack, RefusedError, UnreachableError
from leaderboard.protocol import BlobRef, Code

MAX_BYTES = 8 * 1024**3
DISK_RESERVE_BYTES = 64 * 1024**2  # journal, spool and log must still fit beside what is fetched
TRIES = 4
_PART_PREFIX = "part-"

OnShare = Callable[[float], None]


class BlobCache:
    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        for part in folder.glob(f"{_PART_PREFIX}*"):
            part.unlink()

    def fetch(
        self,
        client: AgentClient,
        blob: BlobRef,
        *,
        on_share: OnShare = lambda _: None,
        keep: frozenset[str] = frozenset(),
    ) -> Path:
        """Return a file with exactly the promised bytes; `on_share` hears how much of it has come, 0..1.

        The digests in `keep` are in use and stay. Raises GiveBack with the code that says what is in the way.
        """
        path = self._folder / blob.sha256  # the pattern of Sha256 leaves nothing that could climb out of the folder
        if _digest(path) == blob.sha256:
            os.utime(path)
            return path
        try:
            path.unlink(missing_ok=True)
            self._make_room(blob.size_bytes, keep)
            self._download(client, blob, path, on_share)
        except OSError as error:
            raise GiveBack(Code.DISK_FULL, f"{path.parent}: {error.strerror}") from error
        return path

    def _download(self, client: AgentClient, blob: BlobRef, path: Path, on_share: OnShare) -> None:
        backoff = Backoff(client.stop, cap_s=8)
        for left in range(TRIES - 1, -1, -1):
            try:
                self._download_once(client, blob, path, on_share)
            except (RefusedError, BadBlobError) as error:
                raise GiveBack(Code.DOWNLOAD_FAILED, f"{blob.path}: {error}") from error
            except UnreachableError as error:
                if left and backoff.pause(error.retry_after_s):
                    continue
                raise GiveBack(Code.DOWNLOAD_FAILED, f"{blob.path}: {error}") from error
            return

    def _download_once(self, client: AgentClient, blob: BlobRef, path: Path, on_share: OnShare) -> None:
        part = self._folder / f"{_PART_PREFIX}{blob.sha256}"
        try:
            with part.open("wb") as file:
                client.download(blob, file, on_bytes=lambda got: on_share(got / max(blob.size_bytes, 1)))
            found = _digest(part)
            if found != blob.sha256:
                raise BadBlobError(f"its SHA-256 is {found}, not {blob.sha256}")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _make_room(self, size_bytes: int, keep: frozenset[str]) -> None:
        held = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        total = sum(path.stat().st_size for path in held)
        for path in held:
            if total + size_bytes <= self._max_bytes:
                break
            if path.name in keep:
                continue
            total -= path.stat().st_size
            path.unlink()
        free = shutil.disk_usage(self._folder).free
        if free < size_bytes + DISK_RESERVE_BYTES:
            reason = f"{free / 2**20:.0f} MiB are free in {self._folder}, {size_bytes / 2**20:.0f} MiB more are needed."
            raise GiveBack(Code.DISK_FULL, reason)


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
