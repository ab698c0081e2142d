"""Server-sent events (the grammar of the HTML standard, section 9.2), with the place where each one ends."""

from collections.abc import Iterator

from agents.streaming.faults import Trouble, TroubleError

MAX_LINE_BYTES = 1 << 20


def events(body: bytes) -> Iterator[tuple[int, bytes]]:
    """`(end, data)` of every event that has data and is complete; `end` is the offset behind its blank line."""
    data: list[bytes] = []
    start = 0
    while (newline := body.find(b"\n", start)) >= 0:
        line = body[start:newline].removesuffix(b"\r")
        start = newline + 1
        if len(line) > MAX_LINE_BYTES:
            raise TroubleError(Trouble.GARBAGE, f"a line of {len(line)} bytes")
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif not line and data:
            yield start, b"\n".join(data)
            data = []
