"""Compute and memory cost of test-time scaling in FLOP equivalents (Kinetics, arXiv 2506.05333; read in its code)."""

from dataclasses import dataclass
from math import comb, inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_finite, as_floats, is_count, require

FLOP_PER_KV_ELEMENT = 562.5
"""Machine balance of the paper's code, per element of 16 bits: 2.25e15 FLOP/s / 8e12 B/s * 2 B."""


@dataclass(frozen=True, slots=True)
class AttentionModel:
    """Parameters, query and KV heads, and head size * layers (`head_width`)."""

    parameters: float
    query_heads: int
    kv_heads: int
    head_width: int

    def __post_init__(self) -> None:
        require(0 < self.parameters < inf, "the number of parameters is positive and finite")
        require(is_count(self.query_heads) and is_count(self.kv_heads, 1), "heads are counted")
        require(self.kv_heads <= self.query_heads, "each KV head serves one query head or more")
        require(is_count(self.head_width, 1), "a head has a size, and it is whole")


@dataclass(frozen=True, slots=True)
class EFlops:
    """Cost in FLOP: computing, and KV reads weighed by the machine's balance."""

    compute: float
    memory: float

    @property
    def total(self) -> float:
        return self.compute + self.memory


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def eflops(
    model: AttentionModel,
    prompt_tokens: int,
    output_tokens: ArrayLike,
    trials: int = 1,
    balance: float = FLOP_PER_KV_ELEMENT,
) -> EFlops:
    """Cost of N trials of one prompt in eFLOPs: C_comp + I * C_mem.

    C_comp = N * (2 P L_out + 2 (2 L_in + L_out) L_out H_q d), C_mem = 2 (2 L_in + N L_out) L_out H_kv d: the trials
    share the prompt's KV cache. Parameter reads are not counted (batching shares them). `output_tokens` is one length
    or the sampled lengths of a problem: then the mean of their costs, which is not the cost of their mean. Raises
    MetricInputError for no lengths, a negative one, trials or prompt tokens that are no counts, a balance that is
    negative or not finite, or a cost larger than a float holds.
    """
    lengths = _lengths(prompt_tokens, output_tokens, trials, balance)
    attended = (2.0 * prompt_tokens + lengths) * lengths
    read = (2.0 * prompt_tokens + trials * lengths) * lengths
    compute = trials * (2.0 * model.parameters * lengths + 2 * attended * model.query_heads * model.head_width)
    return _means(compute, 2.0 * read * model.kv_heads * model.head_width * balance)


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def sparse_eflops(
    model: AttentionModel,
    prompt_tokens: int,
    output_tokens: ArrayLike,
    budget_tokens: int,
    trials: int = 1,
    balance: float = FLOP_PER_KV_ELEMENT,
) -> EFlops:
    """Cost of N trials in eFLOPs when each token attends to at most `budget_tokens` (B) others.

    F = B L_out - max(0, B - L_in)^2 / 2, C_comp = N (2 P L_out + 4 F H_q d), C_mem = 4 N F H_kv d. Minus as in the
    code's block version; its top-k version has plus, which counts more than all tokens (derived). A budget beyond the
    context is the context, where one trial costs what `eflops` says; more trials cost more here, for the formula
    shares no prompt. Errors as `eflops`, and for a budget that is no count.
    """
    require(is_count(budget_tokens), "a budget is whole and not negative")
    lengths = _lengths(prompt_tokens, output_tokens, trials, balance)
    budget = np.minimum(float(budget_tokens), prompt_tokens + lengths)
    attended = budget * lengths - 0.5 * np.maximum(0.0, budget - prompt_tokens) ** 2
    compute = trials * (2.0 * model.parameters * lengths + 4 * attended * model.query_heads * model.head_width)
    return _means(compute, 4.0 * trials * attended * model.kv_heads * model.head_width * balance)


def trial_coverage(samples: int, correct: int, trials: int) -> float:
    """Chance that N trials contain a correct one, from c correct of n samples: 1 - C(n - c, N) / C(n, N).

    The unbiased estimate known as pass@k. Exact in whole numbers. Raises MetricInputError unless 0 <= c <= n and
    1 <= N <= n.
    """
    require(all(is_count(count) for count in (samples, correct, trials)), "counts are whole and not negative")
    require(correct <= samples, "the correct samples are among the samples")
    require(1 <= trials <= samples, "an estimate for N trials needs N samples")
    all_ways = comb(samples, trials)
    return (all_ways - comb(samples - correct, trials)) / all_ways


def _lengths(prompt_tokens: int, output_tokens: ArrayLike, trials: int, balance: float) -> FloatArray:
    lengths = np.atleast_1d(as_floats(output_tokens))
    require(lengths.ndim == 1 and lengths.size >= 1, "one output length, or one per sample")
    require(bool((np.isfinite(lengths) & (lengths >= 0)).all()), "lengths are finite and not negative")
    require(is_count(prompt_tokens), "a prompt has whole tokens")
    require(is_count(trials, 1), "a whole number of trials, and at least one")
    require(0 <= balance < inf, "a machine balance is finite and not negative")
    return lengths


def _means(compute: FloatArray, memory: FloatArray) -> EFlops:
    return EFlops(as_finite(float(compute.mean())), as_finite(float(memory.mean())))
