"""Techniques at inference time and what they are charged: majority vote and self-refinement (arXiv 2504.13359)."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.costs.attempts import token_cost_usd
from leaderboard.metrics.vocabulary import as_floats, require

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Vote(Generic[Answer]):
    """The answer of a majority vote, how many samples gave it, and what all samples cost in USD."""

    answer: Answer
    votes: int
    cost_usd: float


def majority_vote(
    answers: Sequence[Answer], costs_usd: ArrayLike, key: Callable[[Answer], Hashable] | None = None
) -> Vote[Answer]:
    """The first answer of the largest group of equal answers; of groups of one size, the group that began first.

    Equal means that `key` is equal (the answers themselves without one): a task's equality test. An answer that could
    not be extracted is an answer like any other, and wrong. All k samples are paid for: the cost is their sum in USD.
    Raises MetricInputError for no answers, lengths that differ, an answer
    without a hashable key, or a cost that is negative or not finite.
    """
    require(len(answers) >= 1, "a vote needs an answer")
    cost_usd = _sum_usd(costs_usd, len(answers))
    groups: dict[object, list[Answer]] = {}
    for answer in answers:
        group = answer if key is None else key(answer)
        require(isinstance(group, Hashable), "answers are hashable, or have a key that is")
        groups.setdefault(group, []).append(answer)
    largest = max(groups.values(), key=len)  # `max` keeps the first of its equals, and a dict its order
    return Vote(largest[0], len(largest), cost_usd)


def self_refinement_cost_usd(
    prompt_tokens: int,
    first_output_tokens: int,
    refined_output_tokens: int,
    usd_per_prompt_token: float,
    usd_per_output_token: float,
    instruction_tokens: int = 0,
) -> float:
    """Cost in USD of an answer and its refinement: two calls, the second with the first output in its prompt.

    First call: prompt + first output. Second: (prompt + first output + instruction) in, refined output out. A first
    output from a cache is charged all the same. Raises MetricInputError for negative counts or prices.
    """
    counts = prompt_tokens, first_output_tokens, refined_output_tokens, instruction_tokens
    require(min(counts) >= 0, "token counts are not negative")
    calls = token_cost_usd(
        [prompt_tokens, prompt_tokens + first_output_tokens + instruction_tokens],
        [first_output_tokens, refined_output_tokens],
        usd_per_prompt_token,
        usd_per_output_token,
    )
    return _sum_usd(calls, 2)


def _sum_usd(costs_usd: ArrayLike, calls: int) -> float:
    costs = as_floats(costs_usd)
    require(costs.shape == (calls,), "one cost for each call")
    require(bool((np.isfinite(costs) & (costs >= 0)).all()), "a cost is finite and not negative")
    with np.errstate(over="ignore"):
        total = float(costs.sum())
    require(total < np.inf, "the cost is larger than a float holds")
    return total
