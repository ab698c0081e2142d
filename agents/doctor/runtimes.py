"""What runs models here: one RUN line for each, started in a process of its own, as a measurement does."""

import subprocess
import sys
from collections.abc import Iterator

from agents.doctor.base import Check, Verdict
from leaderboard.protocol import Inventory, RuntimeName

# Those that are a library; the others are found by the probe.
_MODULES = {RuntimeName.ONNXRUNTIME: "onnxruntime", RuntimeName.LLAMA_CPP: "xllamacpp"}
_TIMEOUT_S = 60.0
_INSTALL = "install the agent again (/agent/ of the server)"


def checks_of(inventory: Inventory) -> Iterator[Check]:
    names = dict.fromkeys(name for device in inventory.devices for name in device.runtimes)
    if not names:
        yield Check("RUN-01", Verdict.FAIL, "no runtime is here: nothing can be measured", _INSTALL)
    for number, name in enumerate(names, start=1):
        module = next((module for runtime, module in _MODULES.items() if runtime == name), None)
        yield _library(f"RUN-{number:02}", name, module) if module else _found(f"RUN-{number:02}", name)


def _found(code: str, name: str) -> Check:
    return Check(code, Verdict.PASS, f"runtime {name} is offered")


def _library(code: str, name: str, module: str) -> Check:
    program = f"import importlib.metadata as m, {module}; print(m.version({module!r}))"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", program], capture_output=True, check=False, text=True, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return Check(code, Verdict.FAIL, f"runtime {name} does not load within {_TIMEOUT_S:.0f} s", _INSTALL)
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]
        return Check(code, Verdict.FAIL, f"runtime {name} does not load: {why}", _INSTALL)
    return Check(code, Verdict.PASS, f"runtime {name} {done.stdout.strip()} loads")
