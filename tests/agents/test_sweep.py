"""`perwatt submit --batch 1,8,64 --threads 1,2`."""

import json
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from agents.cli import main
from agents.commands.sweep import MOST_CONFIGURATIONS, configurations
from agents.errors import UserError
from leaderboard.protocol import Options, Problem
from tests.agents.server import PROBLEM
from tests.agents.test_cli import MODEL_FILE


def pairs(batches, threads):
    return [(options.batch, options.threads) for options in configurations(batches, threads)]


def test_one_configuration_is_one():
    assert configurations("8", "2") == (Options(batch=8, threads=2),)


def test_every_batch_meets_every_number_of_threads_once_in_an_order_that_is_the_same_each_time():
    found = pairs("1,8,64", "1, 2")

    assert sorted(found) == [(1, 1), (1, 2), (8, 1), (8, 2), (64, 1), (64, 2)]
    assert found == pairs("1,8,64", "1, 2")
    assert found != sorted(found)


@pytest.mark.parametrize("text", ["", ",", "1,", "1;2", "-1", "1.5", "1,1", "a", "\N{SUPERSCRIPT TWO}", "9" * 30])
def test_what_is_no_list_of_numbers_is_told_with_its_option(text):
    with pytest.raises(UserError, match="--batch"):
        configurations(text, "1")


def test_a_number_that_no_entry_can_have_is_told_before_anything_is_submitted():
    with pytest.raises(UserError, match="--threads"):
        configurations("1", "1,999")


def test_a_sweep_has_its_limit():
    many = ",".join(str(number) for number in range(1, MOST_CONFIGURATIONS + 2))
    with pytest.raises(UserError, match="at once are the most"):
        configurations(many, "1")


@pytest.fixture
def api():
    """A server that takes submissions, up to `most` of them."""

    class Handler(BaseHTTPRequestHandler):
        bodies, keys, most = [], set(), 100

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            kind, status = "application/json", 201
            if self.path.endswith("/artefacts"):
                answer = {"sha256": "a" * 64, "size": len(body), "format": "onnx"}
            elif len(self.bodies) < self.most:
                self.bodies.append(json.loads(body))
                self.keys.add(self.headers["Idempotency-Key"])
                answer = {"id": str(uuid.uuid4()), "jobs": [{"id": str(uuid.uuid4()), "url": ""}]}
            else:
                kind, status = PROBLEM, 422
                answer = Problem(title="Enough.", status=422, code="quota").model_dump(mode="json")
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    Handler.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield Handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def submit(api, tmp_path, capsys):
    header = tmp_path / "header"
    header.write_text("Authorization: Bearer pw_x\n")
    header.chmod(0o600)

    def run(*extra):
        command = ["submit", MODEL_FILE, "--benchmark", "digits", "--url", api.url, "--header-file", str(header)]
        return main([*command, *extra]), *capsys.readouterr()

    return run


def test_a_sweep_is_a_submission_for_each_configuration(api, submit):
    code, out, _ = submit("--batch", "1,8", "--threads", "1,2")

    assert code == 0
    assert sorted((body["options"]["batch"], body["options"]["threads"]) for body in api.bodies) == [
        (1, 1), (1, 2), (8, 1), (8, 2)
    ]  # fmt: skip
    assert len(api.keys) == 4
    assert [line.partition("  ")[2] for line in out.splitlines()] == [
        f"batch {body['options']['batch']}, threads {body['options']['threads']}" for body in api.bodies
    ]


def test_one_submission_prints_one_address_and_nothing_else(submit):
    _, out, _ = submit()

    assert len(out.split()) == 1


def test_a_sweep_as_json_is_a_line_for_each_submission(submit):
    _, out, err = submit("--batch", "1,8", "--json")

    assert [set(json.loads(line)) for line in out.splitlines()] == [{"id", "jobs"}] * 2
    assert err == ""


def test_of_a_sweep_that_is_refused_half_way_the_first_half_is_known(api, submit):
    api.most = 2
    code, out, err = submit("--batch", "1,2,4,8")

    assert code == 2
    assert len(out.splitlines()) == 2
    assert "Enough." in err
