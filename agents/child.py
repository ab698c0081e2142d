"""The measuring child: `python -m agents.child`, order on stdin, messages on stdout (see `child_process.spawn`)."""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import IO

from agents.child_messages import Event, MeasureOrder
from agents.child_outcome import failed_report, says_out_of_memory
from leaderboard.protocol import Code, Report

_PR_SET_PDEATHSIG = 1
_MOST_WILLING_TO_GO = "1000"


def main() -> int:
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    go_first_when_memory_ends()
    messages = _private_stdout()
    line = _read_line(0)
    if not line.endswith(b"\n"):
        return 1  # the parent was gone before it had finished the order
    _watch_lifeline()
    order = MeasureOrder.model_validate_json(line)
    _send(messages, {"report": report_for(order, messages).model_dump(mode="json")})
    return 0


def report_for(order: MeasureOrder, messages: IO[str]) -> Report:
    """Measured, or what went wrong as a failure; whatever is nobody's known fault is the agent's."""
    from agents.measure import Measurement
    from agents.runtimes.faults import ModelFaultError

    measurement = Measurement(order, lambda event: _say(messages, event))
    try:
        return measurement.run()
    except ModelFaultError as fault:
        code, text = fault.code, str(fault)
    except MemoryError:
        code, text = (
            Code.OUT_OF_MEMORY,
            f"An allocation of more than {order.spec.limits.memory_bytes} bytes was refused.",
        )
    except Exception as error:  # noqa: BLE001 -- nothing may end without a report
        traceback.print_exc()
        code = Code.OUT_OF_MEMORY if says_out_of_memory(str(error)) else Code.AGENT_ERROR
        text = f"{type(error).__name__}: {error}"
    return failed_report(order, code, text, measurement.progress.phases.marks())


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when the parent ends. A parent that is already gone shows as the end of stdin."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def go_first_when_memory_ends() -> None:
    """If the machine runs out of memory, the kernel is to end the model, not the agent or a neighbour."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_MOST_WILLING_TO_GO, encoding="ascii")


def _private_stdout() -> IO[str]:
    """Keep the pipe to the agent for messages; what libraries print goes to stderr."""
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "w", encoding="utf-8")


def _read_line(fd: int) -> bytes:
    """One line and not a byte more, so that the watcher sees the end of the pipe and nothing else."""
    line = bytearray()
    while not line.endswith(b"\n") and (chunk := os.read(fd, 1 << 16)):
        line += chunk
    return bytes(line)


def _watch_lifeline() -> None:
    """End this process group when the agent's end of stdin closes: also where there is no prctl."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        if os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _say(messages: IO[str], event: Event) -> None:
    _send(messages, {"event": event.model_dump(mode="json")})


def _send(messages: IO[str], message: dict[str, object]) -> None:
    messages.write(json.dumps(message) + "\n")
    messages.flush()


if __name__ == "__main__":
    sys.exit(main())
