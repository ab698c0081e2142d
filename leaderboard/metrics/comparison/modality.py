"""Scores by track and by modality (VERA): every track weighs the same, and a gap needs a partner."""

from collections.abc import Mapping
from math import isfinite

from leaderboard.metrics.vocabulary import require


def macro_average(tracks: Mapping[str, float]) -> float:
    """Plain mean of the track scores, whatever the number of items of each.

    Raises MetricInputError for no track or a score that is not finite: a track that was not run has no place in it.
    """
    require(len(tracks) >= 1, "at least one track")
    require(all(isfinite(score) and abs(score) <= 1e12 for score in tracks.values()), "a track's score is a number")
    return sum(tracks.values()) / len(tracks)


def modality_gap(text: float | None, other: float | None) -> float | None:
    """Score of the text model minus that of its sibling in another modality; `None` where the family lacks either.

    In the unit of the scores: 74.8 and 6.1 are 68.7 points apart. Raises MetricInputError for a score not finite.
    """
    if text is None or other is None:
        return None
    require(isfinite(text) and isfinite(other) and max(abs(text), abs(other)) <= 1e12, "a score is a number")
    return text - other
