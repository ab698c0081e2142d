import json
import sys

import pytest

from agents.cli import main
from agents.doctor.base import Check, DoctorExit, Verdict, exit_code
from agents.doctor.lines import doctor_lines
from agents.home import AgentConfig
from tests.agents.server import SECRET, problem

CHECKS = [
    Check("NET-01", Verdict.PASS, "https://perwatt.example.org reached, TLS ok, 38 ms"),
    Check("PWR-03", Verdict.WARN, "effective sample rate 7.8 Hz, asked 20 Hz", "attach an external meter"),
    Check("CFG-02", Verdict.FAIL, "governor 'ondemand', policy wants 'performance'", "a line " * 20),
    Check("THM-01", Verdict.SKIP, "no temperature sensor is to be seen"),
]


@pytest.fixture
def enrolled(server, home):
    config = {"url": server.url, "agent_id": "00000000-0000-0000-0000-000000000007", "name": "box", "queue": "q"}
    home.save_config(AgentConfig.model_validate(config))
    home.secret_path.write_text(SECRET)
    home.secret_path.chmod(0o600)
    return home


@pytest.mark.parametrize("width", [40, 60, 80])
def test_it_fits_its_terminal_and_ends_with_the_count(width):
    lines = doctor_lines(CHECKS, "orin-nx-03", width=width, colour=False)

    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines[-2:]).split()).endswith(
        "4 checks: 1 pass, 1 warn, 1 fail, 1 skip not schedulable (CFG-02)"
    )


def test_colour_only_repeats_the_word():
    plain, coloured = (doctor_lines(CHECKS, "box", width=80, colour=colour) for colour in (False, True))

    assert "\x1b" not in "".join(plain)
    assert "\x1b[1;31mFAIL\x1b[0m" in "".join(coloured)
    assert [line.replace("\x1b[0m", "").replace("\x1b[1;31m", "").replace("\x1b[33m", "").replace("\x1b[2m", "")
            for line in coloured] == plain  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Verdict.PASS, Verdict.SKIP), DoctorExit.FINE),
        ((Verdict.PASS, Verdict.WARN), DoctorExit.WARNED),
        ((Verdict.WARN, Verdict.FAIL), DoctorExit.FAILED),
    ],
)
def test_the_exit_code_is_that_of_the_worst_line(verdicts, code):
    assert exit_code([Check("X-01", verdict, "") for verdict in verdicts]) == code


def test_an_enrolled_machine_is_examined_from_end_to_end_without_disturbing_it(enrolled, server, capsys):
    code = main(["agent", "doctor", "--json", "--home", str(enrolled.root)])
    answer = json.loads(capsys.readouterr().out)

    found = {check["code"]: check["result"] for check in answer["checks"]}
    assert answer["device"] == "box"
    assert [found[name] for name in ("NET-01", "NET-02", "CLK-01", "AGT-01", "AGT-02", "HLT-01")] == ["pass"] * 6
    assert {"PWR-00", "RUN-01", "GRD-01", "MEM-01"} <= set(found)
    assert code == answer["exit_code"]
    assert {call.name for call in server.calls} == {"hello", "doctor"}


def test_the_server_hears_the_very_lines_of_the_terminal(enrolled, server, capsys):
    main(["agent", "doctor", "--json", "--home", str(enrolled.root)])
    answer = json.loads(capsys.readouterr().out)

    (told,) = server.named("doctor")
    assert json.loads(told.body)["lines"] == answer["checks"]


@pytest.mark.parametrize("answer", [problem(404, "not_found"), problem(401, "not_signed_in"), problem(503, "busy")])
def test_a_server_that_takes_no_lines_changes_nothing_for_the_doctor(enrolled, server, capsys, answer):
    server.misbehave("doctor", answer)
    code = main(["agent", "doctor", "--json", "--home", str(enrolled.root)])
    assert code == json.loads(capsys.readouterr().out)["exit_code"]


def test_another_server_is_asked_without_the_secret_of_this_one(enrolled, server, tmp_path, capsys):
    other = server.url.replace("127.0.0.1", "localhost")

    main(["agent", "doctor", "--json", "--home", str(enrolled.root), "--url", other])

    capsys.readouterr()
    assert SECRET not in str([call.headers for call in server.calls])
    assert server.calls


def test_a_machine_that_is_not_enrolled_says_how_and_fails(tmp_path, capsys):
    assert main(["agent", "doctor", "--home", str(tmp_path / "none")]) == DoctorExit.FAILED

    out = capsys.readouterr().out
    assert "AGT-01  FAIL" in out
    assert "not schedulable (AGT-01" in " ".join(out.split())
    assert not (tmp_path / "none").exists()


def test_nothing_is_coloured_when_it_is_not_read_by_a_terminal(tmp_path, capsys):
    main(["agent", "doctor", "--home", str(tmp_path / "none")])

    assert not sys.stdout.isatty()
    assert "\x1b" not in capsys.readouterr().out


def test_a_meter_that_is_silent_and_a_file_that_names_none_are_lines_of_the_doctor(home, capsys):
    home.meters_path.write_text('{"plug": {"kind": "shelly2", "url": "http://127.0.0.1:1"}}')
    main(["agent", "doctor", "--json", "--home", str(home.root)])
    found = json.loads(capsys.readouterr().out)["checks"]
    assert [check["code"] for check in found if "meter-plug" in check["evidence"]] == ["PWR-07"]

    home.meters_path.write_text("[]")
    assert main(["agent", "doctor", "--json", "--home", str(home.root)]) == DoctorExit.FAILED
    found = json.loads(capsys.readouterr().out)["checks"]
    assert any(check["code"] == "PWR-07" and "meters.json" in check["evidence"] for check in found)
