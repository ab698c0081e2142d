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
_ADD = "fetch install.sh from /agent/ of the server: sh install.sh"
# What a machine may do without, by the name of its absence and the way to get it.
_OPTIONAL = {
    RuntimeName.LLAMA_CPP: ("for GGUF models: it is not installed", f"{_ADD} --llama"),
    RuntimeName.CONTAINER: (
        "for models in an image: no Docker engine answers, or its client is not installed",
        f"start the engine, be in its group, and {_ADD} --container",
    ),
    RuntimeName.OPENAI: (
        "for a server of your own: no endpoints.json names one",
        'in the agent\'s folder: {"lab": {"url": "http://127.0.0.1:8000/v1", "model": "NAME"}}',
    ),
}


def checks_of(inventory: Inventory) -> Iterator[Check]:
    names = dict.fromkeys(name for device in inventory.devices for name in device.runtimes)
    if not names:
        yield Check("RUN-01", Verdict.FAIL, "no runtime is here: nothing can be measured", _INSTALL)
    for number, name in enumerate(names, start=1):
        module = next((module for runtime, module in _MODULES.items() if runtime == name), None)
        yield _library(f"RUN-{number:02}", name, module) if module else _found(f"RUN-{number:02}", name)
    absent = [name for name in _OPTIONAL if name not in names]
    for number, name in enumerate(absent, start=max(1, len(names)) + 1):
        evidence, fix = _OPTIONAL[name]
        yield Check(f"RUN-{number:02}", Verdict.SKIP, f"runtime {name}, {evidence}", fix)


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
