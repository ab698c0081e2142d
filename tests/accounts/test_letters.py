"""Mails about accounts: each goes once, waits for a server that is away, and is given up when its time is over."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils.translation import get_language

from leaderboard.accounts import letters
from leaderboard.accounts.letters import HELD, send_due
from leaderboard.accounts.mailbox import Claim, ask_to_confirm, confirm_link, keep_address
from leaderboard.accounts.models import AccountMail
from leaderboard.accounts.passwords import ask_for_link, link_of, set_password, user_of_link
from leaderboard.mail import NotSent
from leaderboard.secret_paths import _hidden
from tests.factories import NOW, UserFactory
from tests.messages.brackets import OPEN, in_brackets

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings):
    settings.MAIL, settings.MAIL_ORIGIN = True, "https://perwatt.example.org"
    settings.DEFAULT_FROM_EMAIL = "perwatt@example.org"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada():
    return UserFactory(username="ada", email="Ada@example.org")


def secret_in(body):
    return body.partition("/account/new-password/")[2].partition("/")[0]


def ask(address="ada@example.org", now=NOW):
    ask_for_link(address=address, now=now)


def test_a_link_goes_once_to_the_address_that_the_account_keeps(ada):
    ask("aDa@EXAMPLE.org")
    assert send_due(now=NOW) == 1
    assert send_due(now=NOW + MINUTE) == 0
    (sent,) = mail.outbox
    assert sent.to == ["Ada@example.org"]
    assert "https://perwatt.example.org/account/new-password/" in sent.body
    assert user_of_link(secret_in(sent.body)) == ada
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize(
    "values",
    [{"email": "eve@example.org"}, {"is_active": False}, {"password": "!"}],
    ids=["another address", "not active", "signs in by links only"],
)
def test_nobody_else_gets_one(ada, values):
    type(ada).objects.update(**values)
    ask()
    assert send_due(now=NOW) == 0
    assert mail.outbox == []
    assert not AccountMail.objects.exists()


def test_two_accounts_of_one_address_get_one_mail_each_and_a_trouble_with_one_repeats_no_other(ada, monkeypatch):
    UserFactory(username="bob", email="ada@example.org")
    ask()
    real = letters.send

    def only_the_first(**letter):
        if mail.outbox:
            raise NotSent("421 busy", again=True, others=False)
        real(**letter)

    with monkeypatch.context() as patch:
        patch.setattr(letters, "send", only_the_first)
        assert send_due(now=NOW) == 1
    assert send_due(now=NOW + MINUTE) == 1
    assert sorted(sent.body.split("password for ")[1].split(".")[0] for sent in mail.outbox) == ["ada", "bob"]


@pytest.mark.parametrize(
    ("again", "others", "left"), [(True, False, 2), (True, True, 2), (False, True, 0)], ids=["away", "busy", "refused"]
)
def test_what_did_not_go_is_kept_unless_it_was_refused_for_good(ada, monkeypatch, again, others, left):
    UserFactory(username="bob", email="bob@example.org")
    ask()
    ask("bob@example.org")
    tried = []

    def refuse(**letter):
        tried.append(letter["to"])
        raise NotSent("no", again=again, others=others)

    with monkeypatch.context() as patch:
        patch.setattr(letters, "send", refuse)
        assert send_due(now=NOW) == 0
    assert len(tried) == (2 if others else 1)
    assert send_due(now=NOW + MINUTE) == left


def test_a_mail_that_another_worker_holds_is_left_to_it_until_it_must_have_died(ada):
    ask()
    letters._look_for_owners()
    AccountMail.objects.update(held_until=NOW + HELD)
    assert send_due(now=NOW + HELD - MINUTE) == 0
    assert send_due(now=NOW + HELD) == 1


def test_a_link_that_could_not_go_within_an_hour_is_given_up_and_said_to_be(ada, caplog):
    ask()
    assert send_due(now=NOW + timedelta(hours=1)) == 0
    assert "1 mails about accounts could not be sent in their time" in caplog.text
    assert mail.outbox == []


def test_without_a_mail_server_nothing_is_even_asked_for(settings, django_assert_num_queries):
    settings.MAIL = False
    with django_assert_num_queries(0):
        assert send_due(now=NOW) == 0


def test_a_changed_password_is_mailed_to_its_owner_without_a_secret(ada):
    ada.set_password("another horse battery")
    assert set_password(user=ada, now=NOW)
    assert send_due(now=NOW) == 1
    (sent,) = mail.outbox
    assert sent.subject == "Perwatt: your password was changed"
    assert "on 2026-11-02 at 12:00 UTC" in sent.body
    assert "new-password" not in sent.body
    assert "battery" not in sent.body


@pytest.mark.parametrize(("language", "translated"), [("de", True), ("xx", False), ("", False)])
def test_a_mail_speaks_the_language_of_the_page_it_was_asked_for_on(ada, language, translated):
    ask_for_link(address=ada.email, now=NOW, language=language)
    ask_to_confirm(by=ada, address="ada@example.com", now=NOW, language=language)
    keep_address(Claim(ada, "ada@example.net"), now=NOW, language=language)
    set_password(user=ada, now=NOW, language=language)
    with in_brackets():
        type(ada).objects.update(email=ada.email)
        assert send_due(now=NOW) == 4
    for sent in mail.outbox:
        said = [text for text in (sent.subject, *sent.body.strip().split("\n\n")) if not text.startswith("https://")]
        assert [text for text in said if (text[0] == OPEN) is not translated] == []
    assert get_language() == settings.LANGUAGE_CODE


def test_a_link_that_waited_goes_to_no_address_that_the_account_has_left(ada):
    ask()
    letters._look_for_owners()
    keep_address(Claim(ada, "ada@example.net"), now=NOW)
    assert send_due(now=NOW) == 1
    assert [sent.subject for sent in mail.outbox] == ["Perwatt: your mail address was changed"]
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("change", ["password", "address"])
def test_an_address_that_waited_for_its_mail_is_not_offered_once_password_or_address_changed(ada, change):
    ask_to_confirm(by=ada, address="eve@example.org", now=NOW)
    if change == "password":
        ada.set_password("another horse battery")
        set_password(user=ada, now=NOW)
    else:
        keep_address(Claim(ada, "ada@example.net"), now=NOW)
    assert send_due(now=NOW) == 1
    assert "eve@example.org" not in {address for sent in mail.outbox for address in sent.to}
    assert not AccountMail.objects.exists()


def test_who_has_no_address_is_mailed_nothing():
    user = UserFactory(email="")
    assert set_password(user=user, now=NOW)
    assert not AccountMail.objects.exists()


def test_of_two_who_use_a_link_at_once_one_sets_the_password(ada):
    old = ada.password
    ada.set_password("another horse battery")
    assert set_password(user=ada, now=NOW, instead_of=old)
    assert not set_password(user=ada, now=NOW, instead_of=old)


@pytest.mark.parametrize("secret", ["", "x", "MQ", "MQ.", ".a-b", "MQ.a-b", "%00.a-b", "é.b", "9" * 400 + ".a-b"])
def test_a_link_that_was_never_made_is_nobodys(ada, secret):
    assert user_of_link(secret) is None


def test_a_link_for_staff_to_hand_over_needs_no_mail(ada, tmp_path, settings, capsys):
    settings.MAIL, settings.CSRF_TRUSTED_ORIGINS = False, ["https://lab.example.org"]
    call_command("password_link", "ada", str(tmp_path / "link"))
    assert capsys.readouterr().out == ""
    link = (tmp_path / "link").read_text(encoding="ascii").strip()
    assert link.startswith("https://lab.example.org/account/new-password/")
    assert user_of_link(secret_in(link)) == ada
    for name, file in (("nobody", "-"), ("ada", str(tmp_path / "link"))):
        with pytest.raises(CommandError):
            call_command("password_link", name, file)


def test_the_database_keeps_no_mail_to_nobody_but_one_that_is_looked_for():
    with pytest.raises(IntegrityError, match="only_a_forgotten_password_has_no_user_yet"):
        AccountMail.objects.create(kind="changed", address="ada@example.org", asked_at=NOW)


def test_the_paths_of_links_are_those_that_logs_hide(ada):
    assert _hidden(confirm_link(Claim(ada, "ada@example.org"))) == "/account/mail/.../"
    assert _hidden(f"GET {link_of(ada)} HTTP/1.1") == "GET /account/new-password/.../ HTTP/1.1"
