"""The mail address of an account: with the password, and only once its reader says so."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from leaderboard.accounts.letters import send_due
from leaderboard.accounts.limits import MAIL_BOX
from leaderboard.accounts.limits import PASSWORD as OLD_PASSWORD
from leaderboard.accounts.mailbox import Claim, claim_of_link, confirm_link, keep_address
from leaderboard.accounts.models import AccountMail
from leaderboard.clock import database_now
from tests.factories import NOW, PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PATH = "/account/mail/"
NEW = "ada@example.org"


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings):
    settings.MAIL, settings.MAIL_ORIGIN = True, "https://perwatt.example.org"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(client):
    user = UserFactory(username="ada", email="")
    client.force_login(user)
    return user


def address_of(user):
    user.refresh_from_db()
    return user.email


def link():
    send_due(now=database_now())
    return PATH + mail.outbox[-1].body.partition(PATH)[2].partition("/")[0] + "/"


def test_an_address_is_kept_once_whoever_reads_its_mail_says_so(client, ada, django_assert_num_queries):
    assert "Give one" in client.get("/account/").content.decode()
    assert client.post(PATH, {"address": NEW, "password": PASSWORD})["Location"] == PATH
    assert address_of(ada) == ""
    path = link()
    assert mail.outbox[0].to == [NEW]
    elsewhere = Client()  # a phone, where nobody is signed in
    with django_assert_num_queries(1):
        shown = elsewhere.get(path)
    assert "<bdi>ada@example.org</bdi> becomes" in shown.content.decode()
    assert shown["Referrer-Policy"] == "strict-origin"
    assert address_of(ada) == ""
    assert elsewhere.post(path).status_code == 302
    assert address_of(ada) == NEW
    assert elsewhere.post(path).status_code == 410
    with django_assert_num_queries(2):
        assert NEW in client.get(PATH).content.decode()


def test_the_address_before_gets_a_last_mail(client, ada):
    type(ada).objects.update(email="old@example.org")
    client.post(PATH, {"address": NEW, "password": PASSWORD})
    client.post(link())
    send_due(now=database_now())
    assert [sent.to for sent in mail.outbox] == [[NEW], ["old@example.org"]]
    assert mail.outbox[1].subject == "Perwatt: your mail address was changed"
    assert NEW not in mail.outbox[1].body


def test_an_empty_one_takes_it_away_and_the_same_one_asks_nobody(client, ada):
    type(ada).objects.update(email=NEW)
    client.post(PATH, {"address": NEW, "password": PASSWORD})
    assert not AccountMail.objects.exists()
    client.post(PATH, {"address": "", "password": PASSWORD})
    assert address_of(ada) == ""


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"address": "ada", "password": PASSWORD}, "address"),
        ({"address": NEW}, "password"),
        ({"address": NEW, "password": "no"}, "password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_sends_nothing(client, ada, sent, field):
    answer = client.post(PATH, sent)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not AccountMail.objects.exists()


def test_who_signs_in_by_links_is_asked_for_no_password(client, ada):
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    assert "id_password" not in client.get(PATH).content.decode()
    assert client.post(PATH, {"address": NEW}).status_code == 302
    assert AccountMail.objects.get().address == NEW


def test_guessing_the_password_and_mailing_somebody_are_limited(client, ada):
    for _ in range(MAIL_BOX.most):
        assert client.post(PATH, {"address": NEW, "password": PASSWORD}).status_code == 302
    assert client.post(PATH, {"address": NEW, "password": PASSWORD}).status_code == 429
    for _ in range(OLD_PASSWORD.most):
        assert client.post(PATH, {"address": NEW, "password": "no"}).status_code == 422
    assert client.post(PATH, {"address": NEW, "password": PASSWORD}).status_code == 429


def test_a_link_ends_with_its_time_and_with_a_new_password(ada, settings):
    secret = confirm_link(Claim(ada, NEW)).split("/")[-2]
    assert claim_of_link(secret) == Claim(ada, NEW)
    for wrong in ("", "abc", secret[:-1], f"{secret}x"):
        assert claim_of_link(wrong) is None
    with time_machine.travel(database_now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 5)):
        assert claim_of_link(secret) is None
    ada.set_password("another horse battery")
    ada.save()
    assert claim_of_link(secret) is None


def test_of_two_who_change_it_at_once_one_does(ada):
    assert keep_address(Claim(ada, NEW), now=NOW)
    assert not keep_address(Claim(ada, "other@example.org"), now=NOW)


def test_a_server_without_mail_says_so(client, ada, settings):
    settings.MAIL = False
    assert "sends no mail" in client.get(PATH).content.decode()
    assert client.post(PATH, {"address": NEW, "password": PASSWORD}).status_code == 403
