"""/api/v1: what people and their scripts call."""

import hashlib
import json
import uuid

import pytest

from leaderboard.accounts.models import ApiToken, Right
from leaderboard.catalog.models import ModelArtefact
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from tests.api.helpers import assert_problem, bearer, person, send
from tests.catalog.gguf_files import small
from tests.catalog.models import bytes_of, external, linear
from tests.databases import CLOCK_QUERIES
from tests.factories import (
    NOW,
    ArtefactFactory,
    AttemptFactory,
    BenchmarkFactory,
    DeviceFactory,
    JobFactory,
    TextBenchmarkFactory,
    UserFactory,
    make_token,
)
from tests.runs.helpers import claimed

pytestmark = pytest.mark.django_db
MODEL = bytes_of(linear())


def _upload(client, content=MODEL, headers=None):
    headers = headers or person()[1]
    return send(client, "POST", "/api/v1/artefacts", content, headers, "application/octet-stream")


def _ask(artefact, **changes):
    model = {"name": "mlp", "sha256": artefact.sha256, "licence": "MIT"}
    return {"model": model, "benchmark": "digits", "device_class": "cpu"} | changes


# --- artefacts


def test_an_upload_answers_digest_size_and_format(client):
    response = _upload(client)
    assert response.status_code == 201
    assert response.json() == {"sha256": hashlib.sha256(MODEL).hexdigest(), "size": len(MODEL), "format": "onnx"}


def test_the_same_upload_again_answers_the_same(client):
    assert _upload(client).content == _upload(client).content
    assert ModelArtefact.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"hello", bytes_of(external())])
def test_what_is_no_model_is_refused_with_what_was_found(client, content):
    problem = assert_problem(_upload(client, content), 422, "not_onnx")
    assert problem["detail"]
    assert problem["hint"]


def test_a_gguf_file_is_taken_and_one_that_is_none_is_refused(client, tmp_path):
    content = small(tmp_path / "m.gguf").read_bytes()
    assert _upload(client, content).json()["format"] == "gguf"
    problem = assert_problem(_upload(client, content[:90]), 422, "not_gguf")
    assert "ends in the middle" in problem["detail"]
    assert "llama.cpp" in problem["hint"]


def test_a_file_over_the_limit_is_refused(client, settings):
    settings.MAX_ARTEFACT_BYTES = 2 * 1024**2
    problem = assert_problem(_upload(client, bytes(2 * 1024**2 + 1)), 413, "too_large")
    assert problem["detail"] == "The limit is 2 MiB."


def test_a_disk_without_space_is_said_to_be_so(client, settings, tmp_path):
    blocker = tmp_path / "blobs"
    blocker.write_text("a file where the folder should be")
    assert_problem(_upload(client), 507, "no_space")


# --- submissions


def test_a_submission_can_be_followed_to_its_job(client, monkeypatch):
    monkeypatch.setattr("leaderboard.api.public.database_now", lambda: NOW)
    BenchmarkFactory()
    DeviceFactory()
    _, headers = person()

    answer = send(client, "POST", "/api/v1/submissions", _ask(ArtefactFactory()), headers)

    assert answer.status_code == 201
    (link,) = answer.json()["jobs"]
    job = client.get(link["url"]).json()
    assert (job["id"], job["state"], job["reason"]["code"]) == (link["id"], "queued", "device_busy")


def test_everything_that_is_wrong_with_a_submission_is_in_the_answer(client):
    body = {"model": {"name": "x", "sha256": "0" * 64, "licence": "MIT"}, "benchmark": "letters", "device": "moon"}
    problem = assert_problem(send(client, "POST", "/api/v1/submissions", body, person()[1]), 422, "unknown_artefact")
    assert [error["field"] for error in problem["errors"]] == ["model.sha256", "benchmark", "device"]
    assert all(error["hint"] for error in problem["errors"])


def test_every_field_of_the_wrong_shape_is_named_as_it_was_sent(client):
    body = {"model": {"name": "x", "sha256": "nope", "licence": "MIT"}, "benchmark": "digits", "colour": 1,
            "device": "d", "options": {"batch": 0, "payload": 1}}  # fmt: skip
    problem = assert_problem(send(client, "POST", "/api/v1/submissions", body, person()[1]), 422, "invalid_fields")
    assert {error["field"] for error in problem["errors"]} == {
        "model.sha256",
        "colour",
        "options.batch",
        "options.payload",
        "benchmark",  # there is none yet, nor a device
        "device",
    }
    assert all(error["hint"] and error["link"].startswith("/errors/") for error in problem["errors"])


def test_an_idempotency_key_makes_a_repeat_safe(client):
    BenchmarkFactory()
    DeviceFactory()
    headers = person()[1] | {"Idempotency-Key": "k"}
    body = _ask(ArtefactFactory())
    first, again = (send(client, "POST", "/api/v1/submissions", body, headers) for _ in range(2))
    assert first.content == again.content
    other = send(client, "POST", "/api/v1/submissions", body | {"options": {"batch": 2}}, headers)
    assert_problem(other, 422, "idempotency_key_reused")


def test_an_idempotency_key_that_is_too_long_is_refused(client):
    headers = person()[1] | {"Idempotency-Key": "k" * 101}
    assert_problem(send(client, "POST", "/api/v1/submissions", _ask(ArtefactFactory()), headers), 400)


def test_what_is_served_elsewhere_is_submitted_by_reference(client):
    TextBenchmarkFactory()
    DeviceFactory(runtimes=["openai"])
    model = {"name": "Llama 70B", "licence": "MIT", "format": "endpoint", "reference": "lab-70b"}
    body = {"model": model, "benchmark": "addition", "device_class": "cpu"}
    assert send(client, "POST", "/api/v1/submissions", body, person()[1]).status_code == 201
    body["model"] = model | {"reference": "http://10.0.0.1:8000/"}
    problem = assert_problem(send(client, "POST", "/api/v1/submissions", body, person()[1]), 422)
    assert "operator" in json.dumps(problem["errors"])


def test_a_benchmark_says_whether_it_asks_for_tensors_or_for_text(client):
    BenchmarkFactory()
    TextBenchmarkFactory()
    text, tensors = client.get("/api/v1/benchmarks").json()
    assert (text["contract"], text["generation"]["max_new_tokens"]) == (None, 8)
    assert (tensors["generation"], tensors["grader"]) == (None, "exact_match")


# --- jobs


def test_the_log_is_for_the_owner_and_staff(client):
    attempt = claimed(log="line one\n")
    path = f"/api/v1/jobs/{attempt.job.uuid}/log"
    owner = person(attempt.job.submission.submitted_by)[1]
    staff = person(UserFactory(is_staff=True))[1]
    assert [client.get(path, headers=who).text for who in (owner, staff)] == ["line one\n"] * 2
    assert_problem(client.get(path, headers=person()[1]), 403, "not_yours")
    assert_problem(client.get(path), 401, "not_signed_in")


def test_the_log_goes_on_from_any_line_through_all_attempts(client):
    first = AttemptFactory(state="lost", log="one\n\x1b[31mtwo\x1b[0m")
    claimed(job=first.job, number=2, log="10 %\r20 %\nunfinished")
    owner = person(first.job.submission.submitted_by)[1]
    path = f"/api/v1/jobs/{first.job.uuid}/log"
    assert client.get(path, headers=owner).text == "one\ntwo\n20 %\n"
    assert client.get(f"{path}?from=3", headers=owner).text == "20 %\n"
    assert client.get(f"{path}?from=4", headers=owner).text == ""
    for wrong in ("0", "-1", "x", "", "9" * 30):
        assert_problem(client.get(f"{path}?from={wrong}", headers=owner), 422, "invalid_fields")


def test_nobody_reads_a_log_out_of_a_job(client):
    attempt = claimed(log="a secret path")
    owner = person(attempt.job.submission.submitted_by)[1]
    for headers in ({}, person()[1], owner):
        assert "a secret path" not in client.get(f"/api/v1/jobs/{attempt.job.uuid}", headers=headers).text
    assert "a secret path" not in client.get("/api/v1/jobs", headers=owner).text


def test_a_job_is_cancelled_by_its_owner_or_staff_only(client):
    job = JobFactory()
    path = f"/api/v1/jobs/{job.uuid}/cancel"
    assert_problem(send(client, "POST", path), 401)
    assert_problem(send(client, "POST", path, headers=person()[1]), 403, "not_yours")
    assert Job.objects.get().state == JobState.QUEUED
    owner = person(job.submission.submitted_by)[1]
    assert [send(client, "POST", path, headers=owner).json()["state"] for _ in range(2)] == ["cancelled"] * 2


def test_a_job_is_retried_once_by_its_owner_with_the_right_to_submit(client):
    job = JobFactory(state=JobState.FAILED, code="lost")
    path = f"/api/v1/jobs/{job.uuid}/retry"
    assert_problem(send(client, "POST", path, headers=person()[1]), 403, "not_yours")
    _, reading = ApiToken.issue(user=job.submission.submitted_by, name="ci", now=NOW, rights=[Right.READ])
    assert_problem(send(client, "POST", path, headers=bearer(reading)), 403, "missing_right")
    _, owner = person(job.submission.submitted_by)
    answers = [send(client, "POST", path, headers=owner) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    first, second = (answer.json() for answer in answers)
    assert (first["id"], first["state"], first["retry_of"]) == (second["id"], "queued", str(job.uuid))
    assert client.get(f"/api/v1/jobs/{job.uuid}").json()["retried_as"] == first["id"]


def test_a_retry_may_name_another_device(client):
    job, there = JobFactory(state=JobState.FAILED, code="lost"), DeviceFactory()
    path = f"/api/v1/jobs/{job.uuid}/retry"
    _, owner = person(job.submission.submitted_by)
    assert_problem(send(client, "POST", path, {"device": "moon"}, owner), 422)
    assert_problem(send(client, "POST", path, {"devise": there.slug}, owner), 422)
    assert send(client, "POST", path, {"device": there.slug}, owner).json()["device"] == there.slug


def test_what_cannot_be_retried_is_a_problem(client):
    job = JobFactory()
    _, owner = person(job.submission.submitted_by)
    problem = assert_problem(send(client, "POST", f"/api/v1/jobs/{job.uuid}/retry", headers=owner), 409, "not_retried")
    assert problem["title"] == "The job is not over."
    unknown = "00000000-0000-4000-8000-000000000001"
    assert_problem(send(client, "POST", f"/api/v1/jobs/{unknown}/retry", headers=owner), 404, "unknown_job")


@pytest.mark.parametrize("state", list(JobState))
def test_a_cancel_is_answered_in_every_state(client, state):
    job = JobFactory(state=state)
    owner = person(job.submission.submitted_by)[1]
    response = send(client, "POST", f"/api/v1/jobs/{job.uuid}/cancel", headers=owner)
    assert response.status_code == 200
    assert response.json()["is_over"] is (state not in {"queued", "running", "verifying"} or state == "queued")


def test_a_list_of_jobs_is_ones_own_and_costs_seven_queries(client, django_assert_num_queries):
    user, headers = person()
    JobFactory()
    for _ in range(5):
        JobFactory(submission__submitted_by=user)
    # One of them notes that the token was used, one asks how many calls are left.
    with django_assert_num_queries(7 + 3 * CLOCK_QUERIES):
        answer = client.get("/api/v1/jobs", headers=headers)
    assert len(answer.json()) == 5


@pytest.mark.parametrize("path, queries", [("/api/v1/benchmarks", 1), ("/api/v1/devices", 2 + CLOCK_QUERIES)])
def test_a_public_list_costs_a_fixed_number_of_queries(client, django_assert_num_queries, path, queries):
    for version in range(1, 6):
        BenchmarkFactory(version=version)
        DeviceFactory()
    with django_assert_num_queries(queries):
        assert len(client.get(path).json()) == 5


def test_an_unknown_job_and_an_unknown_board_are_not_found(client):
    assert_problem(client.get(f"/api/v1/jobs/{uuid.uuid4()}"), 404, "unknown_job")
    assert_problem(client.get("/api/v1/boards/moon"), 404, "unknown_board")


def test_a_wrong_token_is_an_error_also_where_none_is_needed(client):
    job = JobFactory()
    for header in ("Bearer pw_wrong", "Bearer", "Token x", "Basic dTpw", "ü"):
        response = client.get(f"/api/v1/jobs/{job.uuid}", headers={"Authorization": header})
        assert_problem(response, 401, "not_signed_in")
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_an_agents_secret_is_no_users_token(client):
    from tests.api.helpers import armed
    from tests.factories import AgentFactory

    assert_problem(client.get("/api/v1/jobs", headers=armed(AgentFactory())), 401)


def test_a_revoked_token_is_refused(client):
    from leaderboard.accounts.models import ApiToken

    token, _ = make_token()
    ApiToken.objects.update(revoked_at=NOW)
    assert_problem(client.get("/api/v1/jobs", headers=bearer(token)), 401)


def test_the_board_of_the_api_is_the_board_of_the_page(client):
    from tests.factories import BoardFactory

    BoardFactory()
    assert client.get("/api/v1/boards/digits").content == client.get("/boards/digits.json").content


def test_a_body_in_another_encoding_is_refused(client):
    headers = person()[1]
    for body in (b"\xff\xfe{}", b'{"a": ' + b"9" * 5000 + b"}", b"[" * 100_000, b"{", json.dumps("x").encode()):
        response = send(client, "POST", "/api/v1/submissions", body, headers)
        assert_problem(response, response.status_code)
        assert response.status_code in {400, 422}


def test_an_unknown_metric_is_named_with_the_ones_that_exist(client):
    answer = client.get("/api/v1/metrics/speed")
    assert_problem(answer, 404, "unknown_metric")
    assert "ipw" in answer.json()["title"]
