"""Mail to whoever asked for it: when a job of theirs is over, and when one is late. Each at most once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from leaderboard.accounts.mail_watch import note_not_sent, note_sent
from leaderboard.accounts.models import User
from leaderboard.mail import NotSent, send, spoken
from leaderboard.protocol import FAILURES, Code
from leaderboard.runs.models import Job, JobMail, MailWish
from leaderboard.runs.selectors import views_of
from leaderboard.runs.states import OPEN_JOB, STOPPABLE_JOB, JobState

NEWS_FOR = timedelta(days=1)
"""What a server that could not send has not said by then is no news any more."""
MOST_AT_ONCE, MOST_LOOKED_AT = 50, 1000
"""Mails that are tried in a round, and jobs of each kind that are looked at for them."""


def wish(*, by: User, on: bool, now: datetime, language: str = "") -> None:
    """Begin or end the mail of a user, in a `language` of the site's; what was over before is not mailed."""
    if on:
        MailWish.objects.get_or_create(user=by, defaults={"since": now, "language": language})
    else:
        MailWish.objects.filter(user=by).delete()


def wants_mail(user: User) -> bool:
    return MailWish.objects.filter(user=user).exists()


def mail_due(*, now: datetime) -> int:
    """Send what is due and return how many mails went; nothing where no mail is set up."""
    if not settings.MAIL:
        return 0
    sent, full = 0, set[int]()
    to_try = (one for one in _due(now=now) if one[0].submission.submitted_by_id not in full)
    for job, kind in islice(to_try, MOST_AT_ONCE):
        mail, fresh = JobMail.objects.get_or_create(job=job, kind=kind, defaults={"sent_at": now})
        if not fresh:
            continue  # another worker was faster
        try:
            _send(job, kind)
        except NotSent as error:
            note_not_sent(error, now=now)
            _keep_or_try_again(mail, error)
            if not error.others:
                return sent
            # Whose mailbox takes nothing now is tried once in a round, or their mails would be all of it.
            full.add(job.submission.submitted_by_id)
        except BaseException:
            mail.delete()  # the worker ends: the next one sends it
            raise
        else:
            note_sent()
            sent += 1
    return sent


def last_refusal(user: User) -> str:
    """Return what the server said of the newest mail to this user, where that was refused; empty otherwise."""
    rows = JobMail.objects.filter(job__submission__submitted_by=user).order_by("-sent_at", "-pk")
    return next(iter(rows.values_list("refused", flat=True)[:1]), "")


def _keep_or_try_again(mail: JobMail, error: NotSent) -> None:
    if error.again:
        mail.delete()
    else:
        JobMail.objects.filter(pk=mail.pk).update(refused=error.reason)


def _due(*, now: datetime) -> Iterator[tuple[Job, str]]:
    over = (
        _wished()
        .exclude(state__in=OPEN_JOB)
        .filter(state_since__gte=now - NEWS_FOR, state_since__gt=F("submission__submitted_by__mail_wish__since"))
    )
    for job in _unsaid(over, JobMail.Kind.OVER):
        yield job, JobMail.Kind.OVER
    lasting = {job.uuid: job for job in _unsaid(_wished().filter(state__in=STOPPABLE_JOB), JobMail.Kind.LATE)}
    for view in views_of(lasting, now=now):
        if view.overdue is not None:
            yield lasting[view.id], JobMail.Kind.LATE


def _wished() -> QuerySet[Job]:
    rows = Job.objects.filter(purpose=Job.Purpose.ENTRY, submission__submitted_by__mail_wish__isnull=False)
    rows = rows.filter(submission__submitted_by__is_active=True)
    return rows.exclude(submission__submitted_by__email="").select_related(
        "submission__submitted_by__mail_wish", "benchmark", "device"
    )


def _unsaid(rows: QuerySet[Job], kind: str) -> QuerySet[Job]:
    said = JobMail.objects.filter(job=OuterRef("pk"), kind=kind)
    return rows.exclude(Exists(said)).order_by("pk")[:MOST_LOOKED_AT]


def _send(job: Job, kind: str) -> None:
    user = job.submission.submitted_by
    with spoken(user.mail_wish.language):
        private = job.submission.private and job.state == JobState.PUBLISHED
        state = "measured" if private else job.state
        names = {"model": job.submission.model_name, "benchmark": job.benchmark, "state": state}
        where = job.device or _("any %s") % job.device_class
        lines = [
            _("%(model)s on %(benchmark)s, %(device)s: %(state)s.") % {**names, "device": where},
            _why(job, kind),
            f"{settings.MAIL_ORIGIN}/jobs/{job.uuid}/",
            _("You asked for this mail at /jobs/, where it can be ended."),
        ]
        late = kind == JobMail.Kind.LATE
        subject = _("Perwatt: %(model)s takes longer than expected") if late else _("Perwatt: %(model)s is %(state)s")
    send(to=user.email, subject=subject % names, paragraphs=lines, name=f"{job.uuid}.{kind}")


def _why(job: Job, kind: str) -> str:
    if kind == JobMail.Kind.LATE:
        return _(
            "It lasts twice as long as recent jobs there did. Nothing is ended for it; its page says what is next."
        )
    failure = FAILURES[Code(job.code)] if job.code else None
    # A catalogue has what the registries say.
    return f"{_(failure.sentence)} {_(failure.hint)}" if failure else ""
