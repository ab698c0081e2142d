"""A one-use link leads back to where its reader was, and never to another site."""

from datetime import timedelta

import pytest
from django.core import signing

from leaderboard.accounts.models import SignInLink
from leaderboard.clock import database_now
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ELSEWHERE = (
    "https://example.org/", "//example.org/", "/\\example.org", "\\\\example.org", "javascript:alert(1)",
    "https:example.org", "http:///example.org", "\thttps://example.org",
)  # fmt: skip


@pytest.fixture
def path():
    return f"/account/sign-in/{SignInLink.issue(user=UserFactory(), expires_at=database_now() + timedelta(hours=1))}/"


def test_a_link_leads_back_to_the_page_that_asked_to_sign_in(client, path):
    assert client.get("/submit/", follow=True).redirect_chain[-1][0] == "/account/login/?next=/submit/"
    cookie = client.cookies["back"]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == ("/account/", True, 3600)
    assert client.post(path)["Location"] == "/submit/"
    assert client.cookies["back"].value == ""


def test_a_link_may_name_where_to_go(client, path):
    html = client.get(f"{path}?next=/jobs/").content.decode()
    assert '<input type="hidden" name="next" value="/jobs/">' in html
    assert client.post(path, {"next": "/jobs/"})["Location"] == "/jobs/"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_it_never_leads_to_another_site(client, path, address):
    client.get("/account/login/", {"next": address})
    assert "back" not in client.cookies
    client.cookies["back"] = signing.dumps(address, salt="frontend.pages.returning")
    assert client.post(path, {"next": address})["Location"] == "/"


def test_a_cookie_that_is_made_up_or_long_leads_nowhere(client, path):
    client.get("/account/login/", {"next": "/boards/?q=" + "x" * 10_000})
    assert "back" not in client.cookies
    client.cookies["back"] = "/jobs/"
    assert client.post(path)["Location"] == "/"


def test_who_signs_in_with_a_password_goes_back_as_well(client):
    user = UserFactory()
    client.get("/account/login/?next=/queue/")
    sent = {"username": user.username, "password": "correct horse battery", "next": "/queue/"}
    answer = client.post("/account/login/", sent)
    assert answer["Location"] == "/queue/"
    assert answer.cookies["back"].value == ""
