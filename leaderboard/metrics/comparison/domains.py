"""Specialisation and transfer between domains. The names are published (arXiv 2503.22698), the formulas are ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from leaderboard.metrics.vocabulary import require


@dataclass(frozen=True, slots=True)
class DomainScores:
    """One domain against the mean of the others: `generalization_gap` in score units, the others plain ratios."""

    score: float
    mean_elsewhere: float
    generalization_gap: float
    transfer_ratio: float | None
    specialization_index: float | None


def domain_specialization(scores: Mapping[str, float], domain: str) -> DomainScores:
    """GG = s_d - s_out, CDTR = s_out / s_d, DSI = (s_d - s_out) / (s_d + s_out), s_out the plain mean elsewhere.

    Working definitions of Perwatt: the paper's formulas could not be read. CDTR is `None` at s_d = 0, DSI where both
    are 0. Equal scores give GG 0, CDTR 1, DSI 0. Raises MetricInputError for an unknown domain, no other domain, or a
    score that is negative or not finite.
    """
    require(domain in scores and len(scores) >= 2, "a score for this domain and for at least one other")
    require(all(isfinite(score) and 0 <= score <= 1e12 for score in scores.values()), "a score lies in 0..1e12")
    inside = float(scores[domain])
    others = [score for name, score in scores.items() if name != domain]
    outside = sum(others) / len(others)
    transfer = outside / inside if inside else None
    return DomainScores(
        score=inside,
        mean_elsewhere=outside,
        generalization_gap=inside - outside,
        transfer_ratio=transfer if transfer is None or isfinite(transfer) else None,
        specialization_index=(inside - outside) / (inside + outside) if inside + outside else None,
    )
