"""Files of attempts, such as power traces, on disk until the server has them.

A folder for each attempt is taken over before its result is written, and released once the server has that: only then
are its files sent, in pieces, each where the server's copy ends. A kill at any moment is made good by the next start:
a folder without a result was promised to nobody, one that is released goes on where it was. What the server cannot
take now waits and holds nothing back; what it does not want is set aside with the reason.
"""

import logging
import shutil
import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from uuid import UUID

from agents.client import AgentClient, Piece
from agents.durable import flush_folder, move_durably, write_durably
from agents.errors import RefusedError, UnreachableError
from leaderboard.protocol import ArtefactRef

log = logging.getLogger(__name__)

CHUNK_BYTES = 1024**2
MOST_FOLDERS = 100
"""Attempts whose files may wait. A server that takes none for so long does not fill this machine's disk."""
_RELEASED = "released"


@dataclass(frozen=True)
class _Folder:
    path: Path

    @property
    def attempt_id(self) -> UUID:
        return UUID(self.path.name)

    def claim_key(self) -> UUID | None:
        """Under which its files may be sent; `None` while its result is not settled."""
        try:
            return UUID((self.path / _RELEASED).read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return None

    def files(self) -> list[Path]:
        return sorted(path for path in self.path.glob("*.npz") if path.is_file() and not path.is_symlink())


class SpooledFiles:
    def __init__(self, spool: Path, rejected: Path) -> None:
        self._root = spool / "files"
        self._root.mkdir(mode=0o700, exist_ok=True)
        self._rejected = rejected

    def take_over(self, attempt_id: UUID, source: Path) -> None:
        """Move the files of an attempt here, durably. They are evidence: one that cannot be kept costs no result."""
        target = self._root / str(attempt_id)
        try:
            shutil.rmtree(target, ignore_errors=True)
            move_durably(source, target)
        except OSError as error:
            log.warning("the files of %s cannot be kept: %s", attempt_id, error)

    def release(self, attempt_id: UUID, claim_key: UUID, names: Iterable[str]) -> None:
        """Let the files with these names go out; repeatable."""
        folder = self._root / str(attempt_id)
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            if path.name not in (*names, _RELEASED):
                path.unlink()
        try:
            write_durably(folder / _RELEASED, str(claim_key).encode())
        except OSError as error:
            log.warning("the files of %s cannot be sent: %s", attempt_id, error)

    def set_aside(self, stem: str) -> None:
        """Keep the files beside their refused result, whose own file is called `stem`."""
        folder = self._root / stem.partition("-")[2]
        if folder.is_dir():
            move_durably(folder, self._rejected / f"{stem}.files")

    def forget_all_but(self, waiting: Collection[UUID]) -> None:
        """Remove what an earlier life took over without a result to go with it."""
        for folder in self._folders():
            if folder.claim_key() is None and folder.attempt_id not in waiting:
                shutil.rmtree(folder.path, ignore_errors=True)

    def drop_all(self) -> bool:
        """Remove all files; false when there was none."""
        folders = self._folders()
        for folder in folders:
            log.warning("the files of %s are dropped: the disk is full", folder.attempt_id)
            shutil.rmtree(folder.path, ignore_errors=True)
        return bool(folders)

    def deliver(self, client: AgentClient, stop: threading.Event) -> None:
        """Send what is released, the oldest first; end early without an error where the server cannot take it now."""
        ready = sorted(self._ready(), key=lambda folder: (folder.path / _RELEASED).stat().st_mtime_ns)
        for folder in ready[:-MOST_FOLDERS]:
            log.warning("the files of %s waited too long and are dropped", folder.attempt_id)
            shutil.rmtree(folder.path, ignore_errors=True)
        for folder in ready[-MOST_FOLDERS:]:
            try:
                self._send_folder(client, stop, folder)
            except UnreachableError as error:
                log.warning("the files of %s wait: %s", folder.attempt_id, error)
                return
            if stop.is_set():
                return

    def _send_folder(self, client: AgentClient, stop: threading.Event, folder: _Folder) -> None:
        claim_key = folder.claim_key()
        for path in folder.files() if claim_key else ():
            try:
                _send_file(client, stop, folder.attempt_id, claim_key, path)
            except RefusedError as refused:
                log.warning("%s of %s was refused: %s", path.name, folder.attempt_id, refused)
                self._set_aside(folder, path, refused)
            if stop.is_set():
                return
            path.unlink(missing_ok=True)
        shutil.rmtree(folder.path, ignore_errors=True)
        flush_folder(self._root)

    def _set_aside(self, folder: _Folder, path: Path, refused: RefusedError) -> None:
        kept = self._rejected / f"{folder.attempt_id}-{path.name}"
        write_durably(kept.with_suffix(".reason"), refused.problem.model_dump_json(indent=2).encode())
        move_durably(path, kept)

    def _ready(self) -> list[_Folder]:
        return [folder for folder in self._folders() if folder.claim_key() is not None]

    def _folders(self) -> list[_Folder]:
        found = []
        for path in self._root.iterdir():
            try:
                UUID(path.name)
            except ValueError:
                continue
            found.append(_Folder(path))
        return found


def _send_file(
    client: AgentClient, stop: threading.Event, attempt_id: UUID, claim_key: UUID | None, path: Path
) -> None:
    """Ask how much the server has, and go on there until it is complete or the agent is to stop."""
    if claim_key is None:
        return
    with path.open("rb") as file:
        # The digest of what is here now: one that is not the report's is the server's to mark.
        ref = ArtefactRef(name=path.name, sha256=file_digest(file, "sha256").hexdigest(), size_bytes=file.tell())
        answer = client.put_piece(attempt_id, claim_key, Piece(ref, 0, b""))
        while not answer.complete and not stop.is_set():
            offset = answer.received_bytes
            file.seek(offset)
            answer = client.put_piece(attempt_id, claim_key, Piece(ref, offset, file.read(CHUNK_BYTES)))
            if not answer.complete and answer.received_bytes <= offset:
                raise UnreachableError(f"{client.url} takes no more of {path.name}")
