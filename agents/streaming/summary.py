"""What the streams of one window come to."""

from collections.abc import Iterable, Sequence

import numpy as np

from agents.streaming.completion import Completion
from leaderboard.protocol import Streamed


def summary(completions: Sequence[Completion]) -> Streamed:
    """Medians over requests; the percentile of the gaps is over all gaps of the window."""
    gaps_s = [gap for one in completions for gap in one.itl_s]
    gap_p99_s = float(np.percentile(gaps_s, 99)) if gaps_s else 0.0
    return Streamed(
        prompt_tokens=sum(one.usage.prompt_tokens for one in completions),
        output_tokens=sum(one.usage.output_tokens for one in completions),
        cached_tokens=cached_tokens(completions),
        ttft_p50_s=float(np.median([one.ttft_s for one in completions])),
        tpot_p50_s=_median(one.tpot_s for one in completions),
        itl_p99_s=gap_p99_s if gap_p99_s > 0 else None,
        server_prefill_p50_s=_median(one.server_prefill_s for one in completions),
        server_tpot_p50_s=_median(one.server_tpot_s for one in completions),
    )


def cached_tokens(completions: Sequence[Completion]) -> int | None:
    """All together; `None` where any answer does not say."""
    known = [one.usage.cached_tokens for one in completions]
    return None if any(count is None for count in known) else sum(count or 0 for count in known)


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None
