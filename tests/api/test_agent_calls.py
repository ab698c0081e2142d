"""/agent/v1: the calls of an agent from enrolment to result, over HTTP."""

import uuid

import pytest

from leaderboard.catalog import blobs
from leaderboard.devices.models import Agent
from leaderboard.protocol import AttemptSpec, DeviceHealth, EnrolAnswer, HeartbeatAnswer, HelloAnswer, SyncAnswer
from leaderboard.runs.attempts import claim
from leaderboard.runs.models import Attempt, Result
from leaderboard.runs.states import AttemptState
from leaderboard.wheel import pack_wheel
from tests.api.helpers import armed, assert_problem, bearer, person, send
from tests.catalog.models import bytes_of, linear
from tests.databases import CLOCK_QUERIES
from tests.devices.helpers import enrolment, sync, token
from tests.factories import NOW, AgentFactory, ArtefactFactory, JobFactory, SubmissionFactory
from tests.runs.helpers import beat, claimed, delivery, later, offered
from tests.runs.test_live_power import BUSY, power_of

pytestmark = pytest.mark.django_db


HELLO = "/agent/v1/hello"


def _wire(request):
    return request.model_dump_json()


def _call(client, attempt, verb, request, headers, method="POST"):
    return send(client, method, f"/agent/v1/attempts/{attempt.uuid}/{verb}", _wire(request), headers)


@pytest.fixture
def enrolled(client, monkeypatch):
    monkeypatch.setattr("leaderboard.api.agent.database_now", lambda: NOW)
    request = enrolment(token=token())
    answer = send(client, "POST", "/agent/v1/enrol", _wire(request))
    assert answer.status_code == 200, answer.text
    return EnrolAnswer.model_validate_json(answer.content), bearer(request.secret)


def test_an_agent_enrols_syncs_claims_beats_and_delivers(client, enrolled):
    machine, headers = enrolled
    agent = Agent.objects.get(uuid=machine.agent_id)
    assert machine.devices == {"cpu": "lab-cpu"}

    session = SyncAnswer.model_validate_json(send(client, "POST", "/agent/v1/sync", _wire(sync()), headers).content)
    headers |= {"Perwatt-Epoch": str(session.session_epoch)}
    attempt = offered(job=JobFactory(device=agent.devices.get()))
    attempt.claim_key = uuid.uuid4()

    answer = send(
        client, "POST", f"/agent/v1/attempts/{attempt.uuid}/claim", {"claim_key": str(attempt.claim_key)}, headers
    )
    assert AttemptSpec.model_validate_json(answer.content).attempt_id == attempt.uuid
    answer = _call(client, attempt, "heartbeat", beat(attempt, offset=0, text="go"), headers)
    assert HeartbeatAnswer.model_validate_json(answer.content).log_offset == 2
    answers = [_call(client, attempt, "result", delivery(attempt), headers, "PUT").status_code for _ in range(2)]
    assert answers == [201, 200]
    assert Result.objects.get().accepted


def test_the_same_enrolment_again_answers_the_same_agent(client, monkeypatch):
    monkeypatch.setattr("leaderboard.api.agent.database_now", lambda: NOW)
    request = _wire(enrolment(token=token()))
    first, again = (send(client, "POST", "/agent/v1/enrol", request) for _ in range(2))
    assert first.content == again.content


@pytest.mark.parametrize(
    "values, status, code",
    [
        ({"token": "pwdev_" + "x" * 40}, 403, "enrolment_refused"),
        ({"protocol_version": 9}, 426, "unknown_protocol"),
    ],
)
def test_an_enrolment_that_is_refused_says_why(client, values, status, code):
    request = enrolment(**{"token": "pwdev_" + "x" * 40} | values)
    assert_problem(send(client, "POST", "/agent/v1/enrol", _wire(request)), status, code)


@pytest.mark.parametrize("epoch", ["", "x", "-1", "1.5", "9" * 30, "\u00b2"])
def test_a_call_without_a_session_is_told_to_sync_first(client, epoch):
    attempt = claimed()
    headers = armed(attempt.agent) | {"Perwatt-Epoch": epoch}
    assert_problem(_call(client, attempt, "heartbeat", beat(attempt), headers), 400, "no_session")


@pytest.mark.parametrize(
    "verb, method", [("claim", "POST"), ("heartbeat", "POST"), ("result", "PUT"), ("abandon", "POST")]
)
def test_an_older_process_is_told_to_stop_whatever_it_calls(client, verb, method):
    attempt = claimed(agent=AgentFactory(session_epoch=3))
    headers = armed(attempt.agent) | {"Perwatt-Epoch": "2"}
    body = beat(attempt).model_dump(mode="json") | delivery(attempt).model_dump(mode="json") | {"code": "agent_stopped"}
    response = send(client, method, f"/agent/v1/attempts/{attempt.uuid}/{verb}", body, headers)
    assert_problem(response, 409, "superseded")
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CLAIMED


def test_calls_for_what_is_not_ones_own_are_refused(client):
    attempt = claimed()
    other = armed(AgentFactory())
    assert_problem(_call(client, attempt, "heartbeat", beat(attempt), other), 409, "not_yours")
    assert_problem(_call(client, attempt, "result", delivery(attempt), other, "PUT"), 409, "not_yours")
    body = {"claim_key": str(uuid.uuid4())}
    assert_problem(send(client, "POST", f"/agent/v1/attempts/{attempt.uuid}/claim", body, other), 409, "not_yours")


def test_a_users_token_is_no_agents_secret(client):
    assert_problem(send(client, "POST", "/agent/v1/sync", _wire(sync()), person()[1]), 401, "not_signed_in")


def test_a_report_that_cannot_be_read_and_a_result_that_does_not_count_are_told_apart(client):
    attempt = claimed()
    headers = armed(attempt.agent)
    bad = _call(client, attempt, "result", delivery(attempt, payload="{}"), headers, "PUT")
    assert "protocol_version" in assert_problem(bad, 422, "bad_report")["title"]
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.CANCELLED)
    assert_problem(_call(client, attempt, "result", delivery(attempt), headers, "PUT"), 409, "not_counted")


@pytest.mark.parametrize("code", ["lost", "never_claimed", "invalid_report"])
def test_an_agent_cannot_say_what_only_the_server_knows(client, code):
    attempt = claimed()
    body = {"claim_key": str(attempt.claim_key), "code": code}
    response = send(client, "POST", f"/agent/v1/attempts/{attempt.uuid}/abandon", body, armed(attempt.agent))
    assert_problem(response, 422, "invalid_fields")


def test_giving_back_answers_nothing_and_may_be_repeated(client):
    attempt = claimed()
    headers = armed(attempt.agent)
    body = {"claim_key": str(attempt.claim_key), "code": "agent_stopped"}
    path = f"/agent/v1/attempts/{attempt.uuid}/abandon"
    assert [send(client, "POST", path, body, headers).status_code for _ in range(2)] == [204, 204]


def test_files_are_only_handed_out_while_they_are_measured(client):
    content = bytes_of(linear())
    stored = blobs.store([content], limit=10**6)
    artefact = ArtefactFactory(sha256=stored.sha256)
    attempt = offered(job=JobFactory(submission=SubmissionFactory(artefact=artefact)))
    headers, path = armed(attempt.agent), f"/agent/v1/blobs/{stored.sha256}"

    assert_problem(client.get(path, headers=headers), 404)
    claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW)
    assert b"".join(client.get(path, headers=headers).streaming_content) == content
    assert_problem(client.get(path, headers=armed(AgentFactory())), 404)
    assert_problem(client.get(f"/agent/v1/blobs/{attempt.job.benchmark.answers_sha256}", headers=headers), 404)
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.DONE)
    assert_problem(client.get(path, headers=headers), 404)


def test_a_file_that_is_gone_is_not_found(client):
    attempt = claimed()
    path = f"/agent/v1/blobs/{attempt.job.submission.artefact.sha256}"
    assert_problem(client.get(path, headers=armed(attempt.agent)), 404, "not_found")


@pytest.fixture
def same_minute(monkeypatch):
    """The agent was heard of in this minute already: what a new minute costs is a test of `contacts`."""
    monkeypatch.setattr("leaderboard.devices.services.note_minute", lambda **_: None)


def test_a_heartbeat_costs_six_queries(client, django_assert_num_queries, same_minute):
    """One more for the first of a phase."""
    attempt = claimed(phase_marks=[["measuring", NOW.isoformat()]])
    headers = armed(attempt.agent)
    with django_assert_num_queries(6 + CLOCK_QUERIES):
        _call(client, attempt, "heartbeat", beat(attempt, offset=0, text="x"), headers)


def test_a_heartbeat_with_live_power_costs_ten_queries_and_the_next_one_eight(
    client, django_assert_num_queries, same_minute, monkeypatch
):
    """Four of a heartbeat without a log; a transaction and its end, the attempt's row, and what is kept of it."""
    attempt = claimed(phase_marks=[["measuring", NOW.isoformat()]])
    headers = armed(attempt.agent)
    for seconds, queries in ((0, 10), (10, 8)):
        monkeypatch.setattr("leaderboard.api.agent.database_now", lambda seconds=seconds: later(seconds=seconds))
        with django_assert_num_queries(queries):
            answer = _call(client, attempt, "heartbeat", beat(attempt, power=power_of(BUSY)), headers)
        assert answer.json()["power_refused"] is None


def test_a_result_costs_nine_queries(client, django_assert_num_queries, same_minute):
    """Two of them begin and end its transaction; one takes the attempt's live power away."""
    attempt = claimed()
    headers = armed(attempt.agent)
    with django_assert_num_queries(9 + CLOCK_QUERIES):
        assert _call(client, attempt, "result", delivery(attempt), headers, "PUT").status_code == 201


def test_the_doctors_lines_are_kept_for_the_agent_that_sends_them(client, enrolled):
    machine, headers = enrolled
    line = {"code": "NET-01", "result": "pass", "evidence": "reached", "fix": ""}
    assert send(client, "POST", "/agent/v1/doctor", {"lines": [line]}, headers).status_code == 204
    kept = Agent.objects.get(uuid=machine.agent_id)
    assert kept.doctor == [line]
    assert kept.doctor_at is not None


@pytest.mark.parametrize("line", [{"code": "x"}, {"code": "NET-01", "result": "fine", "evidence": ""}])
def test_what_no_doctor_says_is_refused(client, enrolled, line):
    assert send(client, "POST", "/agent/v1/doctor", {"lines": [line]}, enrolled[1]).status_code == 422
    assert send(client, "POST", "/agent/v1/doctor", {"lines": []}).status_code == 401


def test_anybody_may_ask_which_server_this_is_and_hears_of_no_agent(client, tmp_path, settings):
    settings.WHEEL_DIR = tmp_path
    stranger = send(client, "GET", HELLO, headers=bearer("of-nobody"))

    for answer in (send(client, "GET", HELLO), stranger):
        heard = HelloAnswer.model_validate_json(answer.content)
        assert (answer.status_code, heard.protocol_versions, heard.agent, heard.devices) == (200, (1,), None, ())
        assert (heard.agent_version, heard.silent_s) == (None, None)


def test_an_agent_hears_what_the_server_knows_of_it_and_its_session_goes_on(client, enrolled, tmp_path, settings):
    machine, headers = enrolled
    settings.WHEEL_DIR = tmp_path
    wheel = pack_wheel(settings.ROOT, tmp_path)
    send(client, "POST", "/agent/v1/sync", _wire(sync()), headers)
    agent = Agent.objects.get(uuid=machine.agent_id)
    Agent.objects.update(health="maintenance", health_reason="new fan")

    heard = HelloAnswer.model_validate_json(send(client, "GET", HELLO, headers=headers).content)

    assert (heard.agent, heard.silent_s, heard.agent_version) == (machine.name, 0.0, wheel.version)
    assert heard.devices == (DeviceHealth(slug="lab-cpu", health="maintenance", reason="new fan"),)
    agent.refresh_from_db()
    assert agent.session_epoch == 1


def test_asking_costs_the_server_two_questions(client, enrolled, django_assert_max_num_queries):
    with django_assert_max_num_queries(2 + CLOCK_QUERIES):
        send(client, "GET", HELLO, headers=enrolled[1])


def test_of_two_machines_with_one_secret_the_older_is_told_to_stop(client, enrolled):
    """A copied card: both enrolled once, both hold the same folder."""
    _, headers = enrolled
    first, second = (
        SyncAnswer.model_validate_json(send(client, "POST", "/agent/v1/sync", _wire(sync()), headers).content)
        for _ in range(2)
    )

    def again(session):
        return send(client, "POST", "/agent/v1/sync", _wire(sync(epoch=session.session_epoch)), headers)

    assert_problem(again(first), 409, "superseded")
    assert again(second).status_code == 200
