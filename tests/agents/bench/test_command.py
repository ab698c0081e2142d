"""The whole command, with the real measuring child on a benchmark whose windows are short."""

import contextlib
import io
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import termios

import psutil
import pytest

from agents.cli import main
from agents.terminal import ProgressLine
from leaderboard.protocol import Report
from tests.agents.measuring import DIGITS, MODELS, QUICK
from tests.agents.server import until

MODEL = str(MODELS / "mlp8.onnx")
ADDER = MODELS.parent / "addition/adder-53k-f32.gguf"


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The digits, measured in a second or two."""
    return hurried(DIGITS, tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def addition(tmp_path_factory):
    """The sums, likewise."""
    return hurried(DIGITS.parent / "addition", tmp_path_factory.mktemp("bench"))


def hurried(benchmark, where):
    folder = shutil.copytree(benchmark, where / "quick")
    spec = json.loads((folder / "benchmark.json").read_text())
    (folder / "benchmark.json").write_text(json.dumps(spec | {"protocol": QUICK.model_dump(mode="json")}))
    return str(folder)


def test_a_report_has_every_figure_with_where_its_energy_comes_from(quick, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["agent", "bench", MODEL, quick]) == 0

    out, err = capsys.readouterr()
    assert "mlp8 on digits, version 1" in out
    assert "accuracy            95.3 % (93.3-96.8)" in out
    for name in ("latency, median", "latency, mean", "throughput", "per item", "per correct answer", "IPW", "guard"):
        assert any(line.startswith(name) for line in out.splitlines()), name
    assert "scope process, grade E" in out
    assert max(map(len, out.splitlines())) <= 60
    assert "\r" not in err
    assert "repeat 1 of 3: median" in err


def test_a_language_model_is_reported_by_its_tokens(addition, capsys):
    assert main(["agent", "bench", str(ADDER), addition]) == 0

    out = capsys.readouterr().out
    assert "accuracy            100.0 % (98.7-100.0)" in out
    assert "llama.cpp" in out
    for name in ("TTFT, median", "TPOT, median", "per output token", "prefill", "per decoded token"):
        assert any(line.startswith(name) for line in out.splitlines()), name


def test_a_server_that_is_not_there_is_nobodys_result(addition, capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"

    assert main(["agent", "bench", url, addition, "--served-model", "any"]) == 4

    assert "fault: the device" in capsys.readouterr().err


def test_json_is_the_report_as_a_server_would_get_it(quick, capsys):
    assert main(["agent", "bench", MODEL, quick, "--json", "--batch", "8"]) == 0

    report = Report.model_validate_json(capsys.readouterr().out)
    assert len(report.measured.answers) == 600
    assert report.measured.repeats[0].items == 8 * report.measured.repeats[0].calls


def test_a_model_that_cannot_be_measured_says_what_happened_whose_fault_and_what_next(quick, tmp_path, capsys):
    (tmp_path / "broken.onnx").write_bytes(b"no model")

    assert main(["agent", "bench", str(tmp_path / "broken.onnx"), quick]) == 3

    err = capsys.readouterr().err
    assert "perwatt: failed: " in err
    assert all(f"  {word}: " in err for word in ("found", "fault", "next"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.onnx", "digits"], "absent.onnx is not a file; it is no address"),
        (["http://127.0.0.1:8000/v1", "addition"], "say which one with --served-model NAME"),
        (["ftp://127.0.0.1/v1", "addition"], "is not a file; it is no address of a server"),
        (["http:///v1", "addition", "--served-model", "m"], "http:///v1: "),
        ([MODEL, "digits", "--served-model", "m"], "go with the address of a server"),
        (["pyproject.toml", "digits"], "none of the formats"),
        ([MODEL, "nothing"], "There is no benchmark 'nothing'"),
        ([MODEL, "digits", "--device", "gpu7"], "There is no device 'gpu7'"),
        ([MODEL, "digits", "--batch", "0"], "--batch"),
        ([MODEL, "digits", "--rated-power", "nan"], "positive number of watts"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_measured(arguments, said, capsys):
    assert main(["agent", "bench", *arguments]) == 2
    assert said in capsys.readouterr().err


def _as_in_the_foreground():
    """A shell's background jobs ignore interrupts, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _measures(process):
    with contextlib.suppress(psutil.NoSuchProcess):  # the probe starts processes that end at once
        return "agents.child" in process.cmdline()


@pytest.mark.parametrize(
    ("told", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGHUP, 128 + signal.SIGHUP)],
)
def test_an_interrupt_takes_the_measuring_process_and_its_folder_along(tmp_path, told, code):
    command = [sys.executable, "-P", "-m", "agents", "agent", "bench", MODEL, "digits"]
    environ = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(DIGITS.parents[2])}
    running = subprocess.Popen(
        command,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_as_in_the_foreground,  # noqa: PLW1509 -- no thread of this test holds a lock
    )
    (child,) = until(lambda: [c for c in psutil.Process(running.pid).children() if _measures(c)])

    running.send_signal(told)
    running.communicate(timeout=30)

    assert running.returncode == code
    assert not child.is_running()
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_sees_a_bar_that_is_written_over_and_leaves_nothing():
    primary, secondary = pty.openpty()
    termios.tcsetwinsize(secondary, (24, 60))
    with os.fdopen(secondary, "w") as terminal:
        progress = ProgressLine(terminal)
        progress.show(0.5, "repeat 3: " + "x" * 100)
        progress.close()
        said = ""
        while not said.endswith("\x1b[K") or said.count("\r") < 2:  # a terminal hands over what it has so far
            said += os.read(primary, 10_000).decode()
    os.close(primary)

    bar, rest = said.split("\r")[1:]
    assert bar.startswith("[########.......]  50% repeat 3")
    assert len(bar.removesuffix("\x1b[K")) < 60
    assert rest == "\x1b[K"
    assert "\n" not in said


def test_elsewhere_each_step_is_one_plain_line():
    stream = io.StringIO()
    progress = ProgressLine(stream)
    for text in ("timing", "timing", "idle"):
        progress.show(0.5, text)
    progress.close()

    assert stream.getvalue() == " 50%  timing\n 50%  idle\n"


def test_who_no_longer_looks_at_the_progress_costs_no_report(quick):
    command = [sys.executable, "-P", "-m", "agents", "agent", "bench", MODEL, quick]
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as nobody:
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=nobody, text=True, timeout=60, check=False)

    assert ran.returncode == 0
    assert "accuracy" in ran.stdout
