import threading
import uuid
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from agents.commands.following import exit_code_of
from agents.errors import Exit, UserError
from agents.submit import LONGEST_WAIT_S, Api, Job, Reason, Wish, find_url, job_id_of, read_header
from leaderboard.protocol import FAILURES, Code, FailureKind, Options

TOKEN = "pw_nobody-may-see-this"


@pytest.fixture
def environ(tmp_path):
    return {"PERWATT_DATA_DIR": str(tmp_path)}


@pytest.fixture
def header(tmp_path):
    path = tmp_path / "authorization.header"
    path.write_text(f"Authorization: Bearer {TOKEN}\n")
    path.chmod(0o600)
    return path


def job(state, code=None):
    reason = Reason(code=code) if code else None
    return Job(id=uuid.UUID(int=1), state=state, is_over=True, reason=reason)


def test_the_header_of_a_running_up_is_found_and_hidden(environ, header):
    secret = read_header(None, environ)

    assert secret.get_secret_value() == f"Bearer {TOKEN}"
    assert TOKEN not in repr(secret)
    with closing(Api("http://127.0.0.1:1", secret)) as api:
        assert TOKEN not in repr(api)


def test_another_header_file_can_be_named(environ, header):
    other = header.rename(header.with_name("other"))

    assert read_header(str(other), environ) == SecretStr(f"Bearer {TOKEN}")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_header_that_others_can_read_is_refused(environ, header, mode):
    header.chmod(mode)

    with pytest.raises(UserError, match="can be read by others; `chmod 600"):
        read_header(None, environ)


@pytest.mark.parametrize("content", ["", TOKEN, f"Bearer {TOKEN}", "Authorization:", f"Authorization: a\r\nX: {TOKEN}"])
def test_what_is_no_header_is_refused_and_not_quoted(environ, header, content):
    header.write_text(content)

    with pytest.raises(UserError, match="does not hold one line") as error:
        read_header(None, environ)
    assert TOKEN not in str(error.value)


def test_a_missing_header_says_where_one_comes_from(environ):
    with pytest.raises(UserError, match="`perwatt up` writes one"):
        read_header(None, environ)


def test_the_address_is_the_option_then_that_of_a_running_up_and_nothing_else(environ, tmp_path):
    with pytest.raises(UserError, match="No `perwatt up` is serving"):
        find_url(None, environ)
    (tmp_path / "address").write_text("http://127.0.0.1:4711\n")
    assert find_url(None, environ) == "http://127.0.0.1:4711"
    assert find_url("https://perwatt.example.org/", environ) == "https://perwatt.example.org"


def test_a_wish_names_a_device_or_a_class_and_never_both():
    on_any = Wish("m", "MIT", "digits", options=Options(threads=2)).body({"sha256": "a" * 64})
    on_one = Wish("m", "MIT", "digits", device="box-cpu").body({"sha256": "a" * 64})

    assert on_any == {
        "model": {"name": "m", "sha256": "a" * 64, "licence": "MIT"},
        "benchmark": "digits",
        "options": {"batch": 1, "threads": 2},
        "device_class": "cpu",
    }
    assert (on_one.get("device"), on_one.get("device_class")) == ("box-cpu", None)


def test_a_wish_names_a_file_or_what_is_served_elsewhere():
    served = Wish("m", "MIT", "sums").body({"format": "endpoint", "reference": "lab-70b"})

    assert served["model"] == {"name": "m", "licence": "MIT", "format": "endpoint", "reference": "lab-70b"}


@pytest.mark.parametrize(
    ("ended", "exit_code"),
    [
        (job("published"), Exit.OK),
        (job("cancelled", "cancelled"), Exit.CANCELLED),
        (job("failed", "timeout"), Exit.TIMED_OUT),
        (job("failed", "a_later_word"), Exit.FAILED_SYSTEM),
        (job("failed"), Exit.FAILED_SYSTEM),
    ],
)
def test_the_exit_code_says_how_a_job_ended(ended, exit_code):
    assert exit_code_of(ended) is exit_code


@pytest.mark.parametrize("code", set(Code) - {Code.TIMEOUT, Code.CANCELLED})
def test_the_exit_code_says_whose_fault_a_failure_is(code):
    is_model = FAILURES[code].kind is FailureKind.OUTCOME

    assert exit_code_of(job("failed", code)) is (Exit.FAILED_MODEL if is_model else Exit.FAILED_SYSTEM)


def test_a_job_is_named_by_its_id_or_its_address():
    known = uuid.uuid4()

    assert job_id_of(str(known)) == known
    assert job_id_of(f"http://127.0.0.1:8000/jobs/{known}/") == known
    with pytest.raises(UserError, match="'digits' is not the id of a job"):
        job_id_of("digits")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with closing(Api("http://127.0.0.1:1", SecretStr("x"))) as api, pytest.raises(UserError, match="No such file"):
        api.upload(Path(tmp_path / "model.onnx"))


class Waits(threading.Event):
    """Notes how long it was waited for, and does not wait."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def wait(self, timeout=None):
        self.seconds.append(timeout)
        return False


def test_a_server_that_counts_calls_is_waited_for_as_long_as_it_says():
    refusals, said = iter(("41", "100000")), []

    def answer(_request):
        after = next(refusals, None)
        body = job("cancelled").model_dump_json()
        return httpx.Response(429, headers={"Retry-After": after}) if after else httpx.Response(200, content=body)

    with closing(Api("http://127.0.0.1:1", SecretStr("x"), say=said.append)) as api:
        api._http = httpx.Client(base_url="http://127.0.0.1:1", transport=httpx.MockTransport(answer))
        api._stop = Waits()
        assert api.cancel(uuid.UUID(int=1)).state == "cancelled"
    assert api._stop.seconds == [41, LONGEST_WAIT_S]
    assert [sentence.partition("; ")[2] for sentence in said] == ["again in 41 s", f"again in {LONGEST_WAIT_S} s"]
