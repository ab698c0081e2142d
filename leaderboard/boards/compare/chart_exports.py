"""The curves below a comparison as CSV: how latencies are spread, and power over time."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from leaderboard.boards.compare.shapes import Comparison, Member, MemberPower
from leaderboard.boards.exports import safe_text, written

LATENCY_COLUMNS = ("entry", "model_name", "latency_s", "calls", "share")
POWER_COLUMNS = (
    "entry", "model_name", "source", "part", "method", "scope", "provenance", "run", "at_s", "low_w", "mean_w",
    "high_w",
)  # fmt: skip


def latencies_csv(shown: Comparison) -> str:
    """Of each entry so many calls, and this share of them, took at most so long: the upper edges of its histogram."""
    return written([LATENCY_COLUMNS, *(line for member in shown.members for line in _latencies(member))])


def power_csv(shown: Comparison) -> str:
    """What is drawn of each entry's power, in seconds from its first counted repeat.

    Nothing was sampled between two runs.
    """
    pairs = zip(shown.members, shown.powers, strict=False)
    return written([POWER_COLUMNS, *(line for member, power in pairs for line in _power(member, power))])


def _latencies(member: Member) -> Iterable[Sequence[str]]:
    counts = member.histogram
    if counts is None:
        return
    bins = sorted(counts.counts.items())
    total = sum(count for _, count in bins)
    for (index, _), seen in zip(bins, accumulate(count for _, count in bins), strict=True):
        edge_s = counts.low_s * 10 ** ((index + 1) / counts.bins_per_decade)
        yield (*_names(member), repr(edge_s), str(seen), repr(seen / total))


def _power(member: Member, power: MemberPower) -> Iterable[Sequence[str]]:
    for line in power.lines:
        names = (safe_text(line.source), safe_text(line.part), line.kind.value)
        about = (*_names(member), *names, power.scope or "", power.provenance or "")
        for stretch in line.stretches(power.zero_s):
            yield (*about, *map(repr, stretch))


def _names(member: Member) -> tuple[str, str]:
    return str(member.id), safe_text(member.row.model_name)
