"""One request on a connection of its own, and its answer with the moment at which each part of it came.

The clock is read where bytes leave the kernel, before anything looks at them. Through httpx the client's own part of
TTFT was twice as long and its CPU time per token 2.5 to 3 times as much, which is more than a small model takes for a
token (`tests/bench/bench_streaming.py`).
"""

import http.client
import io
import socket
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, cast

from agents.streaming.address import Address
from agents.streaming.faults import Trouble, TroubleError

_READ_BYTES = 1 << 16
_LAST_EVENT = b"data: [DONE]"


@dataclass(frozen=True)
class Bounds:
    """What one answer may take before it counts as one that never ends."""

    seconds: float
    size_bytes: int

    @classmethod
    def of(cls, *, max_new_tokens: int, seconds: float) -> "Bounds":
        """An event of one token takes 200 to 600 bytes with the servers that there are."""
        return cls(seconds, min((1 << 18) + max_new_tokens * (1 << 12), 1 << 26))


@dataclass
class Answer:
    """Status, body, and when it came: `stamps[i]` is when the bytes before `ends[i]` had come, in ns from the start."""

    status: int = 0
    content_type: str = ""
    server: str = ""
    body: bytearray = field(default_factory=bytearray)
    ends: list[int] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    took_ns: int = 0

    def arrived_ns(self, end: int) -> int:
        """When byte `end - 1` of the body was here."""
        return self.stamps[bisect_left(self.ends, end)]

    def keep(self, piece: bytes, at_ns: int) -> None:
        self.body += piece
        if self.stamps and self.stamps[-1] == at_ns:
            self.ends[-1] = len(self.body)
        else:
            self.ends.append(len(self.body))
            self.stamps.append(at_ns)


def exchange(address: Address, request: bytes, bounds: Bounds) -> Answer:
    """Send and read to the end. Raises TroubleError; what came before it is in its `answer`."""
    answer = Answer()
    begun_ns = time.perf_counter_ns()
    try:
        with address.connect(bounds.seconds) as connection:
            connection.sendall(request)
            _read(connection, answer, begun_ns, bounds)
    except TroubleError as error:
        error.answer = answer
        raise
    except TimeoutError as error:
        raise TroubleError(Trouble.NEVER_ENDS, f"there was no end after {bounds.seconds:g} s", answer) from error
    except http.client.RemoteDisconnected as error:
        raise TroubleError(Trouble.CLOSED_EARLY, "the connection was closed before a word of it", answer) from error
    except http.client.HTTPException as error:
        kind = Trouble.CLOSED_EARLY if answer.status else Trouble.NO_HTTP
        raise TroubleError(kind, _text_of(error), answer) from error
    except OSError as error:
        kind = Trouble.CLOSED_EARLY if answer.status else Trouble.UNREACHABLE
        raise TroubleError(kind, _text_of(error), answer) from error
    finally:
        answer.took_ns = time.perf_counter_ns() - begun_ns
    return answer


class _Stamped(io.RawIOBase):
    """The receiving half of a connection: bounded in time and size, and with the time of its last bytes."""

    def __init__(self, connection: socket.socket, begun_ns: int, bounds: Bounds) -> None:
        self._connection = connection
        self._begun_ns = begun_ns
        self._until_ns = begun_ns + int(bounds.seconds * 1e9)
        self._left_bytes = bounds.size_bytes
        self.at_ns = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left_s = (self._until_ns - time.perf_counter_ns()) / 1e9
        if left_s <= 0:
            raise TimeoutError
        self._connection.settimeout(left_s)
        got = self._connection.recv_into(buffer)
        self.at_ns = time.perf_counter_ns() - self._begun_ns
        self._left_bytes -= got
        if self._left_bytes < 0:
            raise TroubleError(Trouble.NEVER_ENDS, "far more came than such an answer can hold")
        return got


class _Readable:
    """As much of a socket as http.client asks for."""

    def __init__(self, raw: _Stamped) -> None:
        self._raw = raw

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self._raw, _READ_BYTES)


def _read(connection: socket.socket, answer: Answer, begun_ns: int, bounds: Bounds) -> None:
    raw = _Stamped(connection, begun_ns, bounds)
    response = http.client.HTTPResponse(cast("socket.socket", _Readable(raw)), method="POST")
    try:
        response.begin()
        answer.status = response.status
        answer.content_type = response.headers.get_content_type()
        answer.server = response.headers.get("Server", "")[:100]
        while piece := response.read1(_READ_BYTES):
            answer.keep(piece, raw.at_ns)
            # A server may hold the connection open after its last word.
            if _LAST_EVENT in piece and answer.body.rstrip().endswith(_LAST_EVENT):
                return
        if response.length:
            raise TroubleError(Trouble.CLOSED_EARLY, f"{response.length} bytes of its answer never came")
    finally:
        response.close()


def _text_of(error: Exception) -> str:
    strerror = getattr(error, "strerror", None)
    return f"{strerror or error or type(error).__name__}"[:200]
