"""llama.cpp for GGUF files: its own HTTP server, in this process, through the package xllamacpp.

In this process it stands under the memory cap, its threads are this process's CPU time, and the kernel ends it with the
child. Weights are read, not mapped, because a mapped file is outside the cap and is loaded during the first call.
"""

import contextlib
import functools
import os
import re
import secrets
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from agents.runtimes.faults import ModelFaultError, fault_of
from agents.runtimes.gguf_weights import UNKNOWN, gguf_precision
from agents.streaming.address import Address
from leaderboard.protocol import Code

_ERRORS_ONLY = 1
_TEMPLATE_TOKENS = 512  # what a chat template may put around a prompt
_IMPORT_S = 60
_LOG_S = 1.0
_SAID_BYTES = 16384
_ERROR_LINE = re.compile(r"^\S+ E +(?:srv|cmn|llama|gguf)?\s*(.*)$", re.MULTILINE)


@functools.cache
def is_usable() -> bool:
    """Whether the package can be imported here; tried in another process, because an idle agent does without 100 MB."""
    if find_spec("xllamacpp") is None:
        return False
    try:
        tried = subprocess.run(
            [sys.executable, "-P", "-c", "import xllamacpp"], capture_output=True, check=False, timeout=_IMPORT_S
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


class LlamaCpp:
    runtime = "llama.cpp"
    title = "llama.cpp's server"
    provider = "CPU"
    is_ours = True
    served_by = None
    model = "model"
    address: Address

    def __init__(self, path: Path, *, threads: int, context_tokens: int, chat: bool = False) -> None:
        os.environ["GGML_NO_BACKTRACE"] = "1"  # else a failed assertion starts a debugger
        import xllamacpp

        self.version: str = xllamacpp.__version__
        self.precision = UNKNOWN
        self.body = {"cache_prompt": False}
        self._path = path
        self._threads = threads
        self._chat = chat
        self._context_tokens = context_tokens + _TEMPLATE_TOKENS
        self._server: Any = None

    def load(self) -> None:
        import xllamacpp

        key = secrets.token_urlsafe(24)
        said_before = _stderr_size()
        try:
            self._server = xllamacpp.Server(self._parameters(key))
        except MemoryError:
            raise
        except Exception as error:  # the package raises what C++ threw
            sentence = f"llama.cpp (xllamacpp {self.version}) could not load the model"
            raise fault_of(_with_its_words(error, said_before), Code.CANNOT_LOAD, sentence) from error
        self.address = Address.of(f"{self._server.listening_address}/v1", key=SecretStr(key))

    def describe(self) -> None:
        self.precision = gguf_precision(self._path)

    def end(self) -> None:
        """It ends with this process."""

    def close(self) -> None:
        self._server = None

    def _parameters(self, key: str) -> Any:
        import xllamacpp

        chosen = xllamacpp.CommonParams()
        chosen.model.path = str(self._path)
        chosen.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
        chosen.n_ctx = self._context_tokens
        chosen.n_parallel = 1
        chosen.use_jinja = self._chat
        if not self._chat:
            chosen.chat_template = "chatml"  # a built-in one, so that the file's is not even read
        chosen.n_gpu_layers = 0
        chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = self._threads
        chosen.fit_params = chosen.warmup = chosen.ui = chosen.ctx_shift = False
        chosen.cache_prompt = False
        chosen.cache_ram_mib = 0
        chosen.hostnames = ["127.0.0.1"]
        chosen.port = 0
        chosen.api_keys = [key]
        chosen.n_threads_http = 2
        chosen.verbosity = _ERRORS_ONLY
        return chosen


def file_or_fault(path: Path | None) -> Path:
    if path is None:
        raise ModelFaultError(Code.CANNOT_LOAD, "llama.cpp runs a GGUF file, and the model is none.")
    return path


def _stderr_size() -> int:
    return os.fstat(2).st_size


def _with_its_words(error: Exception, since: int) -> Exception:
    """The error with what llama.cpp wrote to stderr meanwhile, where that is a file that can be read back.

    A thread of its own writes its log, and may still be at it.
    """
    until = time.monotonic() + _LOG_S
    while not (lines := _error_lines(since)) and time.monotonic() < until:
        time.sleep(_LOG_S / 20)
    return RuntimeError("; ".join(line.strip() for line in lines[:3])) if lines else error


def _error_lines(since: int) -> list[str]:
    with contextlib.suppress(OSError, ValueError), Path("/proc/self/fd/2").open("rb") as file:
        file.seek(since)
        return _ERROR_LINE.findall(file.read(_SAID_BYTES).decode("utf-8", errors="replace"))
    return []
