"""Mail about jobs: only to those who asked, each at most once, and never in the way of anything."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError

from leaderboard.mail import NotSent
from leaderboard.runs import mailing
from leaderboard.runs.mailing import NEWS_FOR, last_refusal, mail_due, wish
from leaderboard.runs.models import JobMail
from leaderboard.runs.states import JobState
from tests.factories import NOW, DeviceFactory, JobFactory, SubmissionFactory, UserFactory
from tests.messages.brackets import OPEN, in_brackets
from tests.runs.helpers import claimed, later
from tests.runs.test_overdue import past

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings):
    settings.MAIL = True
    settings.MAIL_ORIGIN = "https://perwatt.example.org"


@pytest.fixture
def user():
    user = UserFactory(email="ada@example.org")
    wish(by=user, on=True, now=NOW)
    return user


def over(user, state=JobState.PUBLISHED, **values):
    return JobFactory(
        submission=SubmissionFactory(submitted_by=user), state=state, **{"state_since": later(minutes=1)} | values
    )


@pytest.mark.parametrize("state", [JobState.PUBLISHED, JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_is_over_is_mailed_once(user, state):
    job = over(user, state, code="timeout" if state == JobState.FAILED else "")
    assert mail_due(now=later(minutes=2)) == 1
    assert mail_due(now=later(minutes=3)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert sent.subject == f"Perwatt: {job.submission.model_name} is {state}"
    assert f"https://perwatt.example.org/jobs/{job.uuid}/" in sent.body
    assert ("did not finish within its time limit" in sent.body) is (state == JobState.FAILED)


def test_a_late_job_is_mailed_once_while_it_lasts(user):
    device = DeviceFactory()
    past(device, took_s=300)
    job = JobFactory(device=device, submission=SubmissionFactory(submitted_by=user), state=JobState.RUNNING)
    claimed(job=job, claimed_at=NOW)
    assert mail_due(now=later(seconds=600)) == 0
    assert mail_due(now=later(seconds=601)) == 1
    assert mail_due(now=later(seconds=700)) == 0
    assert "takes longer than expected" in mail.outbox[0].subject


@pytest.mark.parametrize(
    "change",
    [
        lambda user, _job: wish(by=user, on=False, now=NOW),
        lambda user, _job: type(user).objects.update(email=""),
        lambda user, _job: type(user).objects.update(is_active=False),
        lambda _user, job: type(job).objects.update(state_since=NOW - timedelta(seconds=1)),
        lambda _user, job: type(job).objects.update(purpose="reference"),
    ],
    ids=["not asked for", "no address", "not active", "over before it was asked for", "a health check"],
)
def test_nobody_else_gets_mail(user, change):
    change(user, over(user))
    assert mail_due(now=later(minutes=2)) == 0
    assert mail.outbox == []


def test_a_mail_speaks_the_language_of_the_page_it_was_asked_for_on(user):
    wish(by=user, on=False, now=NOW)
    wish(by=user, on=True, now=NOW, language="de")
    over(user, JobState.FAILED, code="timeout")
    with in_brackets():
        assert mail_due(now=later(minutes=2)) == 1
    (sent,) = mail.outbox
    assert sent.subject.startswith(f"{OPEN}Perwatt: ")
    said = [text for text in sent.body.strip().split("\n\n") if not text.startswith("https://")]
    assert len(said) == 3
    assert [text for text in said if not text.startswith(OPEN)] == []


def test_what_is_a_day_old_is_no_news(user):
    over(user)
    assert mail_due(now=later(minutes=2) + NEWS_FOR) == 0


def test_without_a_mail_server_nothing_is_even_asked_for(user, settings, django_assert_num_queries):
    settings.MAIL = False
    over(user)
    with django_assert_num_queries(0):
        assert mail_due(now=later(minutes=2)) == 0


@pytest.mark.parametrize("error", [NotSent("421 busy", again=True, others=False), KeyboardInterrupt()])
def test_what_cannot_be_sent_is_tried_again(user, monkeypatch, error):
    over(user)

    def refuse(**_letter):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(mailing, "send", refuse)
        with suppress(KeyboardInterrupt):
            assert mail_due(now=later(minutes=2)) == 0
    assert not JobMail.objects.exists()
    assert mail_due(now=later(minutes=3)) == 1


def test_an_address_that_is_refused_for_good_keeps_nobody_elses_mail(user, monkeypatch):
    other = UserFactory(email="bob@example.org")
    wish(by=other, on=True, now=NOW)
    for one in (user, other):
        over(one)
    real = mailing.send

    def refuse(**letter):
        if letter["to"] == user.email:
            raise NotSent("550 no such mailbox", again=False, others=True)
        real(**letter)

    monkeypatch.setattr(mailing, "send", refuse)
    assert mail_due(now=later(minutes=2)) == 1
    assert mail_due(now=later(minutes=3)) == 0
    assert [sent.to for sent in mail.outbox] == [["bob@example.org"]]
    assert (last_refusal(user), last_refusal(other)) == ("550 no such mailbox", "")


def test_a_mailbox_that_is_full_is_tried_once_in_a_round_and_keeps_nobody_elses_mail(user, monkeypatch):
    other = UserFactory(email="bob@example.org")
    wish(by=other, on=True, now=NOW)
    for one in (user, user, user, other):
        over(one)
    real, tried = mailing.send, []

    def refuse(**letter):
        tried.append(letter["to"])
        if letter["to"] == user.email:
            raise NotSent("452 mailbox full", again=True, others=True)
        real(**letter)

    monkeypatch.setattr(mailing, "send", refuse)
    monkeypatch.setattr(mailing, "MOST_AT_ONCE", 2)
    assert mail_due(now=later(minutes=2)) == 1
    assert tried == [user.email, other.email]
    assert list(JobMail.objects.values_list("job__submission__submitted_by", flat=True)) == [other.pk]


def test_a_late_job_is_found_behind_others_that_are_not_late(user, monkeypatch):
    monkeypatch.setattr(mailing, "MOST_AT_ONCE", 1)
    JobFactory(submission=SubmissionFactory(submitted_by=user))
    device = DeviceFactory()
    past(device, took_s=300)
    job = JobFactory(device=device, submission=SubmissionFactory(submitted_by=user), state=JobState.RUNNING)
    claimed(job=job, claimed_at=NOW)
    assert mail_due(now=later(seconds=601)) == 1
    assert JobMail.objects.get().job == job


def test_a_name_cannot_add_headers(user):
    job = over(user)
    type(job.submission).objects.update(model_name="a\nBcc: everybody@example.org")
    assert mail_due(now=later(minutes=2)) == 1
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["ada@example.org"]


def test_the_database_keeps_one_mail_per_job_and_kind(user):
    job = over(user)
    JobMail.objects.create(job=job, kind="over", sent_at=NOW)
    JobMail.objects.create(job=job, kind="late", sent_at=NOW)
    with pytest.raises(IntegrityError, match=r"one_mail_per_job_and_kind|UNIQUE"):
        JobMail.objects.create(job=job, kind="over", sent_at=NOW)
