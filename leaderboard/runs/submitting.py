"""From a request to jobs in the queue."""

from datetime import datetime

from django.db import transaction

from leaderboard.accounts.models import User
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.models import Job
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import check, record


def submit(*, request: SubmissionRequest, by: User, idempotency_key: str, now: datetime) -> Submission:
    """Check the request, write it with its jobs and ask for a dispatch; raises Refused with every fault."""
    checked = check(request)
    with transaction.atomic():
        submission, created = record(request=request, checked=checked, idempotency_key=idempotency_key, by=by, now=now)
        if created:
            Job.objects.create(
                submission=submission,
                benchmark=checked.benchmark,
                device=checked.device,
                device_class=request.device_class or "",
                protocol_version=checked.benchmark.measuring_protocol().version,
                created_at=now,
                state_since=now,
            )
            ring(TaskName.DISPATCH)
    return submission
