"""Mail through a real SMTP server, read where it arrives; and what becomes of it where the server will not."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from leaderboard import addresses
from leaderboard.accounts.letters import send_due
from leaderboard.accounts.mail_watch import MailLate, mail_late
from leaderboard.accounts.models import AccountMail
from leaderboard.accounts.passwords import ask_for_link, set_password, user_of_link
from leaderboard.mail import NotSent, send
from leaderboard.runs.mailing import mail_due, wish
from leaderboard.runs.models import JobMail
from leaderboard.runs.states import JobState
from tests.factories import NOW, DeviceFactory, JobFactory, SubmissionFactory, UserFactory
from tests.mail_server import certificate, mail_server
from tests.runs.helpers import claimed, later
from tests.runs.test_overdue import past
from tests.services.ports import free_ports

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Requiring AUTH"),  # what the server of some tests is told to do
]
ROOT = Path(__file__).parents[1]
PASSWORD = "p@ss/w0rd? %"
QUOTED = "p%40ss%2Fw0rd%3F%20%25"


@pytest.fixture
def use(settings):
    """Set the server up for a mail server as its settings would."""

    def set_up(url):
        found = addresses.mail(url)
        settings.MAIL, settings.MAIL_ORIGIN = True, "https://perwatt.example.org"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = found["host"], found["port"]
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = found["user"], found["password"]
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = found["starttls"], found["ssl"]
        settings.DEFAULT_FROM_EMAIL = found["sender"]

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return set_up


@pytest.fixture
def plain(use):
    with mail_server() as server:
        use(f"smtp://127.0.0.1:{server.port}/?from=perwatt@lab.example&tls=0")
        yield server


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(tls, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[0]))
    return tls[1]


@pytest.fixture
def ada():
    return UserFactory(username="ada", email="ada@example.org")


@pytest.fixture
def said(caplog):
    """Return what was logged so far on this side: the mail server of the tests logs too, all that it hears."""
    caplog.set_level("DEBUG")
    return lambda: "\n".join(
        one.getMessage() for one in caplog.records if one.name not in {"mail.log", "mail.debug", "asyncio"}
    )


def hello(to="ada@example.org"):
    send(to=to, subject="Hello", paragraphs=["Grüße"], name="hello.1")


def link_in(letter):
    return re.search(r"/account/new-password/([^/]+)/", letter.get_content())[1]


def test_every_mail_arrives_as_plain_text_that_no_holiday_notice_answers(plain, ada, said):
    device = DeviceFactory()
    past(device, took_s=300)
    wish(by=ada, on=True, now=NOW)
    over = JobFactory(
        submission=SubmissionFactory(submitted_by=ada), state=JobState.PUBLISHED, state_since=later(minutes=1)
    )
    late = JobFactory(device=device, submission=SubmissionFactory(submitted_by=ada), state=JobState.RUNNING)
    claimed(job=late, claimed_at=NOW)
    ask_for_link(address=ada.email, now=NOW)
    assert set_password(user=ada, now=NOW)

    assert (send_due(now=later(minutes=11)), mail_due(now=later(minutes=11))) == (2, 2)
    assert (send_due(now=later(minutes=12)), mail_due(now=later(minutes=12))) == (0, 0)

    changed, forgotten, is_over, is_late = plain.mails
    for letter in plain.mails:
        assert letter["From"] == "perwatt@lab.example"
        assert letter["To"] == "ada@example.org"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Date"]
        assert letter.get_content_type() == "text/plain"
        assert letter.get_content_charset() == "utf-8"
        assert "https://perwatt.example.org/" in letter.get_content()
    assert forgotten["Subject"] == "Perwatt: a new password"
    assert changed["Subject"] == "Perwatt: your password was changed"
    assert is_over["Subject"] == f"Perwatt: {over.submission.model_name} is published"
    assert is_late["Subject"] == f"Perwatt: {late.submission.model_name} takes longer than expected"
    assert is_over["Message-ID"] == f"<{over.uuid}.over@lab.example>"
    assert len({letter["Message-ID"] for letter in plain.mails}) == 4
    assert user_of_link(link_in(forgotten)) == ada
    assert link_in(forgotten).partition(".")[2] not in said()


def test_a_mail_keeps_letters_of_every_language(plain):
    hello()
    assert plain.mails[0].get_content().strip() == "Grüße"


def test_the_settings_of_the_documentation_do_as_they_are_written(tls, tmp_path):
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    url = re.search(r"EMAIL_URL='(smtp:[^']+)'", text)[1]
    origin = re.search(r"^    PERWATT_ORIGINS=(\S+)$", text, re.MULTILINE)[1]
    command = re.search(r"\./perwatt manage (sendtestemail \S+)", text)[1].split()
    with mail_server(password="p@ss", starttls=tls[1]) as server:
        file = tmp_path / "email-url"  # as containers have it
        file.write_text(url.replace("mail.example.org:587", f"127.0.0.1:{server.port}") + "\n", encoding="utf-8")
        environ = {
            **os.environ,
            "PERWATT_DATA_DIR": str(tmp_path),
            "EMAIL_URL_FILE": str(file),
            "PERWATT_ORIGINS": origin,
            "SSL_CERT_FILE": str(tls[0]),
        }
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environ, check=True, timeout=60)
    (letter,) = server.mails
    assert (letter["From"], letter["To"]) == ("perwatt@example.org", "ada@example.org")
    assert server.logins == [(b"perwatt", b"p@ss")]
    assert server.encrypted == [True]


def test_mail_without_an_origin_for_its_links_does_not_start():
    assert addresses.mail_origin(["https://*.example.org", "https://a.example.org/"]) == "https://a.example.org"
    for origins in ([], ["https://*.example.org"]):
        with pytest.raises(addresses.BadSetting, match="PERWATT_ORIGINS"):
            addresses.mail_origin(origins)


def test_encrypted_from_the_first_byte(use, trusted):
    with mail_server(tls=trusted) as server:
        use(f"smtps://127.0.0.1:{server.port}/?from=perwatt@lab.example")
        hello()
    assert server.encrypted == [True]


def test_a_password_with_signs_is_spoken_as_it_is(use):
    with mail_server(password=PASSWORD, needs_tls=False) as server:
        use(f"smtp://me%40lab:{QUOTED}@127.0.0.1:{server.port}/?from=perwatt@lab.example&tls=0")
        hello()
    assert server.logins == [(b"me@lab", PASSWORD.encode())]


def test_a_certificate_that_nobody_vouches_for_hears_no_password(use, tls):
    with mail_server(password=PASSWORD, starttls=tls[1]) as server:
        use(f"smtp://me:{QUOTED}@127.0.0.1:{server.port}/?from=perwatt@lab.example")
        with pytest.raises(NotSent, match="certificate verify failed") as refused:
            hello()
    assert (refused.value.again, refused.value.others) == (True, False)
    assert server.logins == server.mails == []


def test_a_server_that_does_not_encrypt_hears_no_password(use):
    with mail_server(password=PASSWORD, needs_tls=False) as server:
        use(f"smtp://me:{QUOTED}@127.0.0.1:{server.port}/?from=perwatt@lab.example")
        with pytest.raises(NotSent, match="STARTTLS extension not supported"):
            hello()
    assert server.logins == server.mails == []


def test_a_wrong_password_is_said_without_it_and_the_mail_goes_once_it_is_right(use, ada, said):
    port = free_ports(1)[0]
    url = f"smtp://me:{{}}@127.0.0.1:{port}/?from=perwatt@lab.example&tls=0"
    ask_for_link(address=ada.email, now=NOW)
    with mail_server(port=port, password=PASSWORD, needs_tls=False) as server:
        use(url.format("hunter2"))
        assert send_due(now=NOW) == 0
        assert "is not sent: 535: user or password is not accepted; tried again" in said()
        assert AccountMail.objects.count() == 1
        assert mail_late(now=NOW) == MailLate(since=NOW, tried_at=NOW)
        use(url.format(QUOTED))
        assert send_due(now=later(minutes=1)) == 1
        assert send_due(now=later(minutes=2)) == 0
    assert len(server.mails) == 1
    for secret in ("hunter2", PASSWORD, QUOTED, link_in(server.mails[0]).partition(".")[2]):
        assert secret not in said()


def test_a_server_that_is_not_there_gets_everything_once_it_is(use, ada, said):
    port = free_ports(1)[0]
    use(f"smtp://127.0.0.1:{port}/?from=perwatt@lab.example&tls=0")
    wish(by=ada, on=True, now=NOW)
    JobFactory(
        submission=SubmissionFactory(submitted_by=ada),
        state=JobState.FAILED,
        code="timeout",
        state_since=later(minutes=1),
    )
    ask_for_link(address=ada.email, now=NOW)
    assert (send_due(now=later(minutes=2)), mail_due(now=later(minutes=2))) == (0, 0)
    assert said().count("Connection refused; tried again") == 2
    assert mail_due(now=later(minutes=3)) == 0
    assert mail_late(now=later(minutes=3)) == MailLate(since=later(minutes=2), tried_at=later(minutes=3))
    with mail_server(port=port) as server:
        assert send_due(now=later(minutes=3)) == 1
        assert mail_late(now=later(minutes=3)) is None
        assert mail_due(now=later(minutes=3)) == 1
        assert (send_due(now=later(minutes=4)), mail_due(now=later(minutes=4))) == (0, 0)
    assert [letter["To"] for letter in server.mails] == ["ada@example.org"] * 2


def test_a_server_that_says_nothing_is_not_waited_for(use, settings):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(f"smtp://127.0.0.1:{silent.getsockname()[1]}/?from=perwatt@lab.example&tls=0")
        settings.EMAIL_TIMEOUT = 0.1
        with pytest.raises(NotSent, match="timed out") as refused:
            hello()
    assert refused.value.again


def test_a_server_that_takes_a_mail_and_says_no_goodbye_has_it_once(plain, ada, settings):
    settings.EMAIL_TIMEOUT = 0.5
    plain.leaves_quit = True
    ask_for_link(address=ada.email, now=NOW)
    assert send_due(now=NOW) == 1
    assert not AccountMail.objects.exists()
    assert len(plain.mails) == 1


@pytest.mark.parametrize(("answer", "left"), [("550 5.1.1 <ada@example.org> is nobody", 0), ("451 busy", 1)])
def test_an_address_that_is_refused_keeps_nobody_elses_mail(plain, ada, said, answer, left):
    UserFactory(username="bob", email="bob@example.org")
    plain.refuse[ada.email] = answer
    for address in (ada.email, "bob@example.org"):
        ask_for_link(address=address, now=NOW)
    assert send_due(now=NOW) == 1
    assert [letter["To"] for letter in plain.mails] == ["bob@example.org"]
    assert AccountMail.objects.count() == left
    assert mail_late(now=NOW) is None
    assert ("tried again" if left else "given up") in said()
    assert "ada@example.org" not in said()
    plain.refuse.clear()
    assert send_due(now=later(minutes=1)) == left


def test_what_a_server_says_of_a_jobs_mail_is_kept_for_its_owner(plain, ada):
    wish(by=ada, on=True, now=NOW)
    JobFactory(submission=SubmissionFactory(submitted_by=ada), state=JobState.CANCELLED, state_since=later(minutes=1))
    plain.after_data = "554 5.7.1 looks like spam"
    assert mail_due(now=later(minutes=2)) == 0
    plain.after_data = "250 taken"
    assert mail_due(now=later(minutes=3)) == 0
    assert JobMail.objects.get().refused == "554 5.7.1 looks like spam"


def test_a_mail_whose_receipt_was_lost_goes_again_under_the_same_name(plain, ada):
    ask_for_link(address=ada.email, now=NOW)
    plain.after_data = ""
    assert send_due(now=NOW) == 0
    plain.after_data = "250 taken"
    assert send_due(now=NOW + timedelta(minutes=1)) == 1
    first, again = plain.mails
    assert first["Message-ID"] == again["Message-ID"]


@pytest.mark.parametrize("to", ["ada@example.org\nBcc: b@c.de", "ada", "a" * 70 + "@" + "b" * 300 + ".org"])
def test_an_address_that_is_none_is_given_up_and_never_a_crash(plain, to):
    plain.refuse[to] = "501 no address"
    with pytest.raises(NotSent) as refused:
        hello(to)
    assert (refused.value.again, refused.value.others) == (False, True)
    assert plain.mails == []
