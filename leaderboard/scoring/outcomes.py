"""Which items a model got right: its answers beside the key."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.grading import grader
from leaderboard.metrics.vocabulary import FloatArray


def label_outcomes(labels: Sequence[int], key: ArrayLike) -> FloatArray:
    """1.0 for each right label, 0.0 for each wrong one, `(n,)`; both have one length."""
    return np.asarray(np.array(labels, dtype=np.int64) == np.asarray(key), dtype=np.float64)


def text_outcomes(texts: Sequence[str], key: Sequence[str], grader_name: str) -> FloatArray:
    """As `label_outcomes`, by the grader of that name. Raises UnknownGrader, BadKey."""
    judge = grader(grader_name)
    right = [judge.is_right(text, answer) for text, answer in zip(texts, key, strict=True)]
    return np.array(right, dtype=np.float64)
