import re

import pytest
from django.test import Client

from frontend.present.account import contact
from leaderboard.accounts.models import Invitation, User
from leaderboard.accounts.signing_up import invite
from leaderboard.clock import database_now
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "another horse battery"


def twice(password):
    return {"password1": password, "password2": password}


GOOD = {"username": "bob", **twice(PASSWORD)}


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada():
    return UserFactory(username="ada", is_staff=True)


def link_of(ada):
    return f"/account/invitation/{invite(whom='Bob', by=ada, now=database_now())}/"


class TestPolicy:
    @pytest.mark.parametrize(
        ("policy", "words"),
        [("closed", "made by the staff"), ("invited", "made with an invitation"), ("open", "/account/sign-up/")],
    )
    def test_the_page_to_sign_in_says_how_one_comes_by_an_account(self, client, settings, policy, words):
        settings.SIGN_UP, settings.CONTACT = policy, "lab@example.org"
        html = client.get("/account/login/").content.decode()
        assert words in html
        assert ('href="mailto:lab@example.org"' in html) == (policy != "open")

    @pytest.mark.parametrize("policy", ["closed", "invited"])
    def test_nobody_makes_an_account_alone_unless_sign_up_is_open(self, client, settings, policy):
        settings.SIGN_UP = policy
        assert "whoever runs this server" in client.get("/account/sign-up/").content.decode()
        assert client.post("/account/sign-up/", GOOD).status_code == 403
        assert not User.objects.exists()

    def test_a_contact_is_a_link_only_where_it_is_an_address(self):
        assert contact("https://lab.example.org/who")["href"] == "https://lab.example.org/who"
        assert contact("lab@example.org")["href"] == "mailto:lab@example.org"
        for words in ("", "Ada, room 3", "javascript:alert(1)@a.b", "a@b.c?subject=x"):
            assert contact(words) == {"text": words, "href": ""}


class TestJoining:
    @pytest.fixture(autouse=True)
    def _open(self, settings):
        settings.SIGN_UP = "open"

    def test_who_signs_up_is_signed_in_as_an_ordinary_person_and_goes_back(self, client):
        sent = GOOD | {"is_staff": "on", "is_superuser": "on", "next": "/submit/"}
        assert client.post("/account/sign-up/?next=/jobs/", sent)["Location"] == "/submit/"
        bob = User.objects.get(username="bob")
        assert client.session["_auth_user_id"] == str(bob.pk)
        assert (bob.is_staff, bob.is_superuser, bob.check_password(PASSWORD)) == (False, False, True)

    def test_an_ordinary_person_makes_tokens_and_submits_and_is_let_into_nothing_of_staffs(self, client):
        client.post("/account/sign-up/", GOOD)
        assert client.get("/account/tokens/").status_code == 200
        assert client.get("/submit/", follow=True).status_code == 200
        for path in ("/account/invitations/", "/devices/enrol/"):
            assert client.get(path).status_code == 403
        assert "Invitations" not in client.get("/account/").content.decode()

    def test_what_is_wrong_is_listed_first_with_links_to_the_fields(self, client):
        answer = client.post("/account/sign-up/", {"username": "bob smith", "password1": "short", "password2": "x"})
        html = answer.content.decode()
        assert answer.status_code == 422
        summary = html.partition('id="summary"')[2].partition("</div>")[0]
        assert set(re.findall(r'href="#([^"]+)"', summary)) == {"id_username", "id_password1", "id_password2"}
        assert "too short" in summary.partition("id_password1")[2].partition("</li>")[0]
        for name in ("id_username", "id_password1", "id_password2"):
            assert re.search(rf'<input[^>]*aria-invalid="true"[^>]*id="{name}"', html)
        assert "short" not in html.partition("<main")[2].replace("too short", "")

    @pytest.mark.parametrize("name", ["ada", "ADA", "gone"])
    def test_a_name_that_is_taken_is_refused_in_the_same_words_whoever_has_it(self, client, name):
        UserFactory(username="ada")
        UserFactory(username="gone", is_active=False)
        html = client.post("/account/sign-up/", GOOD | {"username": name}).content.decode()
        assert "This name cannot be had. Choose another." in html
        assert "already exists" not in html

    @pytest.mark.parametrize(
        "wrong",
        [{"username": "b" * 41}, {"username": "b\0b"}, {"username": PASSWORD.replace(" ", "-")}, twice("123456789012")],
    )
    def test_a_name_too_long_or_a_password_too_weak_makes_no_account(self, client, wrong):
        assert client.post("/account/sign-up/", GOOD | wrong).status_code == 422
        assert not User.objects.exists()

    def test_it_never_leads_to_another_site(self, client):
        sent = GOOD | {"next": "https://example.org/"}
        assert client.post("/account/sign-up/", sent)["Location"] == "/account/"

    def test_who_has_an_account_is_not_made_another(self, client, ada):
        client.force_login(ada)
        assert client.post("/account/sign-up/", GOOD)["Location"] == "/account/"
        assert User.objects.get() == ada

    def test_the_form_needs_its_token(self):
        assert Client(enforce_csrf_checks=True).post("/account/sign-up/", GOOD).status_code == 403


class TestInvited:
    @pytest.fixture(autouse=True)
    def _invited(self, settings):
        settings.SIGN_UP = "invited"

    def test_a_link_says_who_invites_and_makes_one_account(self, client, ada):
        path = link_of(ada)
        shown = client.get(path)
        assert "<bdi>ada</bdi> invites you" in shown.content.decode()
        assert shown["Referrer-Policy"] == "strict-origin"
        assert client.post(path, GOOD | {"username": "ada"}).status_code == 422
        assert client.post(path, GOOD)["Location"] == "/account/"
        again = Client()
        assert "does not work" in again.get(path).content.decode()
        assert again.post(path, GOOD | {"username": "carl"}).status_code == 410
        assert not User.objects.filter(username="carl").exists()
        assert "invited by" in client.get("/account/").content.decode()

    def test_a_link_that_was_never_made_says_no_more_than_one_that_is_spent(self, client):
        html = client.get("/account/invitation/guess/").content.decode()
        assert "It was used or revoked, its time has passed" in html
        assert client.post("/account/invitation/guess/", GOOD).status_code == 410

    def test_staff_makes_a_link_that_is_shown_once_and_revokes_it(self, client, ada, django_assert_max_num_queries):
        client.force_login(ada)
        html = client.post("/account/invitations/", {"whom": "<b>Bob</b>"}).content.decode()
        link = re.search(r"http://testserver(/account/invitation/[^/]+/)", html)[1]
        with django_assert_max_num_queries(4):  # on PostgreSQL the time is one
            html = client.get("/account/invitations/").content.decode()
        assert link not in html
        assert "&lt;b&gt;Bob&lt;/b&gt;" in html
        client.post("/account/invitations/", {"revoke": Invitation.objects.get().pk})
        assert "does not work" in Client().get(link).content.decode()
        for sent in ({"revoke": "x" * 99}, {"revoke": Invitation.objects.get().pk}):
            assert "revoked already" in client.post("/account/invitations/", sent, follow=True).content.decode()

    def test_only_staff_comes_to_the_invitations(self, client, settings, ada):
        assert client.get("/account/invitations/")["Location"].startswith("/account/login/")
        client.force_login(UserFactory())
        assert client.post("/account/invitations/", {"whom": "me"}).status_code == 403
        client.force_login(ada)
        assert client.post("/account/invitations/", {"whom": ""}).status_code == 422
        settings.SIGN_UP = "closed"
        assert "Sign-up is closed" in client.get("/account/invitations/").content.decode()
        assert client.post("/account/invitations/", {"whom": "me"}).status_code == 422
        assert not Invitation.objects.exists()


class TestPassword:
    def test_a_new_password_keeps_this_browser_and_signs_out_the_others(self, client):
        user = UserFactory()
        other = Client()
        client.force_login(user)
        other.force_login(user)
        sent = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        assert client.post("/account/password/", sent)["Location"] == "/account/"
        assert client.get("/account/").status_code == 200
        assert other.get("/account/")["Location"] == "/account/login/?next=/account/"
        user.refresh_from_db()
        assert user.check_password(NEW)

    def test_a_wrong_old_password_changes_nothing(self, client):
        user = UserFactory()
        client.force_login(user)
        weak = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
        html = client.post("/account/password/", weak).content.decode()
        assert set(re.findall(r'href="#(id_[^"]+)"', html)) == {"id_new_password1"}
        sent = {"old_password": "no", "new_password1": NEW, "new_password2": NEW}
        answer = client.post("/account/password/", sent)
        assert answer.status_code == 422
        assert 'href="#id_old_password"' in answer.content.decode()
        user.refresh_from_db()
        assert user.check_password(PASSWORD)

    def test_who_signs_in_by_links_sets_a_first_one(self, client):
        user = UserFactory(password="!")
        client.force_login(user)
        assert "id_old_password" not in client.get("/account/password/").content.decode()
        client.post("/account/password/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
