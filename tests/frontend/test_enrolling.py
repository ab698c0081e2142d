"""Enrolling a machine in the browser: what staff see, when a token is shown, and what is never anywhere else."""

import logging
import re
from datetime import timedelta

import pytest

from leaderboard.clock import database_now
from leaderboard.devices.models import Agent, Device, DeviceEvent, EnrolToken, Health
from leaderboard.devices.services import EnrolmentRefused, enrol, keep_doctor
from leaderboard.health.models import HealthCheck
from leaderboard.health.reference import ensure_reference
from leaderboard.protocol import DoctorLine, DoctorReport
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState
from tests.devices.helpers import enrolment
from tests.factories import AgentFactory, AttemptFactory, DeviceFactory, JobFactory, UserFactory
from tests.health.test_checks import FOLDER

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(username="ada", is_staff=True)
    client.force_login(user)
    return user


def begun(client, name="lab-2", kind="cpu"):
    """The path of an enrolment that staff began."""
    return client.post("/devices/enrol/", {"name": name, "kind": kind})["Location"]


def shown(client, path):
    """The token that a page shows, and the page."""
    page = client.post(f"{path}token/").content.decode()
    return re.search(r"pwdev_[\w-]+", page)[0], page


def come(clear, address="192.0.2.7"):
    return enrol(request=enrolment(token=clear), now=database_now(), address=address)


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/devices/enrol/"), ("post", "/devices/enrol/"), ("get", "/devices/enrol/1/"),
     ("get", "/devices/enrol/1.json"), ("post", "/devices/enrol/1/token/"), ("post", "/devices/box-cpu/keep/")],
)  # fmt: skip
def test_only_staff_enrol_and_keep_devices(client, method, path):
    DeviceFactory(agent=AgentFactory(name="box"))
    assert getattr(client, method)(path)["Location"].startswith("/account/login/")
    client.force_login(UserFactory())
    assert getattr(client, method)(path).status_code == 403
    assert not EnrolToken.objects.exists()


def test_a_token_is_made_when_it_is_shown_and_is_in_no_other_answer(client, staff, caplog):
    caplog.set_level(logging.DEBUG)
    path = begun(client)
    before = client.get(path).content.decode()
    assert "It is shown once" in before
    assert "pwdev_" not in before
    clear, page = shown(client, path)
    assert page.count(clear) == 1
    row = EnrolToken.objects.get()
    assert row.token_hash != clear
    assert row.expires_at - row.shown_at == timedelta(minutes=15)
    assert client.get(f"{path}token/")["Location"] == path
    for again in (path, f"{path[:-1]}.json", "/devices/enrol/", "/devices/"):
        answer = client.get(again)
        assert "pwdev_" not in answer.content.decode()
    assert "no-store" in client.get(path)["Cache-Control"]
    assert clear not in caplog.text


def test_a_lost_token_is_revoked_by_the_next(client, staff):
    path = begun(client)
    lost, _ = shown(client, path)
    clear, page = shown(client, path)
    assert "I lost it" in page
    with pytest.raises(EnrolmentRefused):
        come(lost)
    assert come(clear).name == "lab-2"
    answer = client.post(f"{path}token/", follow=True).content.decode()
    assert "A machine has enrolled with this token." in answer
    assert "pwdev_" not in answer


@pytest.mark.parametrize("name", ["", "Lab", "lab_2", "x" * 61, "lab 2", "taken", "<b>"])
def test_a_name_that_cannot_be_is_said_beside_its_field_which_keeps_it(client, staff, name):
    AgentFactory(name="taken")
    page = client.post("/devices/enrol/", {"name": name, "kind": "cpu"})
    assert page.status_code == 200
    assert 'href="#id_name"' in page.content.decode()
    assert "<b>" not in page.content.decode().partition("<form")[2].partition("Please")[0]
    assert not EnrolToken.objects.exists()


def test_a_class_that_does_not_exist_is_refused(client, staff):
    assert 'href="#id_kind"' in client.post("/devices/enrol/", {"name": "a", "kind": "toaster"}).content.decode()


@pytest.mark.parametrize("path", ["/devices/enrol/9/", "/devices/enrol/9.json", f"/devices/enrol/{10**30}/"])
def test_an_enrolment_that_nobody_began_is_not_found(client, staff, path):
    assert client.get(path).status_code == 404


def states(client, path):
    return {step["key"]: step["state"] for step in client.get(f"{path[:-1]}.json").json()["steps"]}


def test_each_step_is_ticked_by_what_was_seen(client, staff):
    path = begun(client)
    assert states(client, path)["shown"] == "now"
    clear, _ = shown(client, path)
    assert states(client, path) == {
        "shown": "done", "contacted": "now", "exchanged": "next", "doctor": "next", "ready": "next",
    }  # fmt: skip
    agent = come(clear)
    status = client.get(f"{path[:-1]}.json").json()
    assert [step["state"] for step in status["steps"]] == ["done", "done", "done", "now", "next"]
    assert "192.0.2.7, agent 0.1" in status["steps"][1]["text"]
    line = DoctorLine(code="NET-01", result="pass", evidence="reached")
    keep_doctor(agent=agent, report=DoctorReport(lines=(line,)), now=database_now())
    assert states(client, path)["ready"] == "now"
    Agent.objects.update(last_seen_at=database_now())
    assert set(states(client, path).values()) == {"done"}
    assert client.get(f"{path[:-1]}.json").json()["sentence"] == "The machine is ready."


def test_the_revision_moves_with_what_the_page_shows_and_with_nothing_else(client, staff):
    path = begun(client)
    clear, _ = shown(client, path)

    def revision():
        return client.get(f"{path[:-1]}.json").json()["revision"]

    before = revision()
    assert revision() == before
    come(clear)
    assert revision() != before
    assert f'data-revision="{revision()}"' in client.get(path).content.decode()


def test_a_machine_that_is_turned_away_is_seen_with_the_reason(client, staff):
    path = begun(client)
    clear, _ = shown(client, path)
    AgentFactory(name="lab-2")
    with pytest.raises(EnrolmentRefused):
        come(clear)
    page = client.get(path).content.decode()
    assert "192.0.2.7 was turned away" in page
    assert "A machine named lab-2 is enrolled already" in page
    assert states(client, path)["exchanged"] == "now"


def test_after_a_silent_minute_the_likely_causes_come_with_their_commands(client, staff):
    path = begun(client)
    shown(client, path)
    assert "curl -sS" not in client.get(path).content.decode()
    EnrolToken.objects.update(shown_at=database_now() - timedelta(seconds=61))
    page = client.get(path).content.decode()
    for command in ("curl -sS http://testserver/healthz", "date -u", "_proxy", "perwatt agent doctor --url"):
        assert command in page
    assert client.get(f"{path[:-1]}.json").json()["silent"] is True


def test_the_page_says_where_the_machine_is_not_what_was_expected(client, staff):
    path = begun(client, kind="gpu")
    clear, _ = shown(client, path)
    come(clear)
    assert "You expected a gpu" in client.get(path).content.decode()


def test_the_doctors_lines_are_on_the_page_as_the_machine_said_them(client, staff):
    path = begun(client)
    clear, _ = shown(client, path)
    agent = come(clear)
    lines = (
        DoctorLine(code="PWR-03", result="warn", evidence="rate 7.8 Hz <asked 20>", fix="set it to 8 Hz"),
        DoctorLine(code="CFG-02", result="fail", evidence="governor 'ondemand'"),
    )
    keep_doctor(agent=agent, report=DoctorReport(lines=lines), now=database_now())
    for page in (client.get(path).content.decode(), client.get(f"/devices/{agent.name}-cpu/").content.decode()):
        assert "rate 7.8 Hz &lt;asked 20&gt;" in page
        assert "set it to 8 Hz" in page
        assert "Not schedulable (CFG-02)" in page
        assert "2 checks: 0 pass, 1 warn, 1 fail, 0 skip" in page
    assert states(client, path)["ready"] == "now"


def test_the_page_of_an_enrolment_has_a_budget(client, staff, django_assert_max_num_queries):
    path = begun(client)
    clear, _ = shown(client, path)
    come(clear)
    for address in (path, f"{path[:-1]}.json"):
        with django_assert_max_num_queries(8):
            client.get(address)


# --- keeping


def keep(client, device, verb, **values):
    return client.post(f"/devices/{device.slug}/keep/", {"do": verb, **values}, follow=True).content.decode()


def test_a_drained_device_finishes_its_job_and_its_reason_author_and_time_are_public(client, staff):
    device = DeviceFactory()
    attempt = AttemptFactory(job=JobFactory(device=device, state=JobState.RUNNING), state=AttemptState.CLAIMED)
    page = keep(client, device, "drain", reason="<new> fan")
    assert "It finishes its job" in page
    assert "&lt;new&gt; fan" in page
    assert "(ada, " in page
    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.CLAIMED
    assert Device.objects.get().health == Health.MAINTENANCE
    assert DeviceEvent.objects.get().by == staff


def test_stop_now_sends_the_job_back_to_the_queue(client, staff):
    device = DeviceFactory()
    attempt = AttemptFactory(job=JobFactory(device=device, state=JobState.RUNNING), state=AttemptState.CLAIMED)
    keep(client, device, "stop", reason="smoke")
    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.FAILED
    assert Job.objects.get().state == JobState.QUEUED


@pytest.mark.parametrize("verb", ["drain", "stop", "retire"])
def test_without_a_reason_nothing_is_taken_out(client, staff, verb):
    device = DeviceFactory()
    assert "Say why" in keep(client, device, verb, reason="  ")
    assert Device.objects.get().health == Health.GOOD


def test_a_device_comes_back_into_service_with_a_check(client, staff):
    ensure_reference(folder=FOLDER, now=database_now())
    device = DeviceFactory(health=Health.MAINTENANCE, health_reason="new fan")
    assert "In service. A reference job is queued." in keep(client, device, "enable")
    assert Device.objects.get().health == Health.UNKNOWN
    assert HealthCheck.objects.get().device == device
    assert "queued already" in keep(client, device, "check")


def test_a_device_comes_back_also_where_nothing_can_check_it(client, staff):
    device = DeviceFactory(health=Health.MAINTENANCE)
    assert "In service. No reference job is loaded" in keep(client, device, "enable")
    assert Device.objects.get().health == Health.UNKNOWN


@pytest.mark.parametrize("verb", ["", "explode", "check"])
def test_what_cannot_be_done_is_a_sentence(client, staff, verb):
    page = keep(client, DeviceFactory(), verb)
    assert "note error" in page
    assert not HealthCheck.objects.exists()


def test_a_get_changes_nothing(client, staff):
    device = DeviceFactory()
    assert client.get(f"/devices/{device.slug}/keep/").status_code == 405
    assert client.post("/devices/moon/keep/", {"do": "drain"}).status_code == 404


def test_a_retired_device_is_off_the_status_page(client, staff):
    device = DeviceFactory()
    keep(client, device, "retire", reason="sold")
    assert client.get("/status.json").json()["devices"] == []
