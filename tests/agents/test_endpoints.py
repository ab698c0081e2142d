import json

import pytest

from agents.endpoints import Endpoint, endpoint_named, read_endpoints
from agents.errors import GiveBack, UserError
from agents.probe import probe_inventory
from leaderboard.protocol import Code
from tests.agents.measuring import spoken_order

LAB = {"url": "http://127.0.0.1:8000/v1", "model": "tiny"}


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "endpoints.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_without_the_file_there_are_no_endpoints(tmp_path):
    assert read_endpoints(tmp_path / "endpoints.json") == {}


def test_an_endpoint_is_found_by_its_name_and_by_nothing_else(write):
    path = write({"lab": LAB})

    assert endpoint_named(path, "lab").model == "tiny"
    for name in ("http://127.0.0.1:8000/v1", "LAB", "", "../lab"):
        with pytest.raises(UserError, match="is no endpoint of this device; it has lab"):
            endpoint_named(path, name)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "Invalid JSON"),
        ("[]", "the file"),
        ({"lab": {"url": "http://a/v1"}}, "lab.model"),
        ({"lab": LAB | {"url": "file:///etc/passwd"}}, "lab.url"),
        ({"lab": LAB | {"url": "http://me:secret@a/"}}, "a key belongs into a key file"),
        ({"lab": LAB | {"key": "secret"}}, "lab.key"),
        ({"Lab 1": LAB}, "is no name"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place_and_without_its_values(write, content, says):
    with pytest.raises(UserError, match=says) as caught:
        read_endpoints(write(content))

    assert "secret" not in str(caught.value)


def test_a_key_comes_from_its_file_and_shows_nowhere(tmp_path):
    key_file = tmp_path / "key"
    key_file.write_text("s3cret\n")
    endpoint = Endpoint.model_validate(LAB | {"key_file": str(key_file)})

    assert b"Bearer s3cret" in endpoint.address().request("GET", "/models")
    assert "s3cret" not in repr(endpoint) + endpoint.model_dump_json() + repr(endpoint.address())


@pytest.mark.parametrize("content", [None, b"", b"two words", b"a\r\nX-Injected: 1", "ключ".encode()])
def test_a_key_file_without_a_key_is_said(tmp_path, content):
    key_file = tmp_path / "key"
    if content is not None:
        key_file.write_bytes(content)

    with pytest.raises(UserError):
        Endpoint.model_validate(LAB | {"key_file": str(key_file)}).address()


def test_the_inventory_lists_the_runtime_only_with_an_endpoint():
    without, with_one = probe_inventory(), probe_inventory(["lab", "attic"])

    assert "openai" not in without.devices[0].runtimes
    assert "openai" in with_one.devices[0].runtimes
    assert with_one.devices[0].facts["endpoints"] == "attic, lab"
    assert with_one.fingerprint == without.fingerprint


def test_an_attempt_for_an_endpoint_that_nobody_named_is_given_back(core, home, tmp_path):
    home.endpoints_path.write_text(json.dumps({"lab": LAB}))
    spec = spoken_order(tmp_path, runtime="openai", reference="http://169.254.169.254/").spec

    with pytest.raises(GiveBack) as caught:
        core._endpoint(spec)

    assert caught.value.code is Code.UNHEALTHY
    known = spec.model_copy(update={"model": spec.model.model_copy(update={"reference": "lab"})})
    assert core._endpoint(known).url == LAB["url"]
