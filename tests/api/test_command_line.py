"""`perwatt submit`, `watch`, `cancel`, `retry`, `publish`, `open` against a real server."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from datetime import timedelta

import pytest

from agents.cli import main
from leaderboard.clock import database_now
from leaderboard.devices.models import Agent
from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from leaderboard.submissions.models import Submission
from tests.api.serving import served
from tests.catalog.models import bytes_of, linear
from tests.factories import BenchmarkFactory, DeviceFactory, JobFactory, SubmissionFactory, make_token
from tests.runs.helpers import claimed
from tests.runs.test_overdue import past


@pytest.fixture
def server(shared_database):
    with served() as address:
        yield address


@pytest.fixture
def token(shared_database):
    return make_token()


@pytest.fixture
def header(tmp_path, token):
    path = tmp_path / "header"
    path.write_text(f"Authorization: Bearer {token[0]}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def perwatt(server, header, capsys):
    def run(*arguments, url=server):
        code = main([*arguments, "--url", url, "--header-file", str(header)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def lab():
    BenchmarkFactory()
    device = DeviceFactory(slug="lab-cpu", cores=4)
    Agent.objects.update(last_seen_at=database_now())
    return device


@pytest.fixture
def job_file(tmp_path, lab):
    (tmp_path / "model.onnx").write_bytes(bytes_of(linear()))
    model = {"name": "linear", "licence": "MIT", "file": "model.onnx"}
    path = tmp_path / "job.json"
    path.write_text(json.dumps({"model": model, "benchmark": "digits", "device": "lab-cpu", "options": {"batch": 4}}))
    return path


def mine(token, **values):
    return JobFactory(submission=SubmissionFactory(submitted_by=token[1]), **values)


def failed(token, code):
    return mine(token, state=JobState.FAILED, code=code, message="at layer 3\nof 7")


def lines_of(out):
    return [json.loads(line) for line in out.splitlines()]


def test_a_dry_run_of_a_job_file_says_what_to_expect_and_submits_nothing(perwatt, job_file):
    code, out, err = perwatt("submit", str(job_file), "--dry-run")

    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "would be taken; devices: lab-cpu; ahead of it: 0"
    assert not Submission.objects.exists()


def test_a_dry_run_of_what_is_wrong_says_all_of_it_and_ends_with_two(perwatt, job_file):
    body = json.loads(job_file.read_text())
    job_file.write_text(json.dumps(body | {"device": "moon", "benchmark": "nope"}))
    code, out, err = perwatt("submit", str(job_file), "--dry-run", "--json")

    assert code == 2
    assert {error["field"] for error in lines_of(out)[0]["errors"]} == {"device", "benchmark"}
    assert "  device: " in err


def test_a_job_file_becomes_a_job_that_can_be_watched_and_cancelled(perwatt, job_file, server):
    code, out, _ = perwatt("submit", str(job_file))
    job = Job.objects.get()
    assert (code, out) == (0, f"{server}/jobs/{job.uuid}/\n")
    assert (job.submission.batch, job.device.slug) == (4, "lab-cpu")

    code, _, err = perwatt("watch", out.strip(), "--timeout", "0.01")
    assert code == 6
    assert err.splitlines()[0].startswith("queued: ")

    assert perwatt("cancel", str(job.uuid)) == (0, f"{job.uuid} is cancelled\n", "")
    assert perwatt("cancel", str(job.uuid), "--wait")[0] == 5
    code, out, err = perwatt("watch", str(job.uuid), "--json")
    assert (code, err) == (5, "")
    assert [line["state"] for line in lines_of(out)] == ["cancelled"]


def test_a_job_is_private_by_option_or_job_file_until_it_is_published(perwatt, job_file, server):
    perwatt("submit", str(job_file), "--private")
    job_file.write_text(json.dumps(json.loads(job_file.read_text()) | {"private": True}))
    perwatt("submit", str(job_file))
    model = str(job_file.parent / "model.onnx")
    perwatt("submit", model, "--benchmark", "digits", "--device", "lab-cpu", "--licence", "MIT", "--private")
    assert list(Submission.objects.values_list("private", flat=True)) == [True, True, True]

    job = Job.objects.first()
    Job.objects.filter(pk=job.pk).update(state=JobState.PUBLISHED)
    code, out, _ = perwatt("watch", str(job.uuid))
    assert (code, out) == (0, f"measured, private: {server}/jobs/{job.uuid}/\n")
    assert perwatt("publish", str(job.uuid)) == (0, f"{server}/jobs/{job.uuid}/\n", "")
    assert perwatt("watch", str(job.uuid))[1].startswith("published: ")
    assert lines_of(perwatt("publish", str(job.uuid), "--json")[1])[0]["private"] is False


def test_a_dry_run_says_what_is_left_of_a_quota(perwatt, job_file, settings):
    settings.QUOTA = (20, timedelta(days=7))
    out = perwatt("submit", str(job_file), "--dry-run")[1]
    assert out.splitlines()[-1] == "  quota: takes 1 of 20 left (20 jobs in 7 days)"
    settings.QUOTA = (1, timedelta(days=1))
    perwatt("submit", str(job_file))
    code, out, err = perwatt("submit", str(job_file), "--json")
    assert (code, lines_of(out)[0]["code"]) == (2, "quota_used")
    assert "  quota: " in err


def test_a_job_that_is_measured_is_told_step_by_step_as_one_object_per_line(perwatt, token, monkeypatch):
    attempt = claimed(job=mine(token, state=JobState.RUNNING), phase="measuring", progress=0.4)
    pauses = iter([{"progress": 0.6}, {}, None])

    def meanwhile(_):
        changes = next(pauses)
        if changes is None:
            end_attempt(attempt=attempt, code=Code.OUT_OF_MEMORY, message="4 GiB", now=database_now())
        elif changes:
            type(attempt).objects.filter(pk=attempt.pk).update(**changes)

    monkeypatch.setattr("agents.commands.following.time.sleep", meanwhile)
    code, out, err = perwatt("watch", str(attempt.job.uuid), "--json")

    assert (code, err) == (3, "")
    assert [(job["state"], job["progress"], job["fault"]) for job in lines_of(out)] == [
        ("running", 0.4, None),
        ("running", 0.6, None),
        ("failed", None, "user"),
    ]


@pytest.fixture
def late(token):
    """A job that waits longer than expected, and while it is followed finds others done, then starts, then ends."""
    now = database_now()
    device = DeviceFactory()
    past(device, waited_s=100)
    job = mine(token, device=device, state_since=now - timedelta(hours=1))
    changes = iter(
        [
            lambda: past(device, n=20, waited_s=200),
            lambda: Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED),
        ]
    )
    return job, lambda _seconds: next(changes)()


def test_a_job_that_takes_longer_than_expected_is_told_once(perwatt, late, monkeypatch):
    job, meanwhile = late
    monkeypatch.setattr("agents.commands.following.time.sleep", meanwhile)
    code, _, err = perwatt("watch", str(job.uuid))

    assert code == 5
    (line,) = [line for line in err.splitlines() if "longer than expected" in line]
    since = f"{job.state_since:%Y-%m-%d %H:%M} UTC"
    usual = "three in four of the last 4 jobs there waited at most 100 s"
    assert line == f"longer than expected: waiting since {since}; {usual}"


def test_as_json_a_late_job_says_so_in_a_field(perwatt, late, monkeypatch):
    job, meanwhile = late
    monkeypatch.setattr("agents.commands.following.time.sleep", meanwhile)
    first, last = lines_of(perwatt("watch", str(job.uuid), "--json")[1])

    assert (first["overdue"]["step"], first["overdue"]["expected_s"], first["overdue"]["n"]) == ("waiting", 100, 4)
    assert last["overdue"] is None


@pytest.mark.parametrize("code", [Code.OUT_OF_MEMORY, Code.TIMEOUT, Code.LOST, Code.SCORING_FAILED])
def test_the_exit_code_is_that_of_whoever_the_server_blames(perwatt, token, code):
    exit_code, out, err = perwatt("watch", str(failed(token, code).uuid))

    is_user = FAILURES[code].kind is FailureKind.OUTCOME
    assert exit_code == (6 if code is Code.TIMEOUT else 3 if is_user else 4)
    assert out == ""
    assert err.splitlines()[0] == f"perwatt: failed: {FAILURES[code].sentence} ({code})"
    assert err.splitlines()[1:3] == ["  found: at layer 3", "    of 7"]


def test_somebody_else_s_job_is_read_and_not_cancelled(perwatt):
    code, out, err = perwatt("cancel", str(JobFactory().uuid), "--json")

    assert code == 2
    assert lines_of(out)[0]["code"] == "not_yours"
    assert "submitted by somebody else" in err


@pytest.mark.parametrize("command", ["watch", "cancel", "publish", "open"])
def test_a_job_that_is_not_there_is_told(perwatt, command):
    code, out, err = perwatt(command, "00000000-0000-0000-0000-000000000001")

    assert (code, out) == (2, "")
    assert "There is no job" in err


def test_open_prints_the_address_of_the_page_and_nothing_else(perwatt, token, server):
    page = f"{server}/jobs/{(job := mine(token)).uuid}/"

    assert perwatt("open", str(job.uuid)) == (0, f"{page}\n", "")
    assert lines_of(perwatt("open", page, "--json")[1]) == [{"id": str(job.uuid), "url": page}]


def test_a_retry_is_one_new_job_on_the_device_that_was_named_and_never_of_what_would_fail_again(perwatt, job_file, lab):
    assert perwatt("submit", str(job_file))[0] == 0
    old = Job.objects.get()
    code, _, err = perwatt("retry", str(old.uuid))
    assert (code, "cancel it first" in err) == (2, True)  # it is not over
    assert perwatt("cancel", str(old.uuid))[0] == 0

    code, page, _ = perwatt("retry", str(old.uuid), "--device", lab.slug)
    new = Job.objects.exclude(pk=old.pk).get()
    assert (code, page.strip().endswith(f"/jobs/{new.uuid}/")) == (0, True)
    assert new.device == lab
    assert lines_of(perwatt("retry", str(old.uuid), "--json")[1])[0]["id"] == str(new.uuid)

    Job.objects.filter(pk=new.pk).update(state=JobState.FAILED, code=Code.CANNOT_LOAD)
    code, out, err = perwatt("retry", str(new.uuid))
    assert (code, out) == (2, "")
    assert "The same inputs would end the same way." in err


def in_terminal(columns, *arguments, **environ):
    """Run the command on a terminal of so many columns; return (exit code, what the terminal was given)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "agents", *arguments]
    kept = {
        name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "BROWSER")
    }
    child = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=kept | {"TERM": "xterm"} | environ
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # the terminal's other end is closed
        pass
    os.close(ours)
    return child.wait(30), said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 80])
def test_a_failure_fits_a_terminal_and_keeps_its_addresses_whole(server, header, token, columns):
    job = failed(token, Code.OUT_OF_MEMORY)
    where = ["--url", server, "--header-file", str(header)]

    code, said = in_terminal(columns, "watch", str(job.uuid), *where, NO_COLOR="1")
    assert code == 3
    lines = said.replace("\r\x1b[K", "").splitlines()
    assert "\x1b" not in "".join(lines)
    assert [line for line in lines if len(line) > columns] == [
        line for line in lines if "http" in line and columns == 40
    ]
    assert f"{server}/api/v1/jobs/{job.uuid}/log" in said


def test_in_a_terminal_a_failure_has_a_colour_and_open_opens_a_browser(server, header, token, tmp_path):
    job = failed(token, Code.OUT_OF_MEMORY)
    where = ["--url", server, "--header-file", str(header)]
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o700)

    assert "\x1b[1;31mperwatt: failed" in in_terminal(80, "watch", str(job.uuid), *where)[1]
    assert in_terminal(80, "open", str(job.uuid), *where, BROWSER=f"{browser} %s")[0] == 0
    assert seen.read_text() == f"{server}/jobs/{job.uuid}/\n"
