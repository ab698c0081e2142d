"""Whatever is sent, an API answers in JSON, with a problem where it refuses, and never fails."""

import logging
import uuid
from functools import cache

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from leaderboard.api import agent as agent_api
from leaderboard.api import public, reading
from tests.api.helpers import armed, assert_problem, person, send
from tests.factories import AgentFactory, BenchmarkFactory, BoardFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, delivery

pytestmark = pytest.mark.django_db
ANY = str(uuid.UUID(int=7))
PARTS = ("job_id", "entry_id", "attempt_id", "sha256", "slug", "name", "key")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


@cache
def _schemas():
    return {
        "public": public.api.get_openapi_schema(path_prefix="/api/v1"),
        "agent": agent_api.api.get_openapi_schema(path_prefix="/agent/v1"),
    }


ENDPOINTS = [
    (name, method.upper(), path)
    for name, schema in _schemas().items()
    for path, methods in schema["paths"].items()
    for method in methods
]


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1/jobs/", "/api/v1/jobs/x/y/z", "/agent/v1/nothing", "/agent/v1/blobs/", "/api/v1/%00"],
)
@pytest.mark.parametrize("method", METHODS)
def test_there_is_no_html_where_there_is_nothing(client, method, path):
    response = client.generic(method, path)
    if method != "HEAD":
        assert_problem(response, 404, "not_found")


@pytest.mark.parametrize(
    "method, path", [("DELETE", "/api/v1/jobs"), ("GET", "/api/v1/artefacts"), ("GET", "/agent/v1/sync")]
)
def test_a_method_that_is_not_taken_is_named_with_those_that_are(client, method, path):
    response = client.generic(method, path)
    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"]


@pytest.mark.parametrize("name, method, path", ENDPOINTS)
def test_a_call_without_a_token_is_refused_or_public(client, name, method, path):
    response = send(client, method, path.format(**dict.fromkeys(PARTS, ANY)))
    if response.status_code != 200:
        assert_problem(response, response.status_code)
        assert response.status_code in {401, 404, 422}


@pytest.mark.parametrize("job", ["x", "0", "-1", "9" * 400, "%00", "..", ANY + "0", "<script>"])
def test_an_id_that_is_none_is_refused(client, job):
    response = client.get(f"/api/v1/jobs/{job}")
    assert response.status_code in {404, 422}
    assert_problem(response, response.status_code)


@pytest.mark.parametrize("path", ["/api/v1/boards/%00", "/api/v1/models/a%00b", "/agent/%00", "/boards/%00/"])
def test_a_zero_byte_names_nothing(client, path):
    assert client.get(path).status_code == 404


def test_a_foreign_host_hears_a_problem(client):
    assert_problem(client.get("/api/v1/devices", headers={"Host": "evil.example"}), 400)


def test_a_body_that_is_too_large_for_memory_is_refused(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert_problem(send(client, "POST", "/api/v1/submissions", b"x" * 1001, person()[1]), 413, "too_large")


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_the_server_is_a_problem_without_a_traceback_and_is_in_the_log(
    client, settings, monkeypatch, caplog, debug
):
    settings.DEBUG = debug

    def fail(**_):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(reading, "device_list", fail)
    client.raise_request_exception = False

    response = client.get("/api/v1/devices")

    problem = assert_problem(response, 500, "server_error")
    assert "secret of the house" not in response.text
    assert "secret of the house" in caplog.text
    assert problem["request_id"] in caplog.text


def test_no_token_is_logged_or_echoed(client, caplog, settings):
    settings.DEBUG = False
    _user, headers = person()
    agent_headers = armed(AgentFactory())
    token, secret = headers["Authorization"][7:], agent_headers["Authorization"][7:]
    enrol = {"protocol_version": 1, "token": "pwdev_" + "t" * 40, "secret": "s" * 40, "inventory": {}}
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.get("/api/v1/jobs", headers={"Authorization": f"Bearer {token}x"}),
            client.get("/api/v1/jobs", headers={"Authorization": f"Token {token}"}),
            send(client, "POST", "/api/v1/submissions", {"token": token}, headers),
            send(client, "POST", "/agent/v1/sync", {"secret": secret}, agent_headers),
            send(client, "POST", "/agent/v1/enrol", enrol),
            client.get(f"/api/v1/jobs/{ANY}", headers=headers),
        ]
    for hidden in (token, secret, enrol["token"], enrol["secret"]):
        assert hidden not in caplog.text
        assert all(hidden not in answer.text for answer in answers)


@pytest.mark.parametrize("name, schema", _schemas().items())
def test_the_reference_is_complete(name, schema):
    ids = []
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            assert operation["responses"], (method, path)
            ids.append(operation["operationId"])
    assert len(ids) == len(set(ids))
    assert "/api/v1/artefacts" not in schema["paths"] or "requestBody" in schema["paths"]["/api/v1/artefacts"]["post"]


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/agent/v1/openapi.json"])
def test_the_reference_is_public_json(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.")


# --- anything at all

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["", "\x00", "\ud800", "9" * 400, ANY, "digits", "0" * 64, "../..", 2**63, -1, 1e308]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _body_of(schema, operation):
    """A body with the operation's own fields, filled with anything."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return st.none()
    shape = content["schema"]
    shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]] if "$ref" in shape else shape
    fields = shape.get("properties", {})
    return st.fixed_dictionaries({}, optional=dict.fromkeys(fields, VALUES)) | VALUES


@hypothesis_settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_sent_the_server_does_not_fail(client, data):
    name, method, path = data.draw(st.sampled_from(ENDPOINTS))
    schema = _schemas()[name]
    BenchmarkFactory()
    attempt = claimed()
    headers = armed(attempt.agent) if name == "agent" else person(attempt.job.submission.submitted_by)[1]
    part = st.sampled_from([str(attempt.uuid), str(attempt.job.uuid), ANY, "x", "0" * 64, "digits", "a.npz", "%00"])
    url = path.format(**{key: data.draw(part) for key in PARTS})
    body = data.draw(_body_of(schema, schema["paths"][path][method.lower()]))
    if isinstance(body, dict) and "claim_key" in body and data.draw(st.booleans()):
        body["claim_key"] = str(attempt.claim_key)
    raw = data.draw(st.binary(max_size=30)) if data.draw(st.integers(0, 9)) == 0 else _json(body)
    query = data.draw(st.sampled_from(["", "?x=1", "?scope=%00", "?sort=-&page=9" + "9" * 30, "?q=" + "a" * 3000]))

    response = send(client, method, url + query, raw, headers)

    assert response.status_code < 500, (method, url, raw, response.content)
    if response.status_code >= 400:
        assert_problem(response, response.status_code)


def _json(body):
    import json

    return json.dumps(body).encode("utf-8", "surrogatepass")


def test_a_job_of_every_kind_of_failure_can_be_read(client):
    from leaderboard.protocol import Code

    for code in Code:
        job = JobFactory(state="failed", code=code)
        assert client.get(f"/api/v1/jobs/{job.uuid}").json()["reason"]["code"] == code


def test_a_board_with_nothing_on_it_is_a_board(client):
    BoardFactory()
    DeviceFactory()
    assert client.get("/api/v1/boards/digits").json()["entries"] == []


def test_a_result_that_is_too_long_for_the_contract_is_refused(client):
    attempt = claimed()
    request = delivery(attempt).model_dump(mode="json") | {"payload": " " * (16 * 1024**2 + 1)}
    url = f"/agent/v1/attempts/{attempt.uuid}/result"
    assert_problem(send(client, "PUT", url, request, armed(attempt.agent)), 422, "invalid_fields")


def test_the_client_of_these_tests_reports_a_crash_of_the_server():
    assert Client().raise_request_exception
