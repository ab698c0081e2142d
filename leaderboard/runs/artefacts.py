"""Files that belong to an attempt, such as its power trace: sent in pieces, kept once they are whole.

What has arrived of a file lies beside the blobs until the last byte is there and the digest is right. Every call can
be repeated, and a piece that begins where the kept part ends is all that an agent has to know after a break.
"""

import fcntl
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BufferedRandom
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from leaderboard.catalog import blobs
from leaderboard.devices.models import Agent
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.attempts import NotYours
from leaderboard.runs.models import Attempt, AttemptArtefact

MAX_ARTEFACT_BYTES = 64 * 1024**2
MAX_UNPACKED_BYTES = 512 * 1024**2
MAX_ARTEFACTS = 8
_CHUNK_BYTES = 1024**2


class BadArtefact(Exception):
    """The file cannot be taken; the message says why. Nothing of it is kept."""


class Gap(Exception):
    """The piece begins behind what has arrived."""

    def __init__(self, received_bytes: int) -> None:
        super().__init__(f"The piece begins behind the {received_bytes} bytes that have arrived.")
        self.received_bytes = received_bytes


class AnotherKept(Exception):
    """A file of that name, with another digest, is kept for this attempt already."""


@dataclass(frozen=True)
class Piece:
    """`content` begins `offset` bytes into a file of `size_bytes` with digest `sha256`; empty, it only asks."""

    name: str
    sha256: str
    size_bytes: int
    offset: int
    content: bytes


@dataclass(frozen=True)
class Arrived:
    """How much of the file is here. `fresh` is true for the call that completed it."""

    received_bytes: int
    complete: bool
    fresh: bool = False


def take_piece(*, agent: Agent, attempt_id: UUID, claim_key: UUID, piece: Piece, now: datetime) -> Arrived:
    """Keep a piece of a file; raises NotYours, AnotherKept, Gap, BadArtefact, OSError."""
    attempt = Attempt.objects.filter(uuid=attempt_id, agent=agent, claim_key=claim_key).only("pk", "uuid").first()
    if attempt is None:
        raise NotYours("There is no such attempt for this agent and key.")
    if _is_kept(attempt, piece):
        return Arrived(piece.size_bytes, complete=True)
    if piece.size_bytes > MAX_ARTEFACT_BYTES:
        raise BadArtefact(
            f"A file may have {MAX_ARTEFACT_BYTES // 1024**2} MiB, this one has {piece.size_bytes} bytes."
        )
    with _partial(attempt, piece) as file:
        received = _append(file, piece)
        if received < piece.size_bytes:
            return Arrived(received, complete=False)
        try:
            _check(file, piece)
        except BadArtefact:
            Path(file.name).unlink()
            raise
        fresh = _keep(attempt, piece, file, now=now)
        Path(file.name).unlink()
    return Arrived(received, complete=True, fresh=fresh)


def _is_kept(attempt: Attempt, piece: Piece) -> bool:
    known = AttemptArtefact.objects.filter(attempt=attempt, name=piece.name).first()
    if known is not None and known.sha256 != piece.sha256:
        raise AnotherKept("A file of this name is kept already, and it is another one.")
    return known is not None


@contextmanager
def _partial(attempt: Attempt, piece: Piece) -> Iterator[BufferedRandom]:
    """Lend what has arrived of a file, to one caller at a time."""
    folder = Path(settings.BLOB_DIR) / "arriving" / str(attempt.uuid)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{piece.name}-{piece.sha256}"
    kept = AttemptArtefact.objects.filter(attempt=attempt).count()
    if not path.exists() and kept + len(list(folder.iterdir())) >= MAX_ARTEFACTS:
        raise BadArtefact(f"An attempt may have {MAX_ARTEFACTS} files.")
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _append(file: BufferedRandom, piece: Piece) -> int:
    """Write what is new of the piece, and return how much of the file is here."""
    received = os.fstat(file.fileno()).st_size
    if piece.offset > received:
        raise Gap(received)
    new = piece.content[received - piece.offset :]
    if received + len(new) > piece.size_bytes:
        raise BadArtefact("The file is longer than it was said to be.")
    file.write(new)
    file.flush()
    return received + len(new)


def _check(file: BufferedRandom, piece: Piece) -> None:
    file.seek(0)
    if hashlib.file_digest(file, "sha256").hexdigest() != piece.sha256:
        raise BadArtefact("The file does not have the digest that came with it; send it again from its start.")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise BadArtefact("The file is no .npz archive.") from None
    if not members or any(not member.filename.endswith(".npy") for member in members):
        raise BadArtefact("The archive holds something else than arrays.")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise BadArtefact(f"The arrays would unpack to more than {MAX_UNPACKED_BYTES // 1024**2} MiB.")


def _keep(attempt: Attempt, piece: Piece, file: BufferedRandom, *, now: datetime) -> bool:
    file.seek(0)
    blobs.store(iter(lambda: file.read(_CHUNK_BYTES), b""), limit=MAX_ARTEFACT_BYTES)
    try:
        with transaction.atomic():
            kept = AttemptArtefact.objects.create(
                attempt=attempt, name=piece.name, sha256=piece.sha256, size_bytes=piece.size_bytes, received_at=now
            )
            ring(TaskName.CHECK_TRACE, artefact_id=kept.pk)
    except IntegrityError:
        return False  # the same file came twice at once; one row is enough
    return True
