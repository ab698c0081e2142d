"""An answer read as a stream of tokens: its text, its own counts, times by two clocks. Nothing is believed unchecked.

TTFT is the time from before the connection is made to the first text, or to the word that there is none. TPOT is
(t_last - t_first) / (n_out - 1), with n_out as the server counts it (`usage`). Tokens without text before the first
text are in neither half. The last token may be one that only ends the answer: then t_last is when the server says so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from agents.streaming.events import events
from agents.streaming.exchange import Answer
from agents.streaming.faults import Trouble, TroubleError
from agents.streaming.usage import Usage, counted

_SHOWN_CHARACTERS = 120
# How far TPOT may be off because the first event could hold several tokens.
_BURST_SHARE = 0.05


@dataclass(frozen=True)
class Completion:
    """One answer; times in seconds."""

    text: str
    usage: Usage
    ttft_s: float
    tpot_s: float | None
    itl_s: tuple[float, ...]
    server_prefill_s: float | None = None
    server_tpot_s: float | None = None


@dataclass
class _Stream:
    texts: list[str] = field(default_factory=list)
    token_ns: list[int] = field(default_factory=list)  # one per event that may be a token, with text or without
    leading_empty: int = 0
    shown_bytes: int = 0  # of text and of thoughts
    texts_seen: int = 0
    finished_ns: int | None = None
    was_cut: bool = False  # at max_new_tokens, so that no token only ended the answer
    usage: Any = None
    timings: Any = None

    @property
    def first_text_ns(self) -> int | None:
        return self.token_ns[self.leading_empty] if self.texts_seen else None


def completion_of(answer: Answer, max_new_tokens: int, stop: Sequence[str] = ()) -> Completion:
    """Raises TroubleError with what is wrong. What stops an answer is part of its tokens and not of its text."""
    if answer.status != 200:
        raise TroubleError(Trouble.REFUSED, f"HTTP {answer.status}: {_shown(bytes(answer.body))}")
    if answer.content_type != "text/event-stream":
        raise TroubleError(Trouble.GARBAGE, f"it is {answer.content_type or 'of no type'}, not text/event-stream")
    stream = _Stream()
    for end, data in events(bytes(answer.body)):
        if data.strip() == b"[DONE]":
            break
        _take(stream, _object(data), answer.arrived_ns(end))
    if stream.finished_ns is None:
        raise TroubleError(Trouble.CLOSED_EARLY, "the stream ended before the model had finished")
    usage = counted(stream.usage, stream.timings, max_new_tokens)
    hidden = 1 + max((len(text.encode("utf-8", "replace")) for text in stop), default=0)
    usage.check_against(texts=stream.texts_seen, shown_bytes=stream.shown_bytes, unseen=_empty(stream) + hidden)
    return _timed(stream, stream.finished_ns, usage)


def _timed(stream: _Stream, finished_ns: int, usage: Usage) -> Completion:
    first_ns = stream.first_text_ns or finished_ns
    last_ns = finished_ns if usage.output_tokens > len(stream.token_ns) else stream.token_ns[-1]
    steps = usage.output_tokens - 1 - stream.leading_empty
    in_step = _burst_error(stream, usage.output_tokens) <= _BURST_SHARE
    times_ns = stream.token_ns[stream.leading_empty :]
    return Completion(
        text="".join(stream.texts),
        usage=usage,
        ttft_s=first_ns / 1e9,
        tpot_s=(last_ns - first_ns) / steps / 1e9 if steps > 0 and in_step and last_ns > first_ns else None,
        itl_s=tuple((b - a) / 1e9 for a, b in pairwise(times_ns)) if in_step else (),
        server_prefill_s=usage.server_prefill_s,
        server_tpot_s=usage.server_tpot_s,
    )


def _burst_error(stream: _Stream, tokens: int) -> float:
    """The share by which TPOT would be too low if the first event held as many tokens as the mean one."""
    if tokens <= 1:
        return 0.0
    if not stream.token_ns:
        return float("inf")
    with_events = tokens if stream.was_cut else tokens - 1
    return max(0.0, with_events / len(stream.token_ns) - 1) / (tokens - 1)


def _empty(stream: _Stream) -> int:
    return len(stream.token_ns) - stream.texts_seen


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TroubleError(Trouble.GARBAGE, f"an event is no JSON object: {_shown(data)}")
    if found.get("error"):
        raise TroubleError(Trouble.SAID_ERROR, f"the server says: {_shown(data)}")
    return found


def _take(stream: _Stream, event: dict[str, Any], at_ns: int) -> None:
    stream.usage = event.get("usage") or stream.usage
    stream.timings = event.get("timings") or stream.timings
    choices = event.get("choices", [])
    if not isinstance(choices, list) or len(choices) > 1 or not all(isinstance(one, dict) for one in choices):
        raise TroubleError(Trouble.GARBAGE, "an event offers something other than one choice")
    for choice in choices:
        if stream.finished_ns is not None:
            raise TroubleError(Trouble.GARBAGE, "the stream goes on after the model had finished")
        _take_choice(stream, choice, at_ns)


def _take_choice(stream: _Stream, choice: dict[str, Any], at_ns: int) -> None:
    text, thought, is_greeting = _said(choice)
    finish = choice.get("finish_reason")
    if text or thought:
        stream.texts.append(text)
        stream.texts_seen += 1
        stream.shown_bytes += len((text + thought).encode("utf-8"))
        stream.token_ns.append(at_ns)
    elif finish is None and not is_greeting:
        stream.leading_empty += not stream.texts_seen
        stream.token_ns.append(at_ns)
    if finish is not None:
        stream.finished_ns, stream.was_cut = at_ns, finish == "length"


def _said(choice: dict[str, Any]) -> tuple[str, str, bool]:
    """Text, thoughts, and whether the event only says who speaks."""
    delta = choice.get("delta", {})
    if not isinstance(delta, dict):
        raise TroubleError(Trouble.GARBAGE, "an event's delta is no object")
    text = delta.get("content") if "delta" in choice else choice.get("text")
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    for part in (text, thought):
        if part is not None and not isinstance(part, str):
            raise TroubleError(Trouble.GARBAGE, "an event's text is no text")
    return _printable(text), _printable(thought), "role" in delta


def _printable(text: str | None) -> str:
    """Half a surrogate pair is no character; it comes from an escape in JSON."""
    return (text or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shown(data: bytes) -> str:
    text = data[: _SHOWN_CHARACTERS * 4].decode("utf-8", errors="replace")
    clean = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(clean.split())[:_SHOWN_CHARACTERS] or "nothing"
