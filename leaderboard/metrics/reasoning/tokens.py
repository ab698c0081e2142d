"""Token efficiency of reasoning: what a right answer costs in tokens, and what saving tokens costs in accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class DifficultyTokens:
    """Tokens of the items of one difficulty. Its item count stands beside it, for a small group says little."""

    items: int
    accuracy: float
    mean_tokens: float
    tokens_per_correct: float | None


@dataclass(frozen=True, slots=True)
class TokenSaving:
    """A method against its baseline. `dominates`: no worse in accuracy and tokens, and better in one of them."""

    accuracy_change: float
    tokens_saved: float
    accuracy_change_per_token: float | None
    dominates: bool


def tokens_per_correct(correct: ArrayLike, tokens: ArrayLike) -> float | None:
    """All tokens / right answers of `(items,)` outcomes and tokens: tokens spent for one right answer.

    Every item's tokens count, also those of wrong and unanswered items. Which tokens (thinking, answer, prompt) is the
    caller's choice, and part of the column's name. Infinite where no item is right. `None` where no token was produced
    at all: a classifier has no token efficiency. A Perwatt rule: cost of pass, in tokens instead of money. Raises
    MetricInputError for no items, lengths that differ, an outcome outside 0..1, or tokens that are negative or not
    finite.
    """
    outcomes, counts = _items(correct, tokens)
    return _per_correct(outcomes, counts)


def tokens_by_difficulty(
    correct: ArrayLike, tokens: ArrayLike, difficulty: Sequence[str]
) -> dict[str, DifficultyTokens]:
    """`tokens_per_correct` of each difficulty, in order of first appearance: easy items show wasted thinking.

    Errors as `tokens_per_correct`, and for a number of labels that differs.
    """
    outcomes, counts = _items(correct, tokens)
    require(len(difficulty) == len(outcomes), "one difficulty per item")
    labels = np.array(difficulty, dtype=np.str_)
    groups = {}
    for label in dict.fromkeys(difficulty):
        here = labels == label
        groups[label] = DifficultyTokens(
            items=int(here.sum()),
            accuracy=float(outcomes[here].mean()),
            mean_tokens=float(counts[here].mean()),
            tokens_per_correct=_per_correct(outcomes[here], counts[here]),
        )
    return groups


def token_saving(base_accuracy: float, base_mean_tokens: float, accuracy: float, mean_tokens: float) -> TokenSaving:
    """Accuracy change per token saved (1/token) of a method against its baseline on the same items.

    (accuracy - base) / (base tokens - tokens): negative where saving cost accuracy. `None` where no token was saved. A
    method that saves tokens and loses accuracy does not dominate. A Perwatt rule. Raises MetricInputError for an
    accuracy outside 0..1 or tokens that are negative or not finite.
    """
    require(0 <= base_accuracy <= 1 and 0 <= accuracy <= 1, "accuracy is a fraction in 0..1")
    require(all(isfinite(mean) and mean >= 0 for mean in (base_mean_tokens, mean_tokens)), "tokens are not negative")
    change, saved = accuracy - base_accuracy, base_mean_tokens - mean_tokens
    per_token = change / saved if saved > 0 else None
    require(per_token is None or isfinite(per_token), "the saving is too small to divide by")
    return TokenSaving(change, saved, per_token, change >= 0 and saved >= 0 and (change > 0 or saved > 0))


def _per_correct(outcomes: FloatArray, counts: FloatArray) -> float | None:
    spent, right = float(counts.sum()), float(outcomes.sum())
    if spent == 0:
        return None
    return spent / right if right > 0 else inf


def _items(correct: ArrayLike, tokens: ArrayLike) -> tuple[FloatArray, FloatArray]:
    outcomes, counts = as_floats(correct), as_floats(tokens)
    require(outcomes.ndim == 1 and outcomes.shape == counts.shape, "one outcome and one token count per item")
    require(outcomes.size >= 1, "at least one item")
    require(bool(((outcomes >= 0) & (outcomes <= 1)).all()), "an outcome lies in 0..1")
    require(bool((np.isfinite(counts) & (counts >= 0) & (counts <= 1e15)).all()), "tokens lie in 0..1e15")
    return outcomes, counts
