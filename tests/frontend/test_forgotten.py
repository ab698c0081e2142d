"""A forgotten password: the same answer for every address, a link that works once, and what a change ends."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from frontend.pages import forgotten as page
from leaderboard.accounts.letters import send_due
from leaderboard.accounts.limits import LINK_ADDRESS, MAIL_BOX
from leaderboard.accounts.models import AccountMail, ApiToken, Tally
from leaderboard.accounts.passwords import link_of, user_of_link
from leaderboard.accounts.services import user_of_token
from leaderboard.clock import database_now
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
ASK = "/account/forgotten/"
NEW = "another horse battery"
SENT = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings):
    settings.MAIL, settings.MAIL_ORIGIN = True, "https://perwatt.example.org"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada():
    return UserFactory(username="ada", email="ada@example.org")


class TestAsking:
    def test_the_page_to_sign_in_leads_to_it(self, client):
        assert f'href="{ASK}"' in client.get("/account/login/").content.decode()

    def test_an_address_that_nobody_has_gets_the_same_answer_for_the_same_work(
        self, client, ada, django_assert_max_num_queries, django_assert_num_queries
    ):
        answers, questions = [], []
        for address in (ada.email, "nobody@example.org"):
            Tally.objects.all().delete()
            with django_assert_max_num_queries(20) as asked:
                answers.append(Client().post(ASK, {"address": address}))
            questions.append([one["sql"].split('"')[0] for one in asked.captured_queries])
            assert not any("accounts_user" in one["sql"] for one in asked.captured_queries)
        assert [(one.status_code, one["Location"]) for one in answers] == [(302, f"{ASK}?asked=1")] * 2
        assert questions[0] == questions[1]
        with django_assert_num_queries(0):
            html = client.get(f"{ASK}?asked=1").content.decode()
        assert "If an account has this address" in html
        assert send_due(now=database_now()) == 1

    def test_the_link_begins_with_the_setting_and_never_with_what_the_browser_says(self, client, ada, settings):
        settings.ALLOWED_HOSTS = ["*"]
        client.post(ASK, {"address": ada.email}, HTTP_HOST="evil.example.org", HTTP_X_FORWARDED_HOST="evil.example.org")
        send_due(now=database_now())
        assert "https://perwatt.example.org/account/new-password/" in mail.outbox[0].body
        assert "evil" not in mail.outbox[0].body

    @pytest.mark.parametrize("address", ["", "ada", "a" * 250 + "@example.org", "ada@example.org\nBcc: b@c.de"])
    def test_what_is_no_address_is_said_at_the_field(self, client, address):
        answer = client.post(ASK, {"address": address})
        assert answer.status_code == 422
        assert 'href="#id_address"' in answer.content.decode()
        assert not AccountMail.objects.exists()

    def test_one_mailbox_gets_a_few_an_hour_whoever_asks_and_whether_it_is_anybodys(self, ada):
        for address in (ada.email, "nobody@example.org"):
            for _ in range(MAIL_BOX.most):
                assert Client().post(ASK, {"address": address}).status_code == 302
            refused = Client().post(ASK, {"address": address.upper()})
            assert refused.status_code == 429
            assert int(refused["Retry-After"]) > 0

    def test_a_server_without_mail_says_what_to_do_instead(self, client, settings):
        settings.MAIL, settings.CONTACT = False, "lab@example.org"
        html = client.get(ASK).content.decode()
        assert "sends no mail" in html
        assert 'href="mailto:lab@example.org"' in html
        assert "<input" not in html.partition("<main")[2].partition("</main")[0]
        assert client.post(ASK, {"address": "ada@example.org"}).status_code == 403
        assert not AccountMail.objects.exists()


class TestLink:
    def test_it_sets_a_password_once_and_signs_out_every_browser_but_no_token(self, client, ada):
        signed_in = Client()
        signed_in.force_login(ada)
        ada.refresh_from_db()
        token = ApiToken.issue(user=ada, name="ci", now=database_now())[1]
        path = link_of(ada)
        shown = client.get(path)
        html = shown.content.decode()
        assert shown["Referrer-Policy"] == "strict-origin"
        assert "<bdi>ada</bdi>" in html
        assert "API tokens stay good" in html
        assert client.get(path).status_code == 200  # to look at it, as the preview of a mail does, uses nothing up
        assert client.post(path, SENT)["Location"] == "/account/login/"
        assert "Your password is changed" in client.get("/account/login/").content.decode()
        ada.refresh_from_db()
        assert ada.check_password(NEW)
        assert signed_in.get("/account/").status_code == 302
        assert user_of_token(token, now=database_now()) == ada
        assert client.post(path, SENT).status_code == 410
        assert "does not work any more" in client.get(path).content.decode()
        assert AccountMail.objects.get().kind == "changed"

    def test_a_weak_password_is_refused_at_its_field_and_the_link_stays_good(self, client, ada):
        path = link_of(ada)
        answer = client.post(path, {"new_password1": "short", "new_password2": "short"})
        assert answer.status_code == 422
        assert 'href="#id_new_password1"' in answer.content.decode()
        assert client.post(path, SENT).status_code == 302

    def test_its_time_passes(self, client, ada, settings):
        settings.PASSWORD_RESET_TIMEOUT = 600
        path = link_of(ada)
        with time_machine.travel(database_now() + timedelta(seconds=590)):
            assert user_of_link(path.split("/")[-2]) == ada
        with time_machine.travel(database_now() + timedelta(seconds=605)):
            assert client.post(path, SENT).status_code == 410
        ada.refresh_from_db()
        assert ada.check_password(PASSWORD)

    def test_who_signs_in_meanwhile_or_is_shut_out_ends_it(self, client, ada):
        path = link_of(ada)
        client.post("/account/login/", {"username": "ada", "password": PASSWORD})
        assert client.post(path, SENT).status_code == 410
        ada.refresh_from_db()
        path = link_of(ada)
        type(ada).objects.update(is_active=False)
        assert client.post(path, SENT).status_code == 410

    def test_guessing_is_limited_and_leaves_a_right_link_alone(self, client, ada):
        for n in range(LINK_ADDRESS.most):
            assert client.get(f"/account/new-password/MQ.guess{n}/").status_code == 200
        assert client.get("/account/new-password/MQ.guess/").status_code == 429
        assert client.get(link_of(ada)).status_code == 200

    def test_the_slower_of_two_is_told(self, client, ada, monkeypatch):
        monkeypatch.setattr(page, "set_password", lambda **_: False)
        assert client.post(link_of(ada), SENT).status_code == 410

    def test_the_page_asks_few_questions(self, client, ada, django_assert_num_queries):
        path = link_of(ada)
        with django_assert_num_queries(1):
            client.get(path)
