"""The one shape of every runtime that is asked over HTTP, and whose fault it is when it does not answer well."""

from collections.abc import Mapping
from typing import Any, Protocol

from agents.child_outcome import says_out_of_memory
from agents.process_tree import ProcessTree
from agents.runtimes.faults import ModelFaultError
from agents.streaming.address import Address
from agents.streaming.faults import Trouble, TroubleError
from leaderboard.protocol import Code

# Statuses with which a server says that the prompt itself cannot be taken.
_REFUSALS = frozenset({400, 413, 422})

_OURS = {
    Trouble.UNREACHABLE: Code.CRASHED,
    Trouble.NO_HTTP: Code.CRASHED,
    Trouble.REFUSED: Code.CRASHED,
    Trouble.NEVER_ENDS: Code.TIMEOUT,
    Trouble.CLOSED_EARLY: Code.CRASHED,
    Trouble.SAID_ERROR: Code.CRASHED,
    Trouble.GARBAGE: Code.WRONG_OUTPUT,
    Trouble.LIES: Code.WRONG_OUTPUT,
}
# Whether an operator's server is there, and takes the operator's key, says nothing about the model behind it.
_THEIRS = _OURS | dict.fromkeys((Trouble.UNREACHABLE, Trouble.NO_HTTP, Trouble.REFUSED), Code.UNHEALTHY)


class TextServer(Protocol):
    """A server with one model. `title` names it in sentences; `is_ours` when this measurement started it."""

    runtime: str
    title: str
    is_ours: bool
    version: str
    provider: str
    precision: str
    address: Address
    model: str

    @property
    def body(self) -> Mapping[str, Any]:
        """What every request to it says beside the prompt."""

    @property
    def served_by(self) -> ProcessTree | None:
        """Its process, where that is another than this one."""

    def load(self) -> None:
        """Start it, or find it; then it can be asked. Raises ModelFaultError."""

    def describe(self) -> None:
        """Fill in what can be learned beside asking it."""

    def end(self) -> ModelFaultError | None:
        """Why it has ended, where it has and that is known."""

    def close(self) -> None:
        """End what `load` started."""


def fault_of_trouble(error: TroubleError, server: TextServer) -> ModelFaultError:
    """Trouble with an answer as an outcome of the model, or as the device's where its operator runs the server."""
    if ended := server.end():
        return ended
    status = error.answer.status if error.answer else 0
    code = (_OURS if server.is_ours else _THEIRS)[error.kind]
    if error.kind is Trouble.REFUSED and status in _REFUSALS:
        code = Code.CONTRACT_MISMATCH
    if server.is_ours and says_out_of_memory(error.found):
        code = Code.OUT_OF_MEMORY
    advice = " Whoever runs this device can put that right." if code is Code.UNHEALTHY else ""
    return ModelFaultError(code, f"{server.title}: {_SAYS[error.kind]}: {error.found}.{advice}")


_SAYS = {
    Trouble.UNREACHABLE: "it cannot be reached",
    Trouble.NO_HTTP: "what answers there speaks no HTTP",
    Trouble.REFUSED: "it refused the request",
    Trouble.NEVER_ENDS: "an answer did not end",
    Trouble.CLOSED_EARLY: "an answer broke off",
    Trouble.SAID_ERROR: "an answer ended in an error",
    Trouble.GARBAGE: "an answer is no stream of tokens",
    Trouble.LIES: "an answer's own counts cannot be true",
}
