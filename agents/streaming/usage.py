"""A server's own counts and timings, and whether they can be true."""

import math
from dataclasses import dataclass
from typing import Any

from agents.streaming.faults import Trouble, TroubleError

_MOST = 2**31 - 1


@dataclass(frozen=True)
class Usage:
    """Tokens as the server counts them; `cached_tokens` is `None` where it does not say."""

    prompt_tokens: int
    output_tokens: int
    cached_tokens: int | None
    server_prefill_s: float | None = None
    server_tpot_s: float | None = None

    def check_against(self, *, texts: int, shown_bytes: int, unseen: int) -> None:
        """A token has a byte of text, or is one of those `unseen`: without text, or what ended the answer."""
        if self.output_tokens < texts:
            raise TroubleError(Trouble.LIES, f"{self.output_tokens} tokens are stated, and text came {texts} times")
        if self.output_tokens > shown_bytes + unseen:
            raise TroubleError(
                Trouble.LIES, f"{self.output_tokens} tokens are stated for {shown_bytes} bytes of streamed text"
            )


def counted(usage: Any, timings: Any, max_new_tokens: int) -> Usage:
    """Raises TroubleError for counts that are missing or impossible, or differ between the server's two accounts."""
    if not isinstance(usage, dict):
        raise TroubleError(Trouble.LIES, "it states no usage, so its tokens cannot be counted")
    prompt, output = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    if not prompt:
        raise TroubleError(Trouble.LIES, "it states that the prompt had no tokens")
    if output > max_new_tokens:
        raise TroubleError(Trouble.LIES, f"{output} tokens are stated, and {max_new_tokens} were asked for at most")
    details = usage.get("prompt_tokens_details")
    cached = _count(details, "cached_tokens") if isinstance(details, dict) and "cached_tokens" in details else None
    if cached is not None and cached > prompt:
        raise TroubleError(Trouble.LIES, f"{cached} of {prompt} tokens are stated to come from a cache")
    prefill_s, tpot_s = _timings(timings, output)
    return Usage(prompt, output, cached, prefill_s, tpot_s)


def _timings(timings: Any, output: int) -> tuple[float | None, float | None]:
    """llama.cpp's: `predicted_ms` runs from the first token to the last."""
    if not isinstance(timings, dict):
        return None, None
    predicted = timings.get("predicted_n")
    if isinstance(predicted, int) and predicted != output:
        raise TroubleError(Trouble.LIES, f"its usage states {output} tokens and its timings {predicted}")
    prompt_ms, predicted_ms = _positive(timings.get("prompt_ms")), _positive(timings.get("predicted_ms"))
    tpot_s = predicted_ms / (output - 1) / 1e3 if predicted_ms is not None and output > 1 else None
    return None if prompt_ms is None else prompt_ms / 1e3, tpot_s


def _count(source: Any, name: str) -> int:
    found = source.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= _MOST:
        raise TroubleError(Trouble.LIES, f"its {name} is {str(found)[:40]}, which is no count")
    return found


def _positive(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    return None
