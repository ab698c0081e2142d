"""What an attempt left behind that made no result: its owner's to see for a while, then gone."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from leaderboard.catalog import blobs
from leaderboard.catalog.models import ModelArtefact
from leaderboard.runs.models import Attempt, AttemptArtefact, AttemptPower
from leaderboard.runs.states import ACTIVE_ATTEMPT

KEPT_FOR = timedelta(days=30)


def prune(*, now: datetime) -> int:
    """Drop the power and the files of attempts that ended without a result so long ago; return how many rows went."""
    ended = Attempt.objects.filter(finished_at__lte=now - KEPT_FOR, result=None).exclude(state__in=ACTIVE_ATTEMPT)
    _prune_arriving(ended)
    files = AttemptArtefact.objects.filter(attempt__in=ended)
    digests = set(files.values_list("sha256", flat=True))
    dropped_files, _ = files.delete()
    for sha256 in digests:
        if not _is_wanted(sha256):
            blobs.path(sha256).unlink(missing_ok=True)
    dropped_powers, _ = AttemptPower.objects.filter(attempt__in=ended).delete()
    return dropped_files + dropped_powers


def _prune_arriving(ended: QuerySet[Attempt]) -> None:
    """Files of which only a part arrived lie under their attempt's name."""
    for folder in (Path(settings.BLOB_DIR) / "arriving").glob("*-*"):
        if folder.is_dir() and ended.filter(uuid=folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _is_wanted(sha256: str) -> bool:
    """One content is kept once, whoever has it."""
    kinds = (AttemptArtefact, ModelArtefact)
    return any(kind.objects.filter(sha256=sha256).exists() for kind in kinds)
