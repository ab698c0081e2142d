"""`perwatt agent bench MODEL BENCHMARK`: measure once, here, without a server."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agents import terminal
from agents.bench.benchmark import bundled, load_benchmark
from agents.bench.model import choose_model
from agents.bench.order import Wish, order_of
from agents.child_process import MeasureOrder, RunningChild, spawn
from agents.commands.folder import add_home, home_of
from agents.errors import Exit, UserError, exit_of
from agents.machine import running_agents
from agents.meters import read_meters
from agents.probe import probe_inventory
from leaderboard.protocol import FAILURES, Code, Options, Report

LOOK_UP_S = 0.2
GRACE_S = 2.0


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    known = ", ".join(bundled()) or "none"
    parser = actions.add_parser(
        "bench",
        help="measure a model here, without a server, and print the report",
        epilog="Exit codes: 0 measured, 2 invalid, 3 the model failed, 4 the system failed, 6 timed out.",
    )
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="an ONNX or GGUF file, the address of an OpenAI-compatible server here, or an image, NAME@sha256:DIGEST",
    )
    parser.add_argument("benchmark", metavar="BENCHMARK", help=f"a folder with benchmark.json, or bundled: {known}")
    parser.add_argument("--device", default="cpu", metavar="KEY", help="a device of this machine (cpu)")
    parser.add_argument("--batch", type=int, default=1, metavar="N", help="items per call (1)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of the runtime (1)")
    parser.add_argument("--served-model", metavar="NAME", help="which of the models of the server")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="a private file with the key of the server")
    parser.add_argument("--rated-power", type=float, metavar="W", help="of the processor, for the estimate")
    parser.add_argument("--json", action="store_true", help="print the report as a server gets it")
    add_home(parser)
    parser.set_defaults(handler=bench)


def bench(options: argparse.Namespace) -> int:
    from agents.bench.lines import report_lines  # the maths, and NumPy with it

    benchmark = load_benchmark(options.benchmark)
    model = choose_model(options.model, served_model=options.served_model, key_file=options.key_file)
    wish = Wish(model, options.device, _options(options), _rated(options.rated_power))
    meters = read_meters(home_of(options).meters_path)
    for pid in running_agents():
        _warn(f"an agent runs here (process {pid}); what it measures meanwhile disturbs this")
    with _listening() as told, tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        order = order_of(wish, benchmark, probe_inventory(), Path(folder)).model_copy(update={"meters": meters})
        report = measure(order, told)
    if options.json:
        print(report.model_dump_json(indent=2))
    if report.failed is not None:
        return _say_failure(report.failed.code, report.failed.message)
    if not options.json and report.measured is not None:
        lines = report_lines(report, report.measured, order.spec, benchmark, terminal.width())
        print("\n".join(lines))
    return Exit.OK


def _warn(text: str) -> None:
    with suppress(OSError):  # whoever no longer listens costs no measurement
        print(f"perwatt: {text}", file=sys.stderr, flush=True)


class Told:
    """A signal that asks to end. It is noted, and acted on between two looks at the child.

    An exception out of a handler can come up anywhere: in a destructor it is lost, while a child is started it loses
    the child.
    """

    def __init__(self) -> None:
        self._number: int | None = None

    def note(self, number: int, _frame: object) -> None:
        self._number = number

    def check(self) -> None:
        if self._number == signal.SIGINT:
            raise KeyboardInterrupt
        if self._number is not None:
            raise SystemExit(128 + self._number)


@contextmanager
def _listening() -> Iterator[Told]:
    """Note what tells this program to end, or that its terminal is gone; nohup's choice stays."""
    told = Told()
    usual: dict[int, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    ours = [number for number, handler in usual.items() if signal.getsignal(number) is handler]
    for number in ours:
        signal.signal(number, told.note)
    try:
        yield told
    finally:
        for number in ours:
            signal.signal(number, usual[number])


def measure(order: MeasureOrder, told: Told) -> Report:
    """Run the measuring child to its end and show how far it is; what tells this program to end, ends the child."""
    told.check()
    child = spawn(order)
    try:
        with closing(terminal.ProgressLine()) as progress:
            while (report := child.wait(LOOK_UP_S)) is None:
                told.check()
                _show(child, progress)
    finally:
        if child.process.poll() is None:
            child.end(GRACE_S)
    return report


def _show(child: RunningChild, progress: terminal.ProgressLine) -> None:
    for event in child.events():
        if event.detail:
            progress.show(event.progress, event.detail)


def _options(options: argparse.Namespace) -> Options:
    try:
        return Options(batch=options.batch, threads=options.threads)
    except ValidationError as error:
        faults = "; ".join(f"--{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise UserError(f"{faults}.") from None


def _rated(watts: float | None) -> float | None:
    if watts is not None and not 0 < watts < float("inf"):
        raise UserError("--rated-power is a positive number of watts.")
    return watts


def _say_failure(code: Code, message: str) -> int:
    failure = FAILURES[code]
    indented = message.strip().replace("\n", "\n    ")
    print(f"perwatt: failed: {failure.sentence} ({code})\n  found: {indented}", file=sys.stderr)
    print(f"  fault: {failure.fault}\n  next: {failure.hint}", file=sys.stderr)
    return exit_of(code)
