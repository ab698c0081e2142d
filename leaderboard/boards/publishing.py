"""Making a private submission public: its jobs, and what they measured, from then on and for good."""

from datetime import datetime

from django.db import transaction

from leaderboard.accounts.models import User
from leaderboard.boards.models import Board, Entry, EntryChange
from leaderboard.boards.rebuild import rebuild_board
from leaderboard.runs.models import Job
from leaderboard.submissions.models import Submission


def make_public(*, submission: Submission, by: User, now: datetime) -> None:
    """Show a submission to everybody: its entries stand on their boards then, and what is not measured yet will.

    Repeatable. Submission, entries and boards change together or not at all.
    """
    with transaction.atomic():
        for pk in Job.objects.filter(submission=submission).order_by("pk").values_list("pk", flat=True):
            Job.objects.hold(pk)
        Submission.objects.filter(pk=submission.pk).update(private=False)
        kept = Entry.objects.filter(submission=submission, status=Entry.Status.PRIVATE)
        published = list(kept.order_by("pk"))
        kept.update(status=Entry.Status.PUBLISHED, published_at=now)
        EntryChange.objects.bulk_create(
            EntryChange(entry=entry, kind=EntryChange.Kind.PUBLISHED, by=by, at=now) for entry in published
        )
        for board in Board.objects.filter(benchmark__in={entry.benchmark_id for entry in published}):
            rebuild_board(board=board, now=now)
    submission.refresh_from_db(fields=["private"])
