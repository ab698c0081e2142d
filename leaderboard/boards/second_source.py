"""A server's own timings beside the client's: two clocks on the same requests should agree. Pure, no database."""

from collections.abc import Callable
from statistics import median

from leaderboard.protocol import Measured, Streamed

APART = 0.05
"""How far the two may differ, as a share of the server's, before an entry says so."""
WAY_S = 0.002
"""A first token's way to a client on the same machine, connection included, at most: no disagreement."""


def disagreements(measured: Measured) -> tuple[str, ...]:
    """Return a sentence for each time in which client and server differ by more than APART."""
    pairs = (
        ("time to first token", WAY_S, lambda s: s.ttft_p50_s, lambda s: s.server_prefill_p50_s),
        ("time per output token", 0.0, lambda s: s.tpot_p50_s, lambda s: s.server_tpot_p50_s),
    )
    found = (_sentence(name, way_s, _medians(measured, client, server)) for name, way_s, client, server in pairs)
    return tuple(sentence for sentence in found if sentence)


def _medians(
    measured: Measured, client: Callable[[Streamed], float | None], server: Callable[[Streamed], float | None]
) -> tuple[float, float] | None:
    """The client's and the server's time over the repeats that have both; None where none has."""
    both = [
        (ours, theirs)
        for repeat in measured.repeats
        if repeat.streamed and (ours := client(repeat.streamed)) and (theirs := server(repeat.streamed))
    ]
    return (median(pair[0] for pair in both), median(pair[1] for pair in both)) if both else None


def _sentence(name: str, way_s: float, medians: tuple[float, float] | None) -> str:
    if medians is None:
        return ""
    ours_s, theirs_s = medians
    apart_s = abs(ours_s - theirs_s)
    if apart_s <= max(APART * theirs_s, way_s):
        return ""
    return (
        f"The median {name} is {ours_s * 1e3:.3g} ms by the client's clock and {theirs_s * 1e3:.3g} ms by the server's "
        f"own, {apart_s / theirs_s:.0%} apart; the client's is scored, with the way between them in it."
    )
