"""Guessing is slow, and never keeps out who is right: the limits as a reader and an attacker meet them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from frontend.pages import tries
from leaderboard.accounts.limits import SIGN_IN_PAIR
from leaderboard.accounts.models import SignInLink, Tally, User
from leaderboard.clock import database_now
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WRONG = "wrong"
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user():
    return UserFactory(username="ada")


def sign_in(client=None, name="ada", password=WRONG, address=HERE, **headers):
    sent = {"username": name, "password": password}
    return (client or Client()).post("/account/login/", sent, REMOTE_ADDR=address, **headers)


@pytest.fixture
def fewer(monkeypatch):
    """Make a limit small, so that a test is through with it quickly."""

    def set_to_five(name):
        monkeypatch.setattr(tries, name, replace(getattr(tries, name), most=5))

    return set_to_five


def end_the_wait():
    """On either database: its clock is not ours to set."""
    Tally.objects.update(until=database_now())


def test_after_ten_wrong_passwords_even_the_right_one_waits_and_then_works(user):
    for _ in range(SIGN_IN_PAIR.most):
        assert sign_in().status_code == 200
    refused = sign_in(password=PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= SIGN_IN_PAIR.within.total_seconds()
    html = refused.content.decode()
    assert "Nothing is locked" in html
    assert "minutes, at " in html
    end_the_wait()
    assert sign_in(password=PASSWORD).status_code == 302


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_a_name_that_nobody_has_is_counted_like_one_that_somebody_has(user, name):
    answers = [sign_in(name=name).status_code for _ in range(SIGN_IN_PAIR.most + 1)]
    assert answers == [200] * SIGN_IN_PAIR.most + [429]


def test_spelling_a_name_otherwise_is_no_further_try(user):
    for spelling in ("ada", "ADA", " ada", "ａda") * 3:
        last = sign_in(name=spelling)
    assert last.status_code == 429


def test_who_is_elsewhere_signs_in_while_somebody_guesses_here(user):
    for _ in range(SIGN_IN_PAIR.most + 5):
        sign_in(address=HERE)
    assert sign_in(password=PASSWORD, address=THERE).status_code == 302


def test_one_password_tried_on_many_names_is_refused_to_the_address(user, fewer):
    fewer("SIGN_IN_ADDRESS")
    for n in range(5):
        sign_in(name=f"name{n}")
    assert sign_in(name="ada", password=PASSWORD).status_code == 429
    assert sign_in(name="ada", password=PASSWORD, address=THERE).status_code == 302


def test_many_addresses_slow_a_name_down_but_not_a_browser_that_knows_it(user, fewer):
    fewer("SIGN_IN_NAME")
    known = Client()
    assert sign_in(known, password=PASSWORD).status_code == 302
    known.post("/account/logout/")
    for n in range(5):
        sign_in(address=f"192.0.2.{n}")
    assert sign_in(password=PASSWORD, address=THERE).status_code == 429
    assert sign_in(known, password=PASSWORD).status_code == 302


def test_a_browser_that_knows_one_name_gets_no_more_tries_with_another(user):
    known = Client()
    UserFactory(username="mallory")
    sign_in(known, name="mallory", password=PASSWORD)
    known.post("/account/logout/")
    answers = [sign_in(known).status_code for _ in range(SIGN_IN_PAIR.most + 1)]
    assert answers[-1] == 429
    answers = [sign_in(known, name="mallory").status_code for _ in range(SIGN_IN_PAIR.most + 1)]
    assert answers == [200] * SIGN_IN_PAIR.most + [429]


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "\x00", "W10:1:x"])
def test_a_made_up_cookie_makes_no_browser_known(user, value):
    client = Client()
    client.cookies["known"] = value
    assert [sign_in(client).status_code for _ in range(SIGN_IN_PAIR.most + 1)][-1] == 429


def test_the_cookie_of_a_known_browser_is_out_of_reach_of_scripts_and_plain_http(user, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = sign_in(password=PASSWORD).cookies["known"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (
        True,
        True,
        "Lax",
        "/account/",
    )
    assert "ada" not in cookie.value


def test_signing_in_again_and_again_is_no_guessing(user):
    for _ in range(SIGN_IN_PAIR.most + 3):
        assert sign_in(password=PASSWORD).status_code == 302


def test_a_client_cannot_choose_its_address(user):
    for n in range(SIGN_IN_PAIR.most):
        sign_in(HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
    assert sign_in().status_code == 429


def test_the_admin_has_no_way_in_of_its_own(client, user):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/account/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "ada", "password": PASSWORD})["Location"].startswith("/account/")
    assert "_auth_user_id" not in client.session
    client.force_login(user)
    assert client.get("/admin/", follow=True).status_code == 403


class TestLinks:
    def test_guessing_links_is_slow_and_a_right_one_works_after_the_wait(self, client, fewer):
        fewer("LINK_ADDRESS")
        user = UserFactory()
        link = SignInLink.issue(user=user, expires_at=database_now() + timedelta(minutes=5))
        answers = [client.post(f"/account/sign-in/guess{n}/").status_code for n in range(6)]
        assert answers == [410] * 5 + [429]
        refused = client.post(f"/account/sign-in/{link}/")
        assert (refused.status_code, refused["Referrer-Policy"]) == (429, "strict-origin")
        end_the_wait()
        assert client.post(f"/account/sign-in/{link}/").status_code == 302

    def test_guessing_invitations_is_slow(self, client, settings, fewer):
        fewer("LINK_ADDRESS")
        settings.SIGN_UP = "invited"
        answers = [client.get(f"/account/invitation/guess{n}/").status_code for n in range(6)]
        assert answers == [200] * 5 + [429]


class TestSigningUp:
    def test_trying_names_is_slow(self, client, settings, fewer):
        fewer("SIGN_UP_ADDRESS")
        settings.SIGN_UP = "open"
        for n in range(5):
            assert client.post("/account/sign-up/", {"username": f"name{n}"}).status_code == 422
        refused = client.post("/account/sign-up/", {"username": "bob", "password1": PASSWORD, "password2": PASSWORD})
        assert refused.status_code == 429
        assert not User.objects.exists()


class TestPassword:
    def test_who_found_an_open_browser_does_not_guess_the_password(self, client, user):
        client.force_login(user)
        sent = {"old_password": "x", "new_password1": "another horse battery", "new_password2": "another horse battery"}
        answers = [client.post("/account/password/", sent).status_code for _ in range(11)]
        assert answers == [422] * 10 + [429]
