"""What somebody without rights tries on the pages: other people's jobs, forged forms, old sessions, secrets in logs."""

import logging

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils.module_loading import import_string

from frontend.pages.tokens import MOST_TOKENS
from leaderboard.accounts.models import ApiToken
from leaderboard.accounts.passwords import link_of
from leaderboard.accounts.signing_up import invite
from leaderboard.api.limits import FORM_BYTES, limit_of
from leaderboard.clock import database_now
from leaderboard.runs.states import JobState
from tests.factories import PASSWORD, JobFactory, UserFactory

pytestmark = pytest.mark.django_db
FORMS = (
    "/account/login/", "/account/logout/", "/account/sign-up/", "/account/invitation/abc/", "/account/sign-in/abc/",
    "/account/password/", "/account/tokens/", "/account/invitations/",
    "/account/forgotten/", "/account/new-password/a.b/", "/account/mail/", "/account/mail/abc/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def logged():
    """What is written to the log, through the filters of the settings."""
    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    handler = Kept()
    for name in django_settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(import_string(django_settings.LOGGING["filters"][name]["()"])())
    logging.getLogger("django").addHandler(handler)
    yield lines
    logging.getLogger("django").removeHandler(handler)


def test_a_link_that_is_still_good_is_in_no_log(client, settings, logged):
    settings.SIGN_UP = "invited"
    token = invite(whom="Bob", by=UserFactory(is_staff=True), now=database_now())
    assert client.post(f"/account/invitation/{token}/", {"username": "bob"}).status_code == 422
    assert Client(enforce_csrf_checks=True).post(f"/account/invitation/{token}/").status_code == 403
    assert client.post(f"/account/sign-in/{token}/").status_code == 410
    path = link_of(UserFactory())
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert client.post(path.replace(".", ".x")).status_code == 410
    assert len(logged) >= 5
    assert all("/..." in line for line in logged)
    assert token not in " ".join(logged)
    assert path.split(".")[1].rstrip("/") not in " ".join(logged)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_site_does_nothing(path):
    user = UserFactory(is_staff=True)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert strict.post(path, {"name": "x", "whom": "x"}).status_code == 403
    strict.get("/account/tokens/")
    token = strict.cookies["csrftoken"].value
    forged = {"csrfmiddlewaretoken": token, "name": "x", "rights": "read", "days": "30"}
    assert strict.post(path, forged, HTTP_ORIGIN="https://example.org").status_code == 403
    assert not ApiToken.objects.exists()


def test_a_session_from_before_signing_in_is_not_the_one_after(client):
    UserFactory(username="ada")
    client.cookies["sessionid"] = "a" * 32
    client.post("/account/login/", {"username": "ada", "password": PASSWORD})
    first = client.cookies["sessionid"].value
    assert first != "a" * 32
    client.post("/account/logout/")
    stale = Client()
    stale.cookies["sessionid"] = first
    assert stale.get("/account/").status_code == 302


def test_who_lost_the_session_comes_back_to_the_job_and_not_to_an_address_that_answers_no_get(client):
    job = JobFactory(state=JobState.QUEUED)
    for verb in ("cancel", "retry"):
        answer = client.post(f"/jobs/{job.uuid}/{verb}/")
        assert answer["Location"] == f"/account/login/?next=/jobs/{job.uuid}/"
    client.force_login(UserFactory())
    for verb in ("cancel", "retry"):
        assert client.post(f"/jobs/{job.uuid}/{verb}/").status_code == 403
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_nobody_fills_the_database_with_tokens(client):
    user, now = UserFactory(), database_now()
    rows = [ApiToken(user=user, name="x", token_hash=str(n), created_at=now) for n in range(MOST_TOKENS)]
    ApiToken.objects.bulk_create(rows)
    client.force_login(user)
    sent = {"name": "one more", "rights": ["read"], "days": "30"}
    answer = client.post("/account/tokens/", sent)
    assert answer.status_code == 422
    assert "Revoke one" in answer.content.decode()
    ApiToken.objects.filter(token_hash="0").update(revoked_at=now)
    assert client.post("/account/tokens/", sent).status_code == 200


def test_what_is_sent_without_an_account_is_small():
    assert {limit_of(path) for path in FORMS} == {FORM_BYTES}
    assert limit_of("/api/v1/submissions") > FORM_BYTES
