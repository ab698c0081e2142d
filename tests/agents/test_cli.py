import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

import agents
from agents.cli import main
from agents.home import Home
from leaderboard.protocol import Inventory
from tests.agents.server import BREAK, TOKEN, problem

MODEL_FILE = "fixtures/models/digits/mlp8.onnx"


@pytest.fixture
def enrol(server, tmp_path, monkeypatch, capsys):
    """Run `agent enrol` with something on standard input; answers (exit code, output, errors)."""

    def run(*extra, url=server.url, typed=f"{TOKEN}\n", home=tmp_path / "agent"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(["agent", "enrol", "--url", url, "--token-stdin", "--home", str(home), *extra])
        return code, *capsys.readouterr()

    return run


def test_enrolling_leaves_a_folder_that_can_run(enrol, tmp_path):
    code, out, err = enrol()

    home = Home(tmp_path / "agent")
    assert (code, err) == (0, "")
    assert "Enrolled as box" in out
    assert home.config().name == "box"
    assert home.secret() is not None


def test_the_secret_is_on_the_disk_before_the_server_hears_of_it_and_a_lost_answer_is_asked_for_again(
    enrol, server, tmp_path
):
    server.misbehave("enrol", *[BREAK] * 5)
    assert enrol()[0] == 4
    secret = Home(tmp_path / "agent").secret()

    assert enrol()[0] == 0

    sent = {json.loads(call.body)["secret"] for call in server.named("enrol")}
    assert sent == {secret.get_secret_value()}


def test_neither_token_nor_secret_is_printed_or_logged(enrol, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    said = f"{enrol()} {enrol(typed='short')} {caplog.text}"

    assert TOKEN not in said
    assert Home(tmp_path / "agent").secret().get_secret_value() not in said


def test_enrolling_again_at_the_same_server_changes_nothing(enrol, server):
    enrol()
    code, out, _ = enrol()

    assert code == 0
    assert "Already enrolled" in out
    assert len(server.named("enrol")) == 1


def test_one_folder_belongs_to_one_server(enrol):
    enrol()
    code, _, err = enrol(url="https://other.example.org")

    assert code == 2
    assert "another server needs another folder" in err


@pytest.mark.parametrize("typed", ["", "\n", "short\n"])
def test_no_token_is_told_without_asking_the_server(enrol, server, typed):
    code, _, err = enrol(typed=typed)

    assert code == 2
    assert err.startswith("perwatt: ")
    assert server.calls == []


def test_a_refused_token_says_what_whose_fault_and_what_next(enrol):
    code, _, err = enrol(typed="a-token-that-was-never-issued\n")

    assert code == 2
    assert err.splitlines() == [
        "perwatt: The token is unknown.",
        "  fault: the request (enrolment_refused)",
        "  next: Ask for a new one.",
    ]


def test_another_name_than_expected_is_told(enrol):
    assert "issued for box, not for orin" in enrol("--name", "orin")[2]


def test_running_without_an_enrolment_says_how_to_get_one(tmp_path, capsys):
    assert main(["agent", "run", "--home", str(tmp_path / "none")]) == 2
    assert "agent enrol --help" in capsys.readouterr().err


def nobody(*arguments, **changes):
    """The command as a container's user without a name runs it: no home folder is known."""
    code = (
        "import pwd, sys\n"
        "def none(_): raise KeyError\n"
        "pwd.getpwuid = none\n"
        "from agents.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    environ = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CONFIG_HOME")}
    command = [sys.executable, "-P", "-c", code, *arguments]
    environ["PYTHONPATH"] = str(Path(agents.__file__).parents[1])
    return subprocess.run(command, env=environ, stderr=subprocess.PIPE, text=True, timeout=60, check=False, **changes)


def test_a_user_without_a_home_folder_is_told_how_to_name_one(tmp_path):
    without = nobody("agent", "doctor", stdout=subprocess.PIPE)
    named = nobody("agent", "doctor", "--home", str(tmp_path), stdout=subprocess.PIPE)

    assert (without.returncode, without.stdout) == (2, "")
    assert "this user has no home folder. Name the agent's folder with --home" in without.stderr
    assert f"no agent is enrolled in {tmp_path}" in " ".join(named.stdout.split())
    assert "home folder" in nobody("agent", "service", "status", "--home", str(tmp_path)).stderr


def test_a_full_disk_behind_the_output_is_a_sentence(tmp_path):
    with Path("/dev/full").open("w") as full:
        ran = nobody("agent", "doctor", "--home", str(tmp_path), stdout=full)

    assert ran.returncode == 4
    assert ran.stderr == "perwatt: No space left on device\n  fault: this machine (28)\n"


def test_probe_prints_the_inventory_for_people_and_for_programs(capsys):
    assert main(["agent", "probe"]) == 0
    assert "perwatt agent probe" in capsys.readouterr().out

    assert main(["agent", "probe", "--json"]) == 0
    assert Inventory.model_validate_json(capsys.readouterr().out).devices[0].key == "cpu"


def test_fields_that_are_wrong_are_each_named(server, tmp_path, capsys):
    header = tmp_path / "header"
    header.write_text("Authorization: Bearer pw_x")
    header.chmod(0o600)
    faults = ({"field": "benchmark", "code": "unknown", "message": "there is no such benchmark"},)
    artefact = (201, "application/json", json.dumps({"sha256": "a" * 64, "size": 1, "format": "onnx"}).encode())
    server.misbehave("artefacts", artefact)
    server.misbehave("submissions", problem(422, "unknown_benchmark", "It does not fit.", errors=faults, hint="See /."))

    arguments = ["submit", MODEL_FILE, "--benchmark", "nope", "--url", server.url, "--header-file", str(header)]
    assert main(arguments) == 2

    assert capsys.readouterr().err.splitlines() == [
        "perwatt: It does not fit.",
        "  benchmark: there is no such benchmark",
        "  fault: the request (unknown_benchmark)",
        "  next: See /.",
    ]


def test_what_is_served_elsewhere_is_submitted_without_an_upload(server, tmp_path, capsys):
    header = tmp_path / "header"
    header.write_text("Authorization: Bearer pw_x")
    header.chmod(0o600)
    job = {"id": "11111111-1111-4111-8111-111111111111", "url": "/"}
    answer = json.dumps({"id": job["id"], "jobs": [job]}).encode()
    server.misbehave("submissions", (201, "application/json", answer))
    image = f"registry.lab/llm@sha256:{'a' * 64}"

    arguments = ["submit", "--container", image, "--benchmark", "sums", "--url", server.url]
    assert main([*arguments, "--header-file", str(header)]) == 0

    (call,) = server.named("submissions")
    model = {"name": "llm", "licence": "not stated", "format": "container", "reference": image}
    assert json.loads(call.body)["model"] == model
    assert server.named("artefacts") == []
    assert job["id"] in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("agent",),
        ("submit", "no-such-file.onnx", "--benchmark", "digits"),
        ("submit", "--benchmark", "digits"),
        ("submit", MODEL_FILE, "--endpoint", "lab-70b", "--benchmark", "digits"),
        ("submit", MODEL_FILE, "--benchmark", "digits", "--batch", "0"),
        ("submit", MODEL_FILE, "--benchmark", "digits", "--url", "nowhere"),
        ("watch", "not-a-job"),
    ],
)
def test_what_makes_no_sense_ends_with_two_and_a_sentence(arguments, capsys):
    try:
        code = main(arguments)
    except SystemExit as end:  # argparse's way
        code = end.code

    assert code == 2
    assert "perwatt" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["submit", "watch", "cancel", "retry", "open", "agent enrol", "agent run"])
def test_no_option_takes_a_token(command, capsys):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])

    said = capsys.readouterr().out
    assert "--token " not in said
    assert "--secret" not in said


def test_probe_asks_the_meters_of_the_agent_s_folder_and_says_what_is_wrong_with_their_file(tmp_path, capsys):
    meters = tmp_path / "meters.json"
    meters.write_text(json.dumps({"plug": {"kind": "shelly2", "url": "http://127.0.0.1:1"}}))
    assert main(["agent", "probe", "--home", str(tmp_path)]) == 0
    assert "meter-plug" in capsys.readouterr().out

    meters.write_text(json.dumps({"plug": {"kind": "shelly2", "url": "192.168.1.50"}}))
    assert main(["agent", "probe", "--home", str(tmp_path)]) == 2
    assert "plug.url" in capsys.readouterr().err
