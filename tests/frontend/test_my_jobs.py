"""One's own jobs: by state, page by page, and what can be done with each."""

import re

import pytest

from leaderboard.runs.mailing import wants_mail, wish
from leaderboard.runs.models import JobMail
from leaderboard.runs.states import JobState
from tests.databases import CLOCK_QUERIES
from tests.factories import NOW, JobFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def _jobs(user, n, **values):
    submission = SubmissionFactory(submitted_by=user)
    return [JobFactory(submission=submission, **values) for _ in range(n)]


def test_jobs_are_chosen_by_state_and_counted(client, user):
    _jobs(user, 2)
    _jobs(user, 3, state=JobState.CANCELLED)
    JobFactory()
    html = client.get("/jobs/?state=cancelled").content.decode()
    assert html.count('<th scope="row">') == 3
    assert "Queued <small>2</small>" in html
    assert client.get("/jobs.json?state=queued").json()["total"] == 2
    assert client.get("/jobs.json").json()["by_state"] == {"queued": 2, "cancelled": 3}


def test_a_job_is_cancelled_from_its_row_and_one_that_is_over_is_not(client, user):
    (job,) = _jobs(user, 1)
    assert f'action="/jobs/{job.uuid}/cancel/"' in client.get("/jobs/").content.decode()
    client.post(f"/jobs/{job.uuid}/cancel/")
    assert "/cancel/" not in client.get("/jobs/").content.decode()


def test_a_list_goes_on_at_the_next_page(client, user):
    _jobs(user, 51)
    assert client.get("/jobs/").content.decode().count('<th scope="row">') == 50
    assert len(client.get("/jobs.json?page=2").json()["jobs"]) == 1


def test_links_to_other_pages_are_few_and_keep_the_state(client, user, monkeypatch):
    monkeypatch.setattr("frontend.present.my_jobs.PER_PAGE", 1)
    _jobs(user, 12)
    html = client.get("/jobs/?state=queued&page=6").content.decode()
    shown = re.findall(r'href="/jobs/\?state=queued(?:&amp;page=(\d+))?"', html.partition('aria-label="Pages"')[2])
    assert shown == ["", "4", "5", "6", "7", "8", "12"]
    assert html.count("<li>…</li>") == 2


@pytest.mark.parametrize("query", ["state=moon", "page=0", "page=999", "page=x", "page=%00", "wat=1", "state=%00"])
def test_what_is_no_choice_is_said_and_everything_is_shown(client, user, query):
    _jobs(user, 1)
    html = client.get(f"/jobs/?{query}").content.decode()
    assert 'class="note warn"' in html
    assert html.count('<th scope="row">') == 1
    assert client.get(f"/jobs.json?{query}").json()["ignored"]


@pytest.mark.parametrize("n", [1, 30])
def test_the_list_asks_a_fixed_number_of_questions(client, user, django_assert_num_queries, n):
    _jobs(user, n)
    with django_assert_num_queries(7 + CLOCK_QUERIES):
        client.get("/jobs/")


def test_the_json_of_nobody_is_refused(client):
    assert client.get("/jobs.json").status_code == 401


def test_mail_is_asked_for_and_ended_with_a_press(client, user, settings):
    settings.MAIL = True
    assert "your account has no address yet" in client.get("/jobs/").content.decode()
    type(user).objects.update(email="ada@example.org")
    assert "Mail me at ada@example.org" in client.get("/jobs/").content.decode()
    assert client.post("/jobs/mail/", {"on": "1"}).status_code == 302
    assert wants_mail(user)
    assert "No more mail" in client.get("/jobs/").content.decode()
    client.post("/jobs/mail/", {"on": "0"})
    assert not wants_mail(user)


def test_a_mail_that_was_refused_for_good_is_said_with_the_reason(client, user, settings, django_assert_num_queries):
    settings.MAIL = True
    type(user).objects.update(email="ada@example.org")
    wish(by=user, on=True, now=NOW)
    job = JobFactory(submission=SubmissionFactory(submitted_by=user))
    JobMail.objects.create(job=job, kind="over", sent_at=NOW, refused="550 <no> such mailbox")
    with django_assert_num_queries(9 + CLOCK_QUERIES):
        html = client.get("/jobs/").content.decode()
    assert "550 &lt;no&gt; such mailbox" in html


def test_a_server_without_mail_does_not_speak_of_it(client, user):
    assert "/jobs/mail/" not in client.get("/jobs/").content.decode()
