"""A server that whoever runs this device has named, speaking OpenAI's protocol.

What it computes counts as this device's, so its process must be here and be seen: its CPU time is charged, and a
process estimate includes it. Where it cannot be found there is no measurement.
"""

import json
from typing import Any

import psutil

from agents.endpoints import Endpoint
from agents.errors import UserError
from agents.listening import common_root, listeners
from agents.process_tree import ProcessTree
from agents.runtimes.faults import ModelFaultError
from agents.runtimes.text_server import fault_of_trouble
from agents.streaming.address import Address
from agents.streaming.exchange import Answer, Bounds, exchange
from agents.streaming.faults import Trouble, TroubleError
from leaderboard.protocol import Code

UNKNOWN = "unknown"
_ASK_S = 10.0
_CATALOGUE_BYTES = 1 << 20
_FORWARDERS = frozenset({"docker-proxy", "rootlessport", "ssh", "socat"})
_HINT = "name its process with pid_file in endpoints.json, or run it on this device as the agent's user"


class OpenAiEndpoint:
    runtime = "openai"
    is_ours = False
    precision = UNKNOWN
    address: Address

    def __init__(self, name: str, endpoint: Endpoint) -> None:
        self.title = f"The endpoint {name}"
        self.provider = name
        self.version = UNKNOWN
        self.served_by: ProcessTree | None = None
        self.model = endpoint.model
        self.body: dict[str, Any] = dict(endpoint.body)
        self._endpoint = endpoint

    def load(self) -> None:
        """Ask once, so that a key that is refused or a model that is not there shows here; then find the process."""
        try:
            self.address = self._endpoint.address()
            answer = exchange(self.address, self.address.request("GET", "/models"), Bounds(_ASK_S, _CATALOGUE_BYTES))
            self._check(answer)
            self.served_by = ProcessTree(self._pid())
        except UserError as error:
            raise ModelFaultError(Code.UNHEALTHY, f"{self.title}: {error}") from error
        except TroubleError as error:
            raise fault_of_trouble(error, self) from error
        except (psutil.Error, OSError, ValueError) as error:
            raise self._unseen(f"its process cannot be looked at ({error})") from error

    def describe(self) -> None:
        """Its operator knows more than it says."""

    def end(self) -> None:
        """That is not for us to say."""

    def close(self) -> None:
        """It is not ours to end."""

    def _check(self, answer: Answer) -> None:
        if answer.status not in (200, 404, 405):  # not every such server lists its models
            raise TroubleError(Trouble.REFUSED, f"HTTP {answer.status} for its list of models", answer)
        self.version = answer.server or UNKNOWN
        if "llama.cpp" in answer.server:
            self.body.setdefault("cache_prompt", False)
        names = _model_names(bytes(answer.body))
        if answer.status == 200 and names and self.model not in names:
            shown = ", ".join(names[:5])[:200]
            raise ModelFaultError(Code.UNHEALTHY, f"{self.title} has no model {self.model!r}; it has {shown}.")

    def _pid(self) -> int:
        if self._endpoint.pid_file is not None:
            return int(self._endpoint.pid_file.read_text("ascii"))
        pids = listeners(self.address.host, self.address.port)
        if not pids:
            raise self._unseen("no process of this device that the agent may look at listens on its port")
        root = common_root(pids)
        if root is None or psutil.Process(root).name() in _FORWARDERS:
            raise self._unseen("its port belongs to a process that only passes bytes on, or to several")
        return root

    def _unseen(self, why: str) -> ModelFaultError:
        return ModelFaultError(Code.UNHEALTHY, f"{self.title}: {why}, so its CPU time cannot be charged; {_HINT}.")


def _model_names(body: bytes) -> list[str]:
    try:
        listed = json.loads(body)["data"]
        return [str(one["id"]) for one in listed]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
