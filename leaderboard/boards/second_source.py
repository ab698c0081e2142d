"""A server's own timings beside the client's: two clocks on the same requests should agree. Pure, no database."""

from collections.abc import Callable
from statistics import median

from leaderboard.protocol import Measured, Streamed

APART = 0.05
"""How far the two may differ, as a share of the server's, before an entry says so."""


def disagreements(measured: Measured) -> tuple[str, ...]:
    """Return a sentence for each time in which client and server differ by more than APART."""
    pairs = (
        ("time to first token", lambda s: s.ttft_p50_s, lambda s: s.server_prefill_p50_s),
        ("time per output token", lambda s: s.tpot_p50_s, lambda s: s.server_tpot_p50_s),
    )
    found = (_sentence(measured, name, client, server) for name, client, server in pairs)
    return tuple(sentence for sentence in found if sentence)


def _sentence(
    measured: Measured,
    name: str,
    client: Callable[[Streamed], float | None],
    server: Callable[[Streamed], float | None],
) -> str:
    both = [
        (ours, theirs)
        for repeat in measured.repeats
        if repeat.streamed and (ours := client(repeat.streamed)) and (theirs := server(repeat.streamed))
    ]
    if not both:
        return ""
    ours_s, theirs_s = median(pair[0] for pair in both), median(pair[1] for pair in both)
    apart = abs(ours_s - theirs_s) / theirs_s
    if apart <= APART:
        return ""
    return (
        f"The median {name} is {ours_s * 1e3:.3g} ms by the client's clock and {theirs_s * 1e3:.3g} ms by the server's "
        f"own, {apart:.0%} apart; the client's is scored, with the way between them in it."
    )
