"""The protocol of items: one POST to `/answer`, JSON in, JSON out, on a connection of its own."""

import json
from typing import Any

from agents.runtimes.faults import ModelFaultError
from agents.runtimes.text_server import TextServer, fault_of_trouble
from agents.streaming.exchange import Answer, Bounds, exchange
from agents.streaming.faults import Trouble, TroubleError
from leaderboard.protocol import Code, Limits

_MOST_BYTES = 1 << 24
_SHARE_OF_LIMIT = 0.1  # as for a streamed answer


def ask(server: TextServer, request: bytes, limits: Limits) -> Answer:
    """Raises ModelFaultError unless the answer's status is 200; what it says is read by `field_of`."""
    try:
        answer = exchange(server.address, request, Bounds(limits.wall_s * _SHARE_OF_LIMIT, _MOST_BYTES))
    except TroubleError as error:
        raise fault_of_trouble(error, server) from error
    if answer.status != 200:
        said = f"HTTP {answer.status}: {bytes(answer.body[:200])!r}"
        raise fault_of_trouble(TroubleError(Trouble.REFUSED, said, answer), server)
    return answer


def field_of(server: TextServer, answer: Answer, name: str) -> Any:
    try:
        return json.loads(bytes(answer.body))[name]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelFaultError(
            Code.WRONG_OUTPUT,
            f"{server.title}: an answer is no JSON with {name!r}: {bytes(answer.body[:100])!r}.",
        ) from error
