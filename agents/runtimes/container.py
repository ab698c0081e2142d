"""A model in an image of its own: named by digest, without a network, and gone when its measurement ends.

The image listens on the Unix socket in PERWATT_SOCKET and speaks one of two protocols, named by its label
`perwatt.protocol`: `openai` (the default) for prompts, `items` for tensors (`docs/measurement.md`). The socket is all
that joins it to the world; over a bridge it could reach whatever this machine offers there. The folder of the socket
lies in memory, so that what is written there counts against the container's own limit and no disk fills up.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.child_messages import MeasureOrder
from agents.control_group import ContainerProcesses
from agents.engine import WORK_LABEL, is_usable
from agents.runtimes.container_limits import limits_of
from agents.runtimes.faults import ModelFaultError
from agents.streaming.address import Address
from agents.streaming.exchange import Bounds, exchange
from agents.streaming.faults import Trouble, TroubleError
from leaderboard.protocol import Code

PROTOCOL_LABEL = "perwatt.protocol"
DEFAULT_PROTOCOL = "openai"
UNKNOWN = "unknown"

_REFERENCE = re.compile(r"(?P<name>[a-z0-9][a-z0-9._/:-]{0,120})@(?P<digest>sha256:[0-9a-f]{64})")
_INSIDE = "/perwatt"
_SOCKET = "model.sock"
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 -- a folder of our own with a random name is made in it
_READY_SHARE = 0.5  # of the time limit, for a server to begin to answer
_READY_BYTES = 1 << 20
_ENGINE_S = 60
_END_S = 1.0
_POLL_S = 0.02
_LOG_LINES = 20


class Container:
    runtime = "container"
    title = "The container"
    is_ours = True
    precision = UNKNOWN
    model = "model"
    body: Mapping[str, Any] = {}

    def __init__(self, order: MeasureOrder, *, protocol: str) -> None:
        """Find the image. Raises ModelFaultError where it is no such image, not here, or speaks another protocol."""
        matched = _REFERENCE.fullmatch(order.spec.model.reference)
        if matched is None:
            raise ModelFaultError(Code.CANNOT_LOAD, "An image is named as NAME@sha256:DIGEST, and this one is not.")
        if not is_usable():
            raise ModelFaultError(Code.UNHEALTHY, "This device has no Docker engine that answers, or no SDK for it.")
        import docker

        self._client: Any = docker.from_env(timeout=_ENGINE_S)
        self._order = order
        self._image = self._find(matched["name"], matched["digest"])
        self._container: Any = None
        self._folder: Path | None = None
        self.served_by: ContainerProcesses | None = None
        self.provider = matched["name"][:200]
        self.version = matched["digest"].removeprefix("sha256:")[:12]
        self.protocol = protocol
        self._check_protocol()
        self.address = Address("model", 80, "/v1" if self.protocol == "openai" else "")

    def load(self) -> None:
        """Start it and wait until it answers."""
        self._folder = Path(
            tempfile.mkdtemp(prefix="perwatt-", dir=_MEMORY_FOLDER if _MEMORY_FOLDER.is_dir() else None)
        )
        inner = self._folder / "socket"
        inner.mkdir(mode=0o700)
        user = _user(inner)
        self.address = Address("model", 80, self.address.path, socket_path=inner / _SOCKET)
        try:
            self._container = self._client.containers.create(
                self._image.id,
                user=user,
                environment={"PERWATT_SOCKET": f"{_INSIDE}/{_SOCKET}", "HOME": "/tmp"},  # noqa: S108 -- inside
                volumes={str(inner): {"bind": _INSIDE, "mode": "rw"}},
                labels={WORK_LABEL: str(self._order.work_dir)},
                **limits_of(self._order.spec),
            )
            self._container.start()
            self._container.reload()
        except Exception as error:  # the SDK's errors and requests' share no other base
            raise ModelFaultError(Code.CANNOT_LOAD, f"The container could not be started: {_words(error)}") from error
        self.served_by = ContainerProcesses.of(self._container.attrs["State"]["Pid"])
        self._wait_until_it_answers()

    def describe(self) -> None:
        """An image says nothing of its weights."""

    def end(self) -> ModelFaultError | None:
        """Why it has ended; the engine hears of it a little later than whoever held a connection."""
        until = time.monotonic() + _END_S
        while (ended := self._ended()) is None and time.monotonic() < until:
            time.sleep(_POLL_S)
        return ended

    def _ended(self) -> ModelFaultError | None:
        with contextlib.suppress(Exception):  # gone altogether, or the engine is
            self._container.reload()
            state = self._container.attrs["State"]
            if state["OOMKilled"]:
                limit_mib = self._order.spec.limits.memory_bytes >> 20
                return ModelFaultError(Code.OUT_OF_MEMORY, f"The container needed more than its {limit_mib} MiB.")
            if not state["Running"]:
                said = self._container.logs(tail=_LOG_LINES).decode("utf-8", errors="replace").strip()
                return ModelFaultError(Code.CRASHED, f"The container ended with status {state['ExitCode']}.\n{said}")
        return None

    def close(self) -> None:
        if self._container is not None:
            with contextlib.suppress(Exception):  # the agent removes what is left when this process has ended
                self._container.remove(force=True, v=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._client.close()

    def _find(self, name: str, digest: str) -> Any:
        """By the digest that a registry gave it, or by its own: an image that was built here has no other."""
        for known_as in (f"{name}@{digest}", digest):
            with contextlib.suppress(Exception):  # not found, or no name for this engine
                return self._client.images.get(known_as)
        self._client.close()
        raise ModelFaultError(
            Code.UNHEALTHY, f"The image {name}@{digest[:19]}... is not on this device; its operator can pull it there."
        )

    def _check_protocol(self) -> None:
        spoken = (self._image.labels or {}).get(PROTOCOL_LABEL, DEFAULT_PROTOCOL)
        if spoken != self.protocol:
            self._client.close()
            raise ModelFaultError(
                Code.CONTRACT_MISMATCH,
                f"This benchmark is answered over the protocol {self.protocol!r}; by its label {PROTOCOL_LABEL} "
                f"the image speaks {spoken[:50]!r}.",
            )

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + self._order.spec.limits.wall_s * _READY_SHARE
        request = self.address.request("GET", "/models" if self.protocol == "openai" else "/")
        while (left_s := until - time.monotonic()) > 0:
            try:
                exchange(self.address, request, Bounds(left_s, _READY_BYTES))
            except TroubleError as error:
                if error.kind not in (Trouble.UNREACHABLE, Trouble.CLOSED_EARLY):
                    raise ModelFaultError(Code.CANNOT_LOAD, f"The container speaks no HTTP: {error.found}.") from error
            else:
                return
            if ended := self._ended():
                code = Code.CANNOT_LOAD if ended.code is Code.CRASHED else ended.code
                raise ModelFaultError(code, str(ended))
            time.sleep(_POLL_S)
        raise ModelFaultError(Code.TIMEOUT, "The container did not begin to answer at its socket in time.")


def _user(folder: Path) -> str:
    """The agent's own user, so that it may open the socket; nobody where the agent is root."""
    if os.getuid() != 0:
        return f"{os.getuid()}:{os.getgid()}"
    os.chown(folder, 65534, 65534)
    return "65534:65534"


def _words(error: Exception) -> str:
    return " ".join(str(getattr(error, "explanation", None) or error).split())[:500]
