from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from frontend.present.memory import forget
from leaderboard.accounts.models import Invitation, SignInLink, digest
from leaderboard.boards.models import Entry
from leaderboard.boards.reported.loading import load
from leaderboard.clock import database_now
from leaderboard.devices.contacts import note_minute
from leaderboard.devices.models import Agent, DeviceEvent, EnrolToken
from leaderboard.embedded import seed
from leaderboard.health.models import HealthCheck
from leaderboard.submissions.models import Draft, Submission
from leaderboard.submissions.names import ModelName
from leaderboard.wheel import pack_wheel
from tests.boards.test_reported_boards import SLUG, publication
from tests.browser.odd_board import odd_board
from tests.browser.watching import Watched
from tests.factories import BenchmarkFactory, BoardFactory, DeviceFactory, JobFactory, UserFactory, fill_board
from tests.frontend.boards import DIGITS, addition_board, digits_board, make_reading, metered_device, rapl_reading
from tests.plugin import chromium_path
from tests.runs.traces import mark

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# As the test before leaves it.
NARROW_AND_DARK = {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"}
CONSTANT = ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")


# What follows is the package's, not the session's: Playwright runs a loop in this thread, and the rows stay until the
# last of these tests; tests of other folders would meet both.
@pytest.fixture(scope="package", autouse=True)
def _own_blobs(tmp_path_factory):
    """Blobs and a wheel for as long as the rows. Assets under their own names: hashing is the installation's step."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    wheel = tmp_path_factory.mktemp("wheel")
    pack_wheel(settings.ROOT, wheel)
    folders = {"STATIC_ROOT": tmp_path_factory.mktemp("static"), "BLOB_DIR": tmp_path_factory.mktemp("blobs")}
    with override_settings(STORAGES=storages, WHEEL_DIR=wheel, SIGN_UP="open", MAIL=True, **folders):
        yield


@pytest.fixture(scope="package")
def playwright():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Beside Playwright's loop Django would refuse the ORM, and has other connections than before and after.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright
        connections.close_all()


@pytest.fixture(scope="package")
def site(playwright, django_db_setup, django_db_blocker, _own_blobs):
    """One set of rows for all of these tests, on SQLite over the connection of their own transactions."""
    with django_db_blocker.unblock():
        forget()
        digits_board(models=(*DIGITS, CONSTANT))
        digits_board(models=DIGITS[:4], readings=(rapl_reading, make_reading), device=metered_device())
        addition_board(device=DeviceFactory())
        fill_board(BoardFactory(benchmark=BenchmarkFactory(slug="many", title="Many rows"), title="Many rows"), 300)
        _make_of_an_organisation("many")
        odd_board()
        seed.load_literature(now=database_now())
        load(publication(5), slug=SLUG, sha256="0" * 64, now=database_now())
        mark(first_entry().result.attempt)
        give_a_past(first_entry().device)
        _half_a_submission(first_entry())
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
        forget()


def _make_of_an_organisation(slug):
    named = ModelName("Bench Lab", "owned")
    one = Submission.objects.filter(entries__benchmark__slug=slug).order_by("pk").first()
    Submission.objects.filter(pk=one.pk).update(
        model_name=named.name, organisation=named.organisation, model_slug=named.key
    )


@pytest.fixture(scope="package")
def chromium(playwright, site):
    """It closes before the server does: what it keeps alive keeps a thread of the server, and that the database."""
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    yield browser
    browser.close()


# For the tests that only look at a page: a context of its own costs a test more than the page does.
@pytest.fixture(scope="package")
def window(chromium, site):
    with Watched(chromium, site, **NARROW_AND_DARK) as watched:
        yield watched


@pytest.fixture(scope="package")
def window_without_script(chromium, site):
    with Watched(chromium, site, java_script_enabled=False, **NARROW_AND_DARK) as watched:
        yield watched


# What follows writes, and so is made before a test's transaction: on PostgreSQL the server can't see into that.
@pytest.fixture(scope="package")
def cookie(site):
    """Of whoever submitted the first entry."""
    client = Client()
    client.force_login(first_entry().submission.submitted_by)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}


@pytest.fixture(scope="package")
def cookies(cookie, site):
    """Of nobody, of the owner of the first entry, and of a member of staff who has begun the first enrolment."""
    staff = UserFactory(username="grace", is_staff=True)
    EnrolToken.objects.create(pk=1, token_hash="0" * 64, name="lab-9", created_by=staff, expires_at=database_now())
    now = database_now()
    times = {"made_at": now, "expires_at": now + timedelta(days=1)}
    Invitation.objects.create(whom="Bob of the lab", token_hash=digest("abc"), made_by=staff, **times)
    client = Client()
    client.force_login(staff)
    return {"": [], "own": [cookie], "staff": [cookie | {"value": client.cookies["sessionid"].value}]}


@pytest.fixture(scope="package")
def sign_in_token(site):
    return SignInLink.issue(user=UserFactory(username="ada"), expires_at=database_now() + timedelta(minutes=5))


@pytest.fixture
def entry(site):
    return first_entry()


def first_entry():
    return Entry.objects.select_related("job", "submission__submitted_by", "device").earliest("pk")


def give_a_past(device):
    """What a device that has been here for a while has: events, checks before and after a change, a doctor's lines."""
    now = database_now()
    lines = [("NET-01", "pass"), ("PWR-00", "warn"), ("CFG-01", "fail"), ("THM-01", "skip")]
    doctor = [{"code": code, "result": result, "evidence": "as it is", "fix": "mend it"} for code, result in lines]
    Agent.objects.filter(pk=device.agent_id).update(doctor=doctor, doctor_at=now)
    DeviceEvent.objects.create(device=device, at=now, kind="changed", text="driver: 550 to 560", breaks=True)
    note_minute(agent_id=device.agent_id, before=None, now=now - timedelta(hours=2))
    for place in range(8):
        HealthCheck.objects.create(
            device=device,
            job=JobFactory(device=device, state="published"),
            cause="daily",
            verdict="good",
            asked_at=now - timedelta(days=8 - place),
            done_at=now,
            starts_baseline=place in (0, 5),
            latency_p50_s=0.001 + 0.0001 * place,
            fingerprint="f" if place < 5 else "g",
        )


def _half_a_submission(entry):
    """A draft of whoever submitted the first entry, at an address that the list of pages knows."""
    submission = entry.submission
    model = {"name": submission.model_name, "licence": "MIT", "sha256": submission.artefact.sha256}
    body = {"model": model, "benchmark": submission.benchmark.slug, "device": entry.device.slug}
    now = database_now()
    Draft.objects.create(
        uuid="00000000-0000-4000-8000-000000000001", owner=submission.submitted_by, body=body, created_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
