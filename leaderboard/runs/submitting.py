"""From a request to jobs in the queue."""

from datetime import datetime

from django.db import IntegrityError, transaction

from leaderboard.accounts.models import User
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.models import Job
from leaderboard.runs.quota import over_quota, take_place
from leaderboard.submissions.faults import worded
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Checked, Refused, check, earlier, record


def submit(*, request: SubmissionRequest, by: User, idempotency_key: str, now: datetime) -> Submission:
    """Check the request, write it with its jobs and ask for a dispatch; raises Refused with every fault.

    With a key that this user sent before, return the earlier submission; a key that comes back with another request is
    a mistake of the sender, and refused.
    """
    known = earlier(by=by, idempotency_key=idempotency_key)
    if known is not None:
        return _same(known, request)
    try:
        checked = check_for(by, request, now=now)
        with transaction.atomic():
            take_place(by, now=now)
            submission = record(request=request, checked=checked, idempotency_key=idempotency_key, by=by, now=now)
            _queue(submission, request, checked, now=now)
    except (IntegrityError, Refused):
        # The same request may have been sent twice at once, and the other one have taken the key, or the last place.
        known = earlier(by=by, idempotency_key=idempotency_key)
        if known is None:
            raise
        return _same(known, request)
    return submission


def check_for(by: User, request: SubmissionRequest, *, now: datetime) -> Checked:
    """Return the rows that the request names; raises Refused with every fault, that of the user's quota among them."""
    fault = over_quota(by, now=now)
    faults = () if fault is None else (fault,)
    try:
        checked = check(request)
    except Refused as refused:
        raise Refused((*refused.faults, *faults)) from None
    if faults:
        raise Refused(faults)
    return checked


def _queue(submission: Submission, request: SubmissionRequest, checked: Checked, *, now: datetime) -> None:
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


def _same(known: Submission, request: SubmissionRequest) -> Submission:
    job = Job.objects.select_related("device").filter(submission=known).order_by("pk").first()
    artefact = known.artefact
    named = (artefact.sha256, artefact.format if artefact.reference else None, artefact.reference or None)
    before = (known.model_slug, known.model_name, known.licence, known.family, *named, known.benchmark.slug)
    before_options = (
        known.batch,
        known.threads,
        known.private,
        job and job.device and job.device.slug,
        job and job.device_class,
    )
    model = request.model
    place = (request.device, request.device_class or "")
    options = (request.options.batch, request.options.threads, request.private, *place)
    if (
        model.called.key,
        model.called.name,
        model.licence,
        model.family,
        model.sha256,
        model.format,
        model.reference,
        request.benchmark,
    ) != before or options != before_options:
        raise Refused((worded("Idempotency-Key", "idempotency_key_reused"),))
    return known
