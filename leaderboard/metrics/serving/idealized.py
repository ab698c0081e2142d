"""Idealized and denoised runtime as HELM computes them (arXiv 2305.02440; read in `efficiency_metrics.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_finite, as_floats, is_count, require


@dataclass(frozen=True, slots=True)
class RuntimeProfile:
    """A model on a reference stack without contention: encode time in s of each measured prompt length, s per token.

    `prompt_tokens` rise and are positive; `prompt_s` belong to them. The overhead is that of denoised profiles.
    """

    prompt_tokens: tuple[int, ...]
    prompt_s: tuple[float, ...]
    output_token_s: float
    overhead_s: float = 0.0

    def __post_init__(self) -> None:
        require(len(self.prompt_tokens) == len(self.prompt_s) >= 1, "one encode time per prompt length, one or more")
        require(all(is_count(tokens, 1) for tokens in self.prompt_tokens), "a measured prompt has whole tokens")
        require(all(shorter < longer for shorter, longer in pairwise(self.prompt_tokens)), "prompt lengths rise")
        times = (*self.prompt_s, self.output_token_s, self.overhead_s)
        require(all(0 <= time < inf for time in times), "times are finite and not negative")


def estimated_runtime_s(profile: RuntimeProfile | None, prompt_tokens: int, output_tokens: int) -> float | None:
    """Estimated time of one request in s: f(k) * x / k + g * (output tokens - 1) + overhead.

    k is the smallest measured prompt length >= x, or the largest of all: lines through the origin and no
    interpolation, so the estimate drops when x passes a length. The prompt pass gives the first output token; without
    output only the prompt and the overhead count. `None` (`not_measured`) for a model without a profile. Raises
    MetricInputError for counts that are negative or not whole, or a time larger than a float holds.
    """
    require(is_count(prompt_tokens) and is_count(output_tokens), "counts are whole and not negative")
    if profile is None:
        return None
    place = min(int(np.searchsorted(profile.prompt_tokens, prompt_tokens)), len(profile.prompt_tokens) - 1)
    prompt_s = profile.prompt_s[place] * (prompt_tokens / profile.prompt_tokens[place])
    return as_finite(prompt_s + profile.output_token_s * max(output_tokens - 1, 0) + profile.overhead_s)


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def mean_estimated_runtime_s(
    profile: RuntimeProfile | None, prompt_tokens: Sequence[int], output_tokens: Sequence[int]
) -> float | None:
    """Mean of `estimated_runtime_s` over requests: the column of HELM. Raises MetricInputError for no requests."""
    require(len(prompt_tokens) == len(output_tokens) >= 1, "two counts per request, and at least one request")
    times = [estimated_runtime_s(profile, *counts) for counts in zip(prompt_tokens, output_tokens, strict=True)]
    known = [time for time in times if time is not None]
    return as_finite(float(np.mean(known))) if known else None


def generated_tokens(completion_tokens: Sequence[int], prompt_tokens: int, echo_prompt: bool) -> int:
    """Output tokens of a request: the sum over its completions, as if made one after the other.

    An echoed prompt is taken off once, never below 0. Raises MetricInputError for counts negative or not whole.
    """
    require(all(is_count(count) for count in (prompt_tokens, *completion_tokens)), "counts are whole and not negative")
    return max(sum(completion_tokens) - (prompt_tokens if echo_prompt else 0), 0)


def offline_denoised_runtime_s(batch_runtime_s: float, batch_size: int) -> float:
    """Denoised runtime of one input of an offline batch, in s: runtime of the batch / its size.

    Raises MetricInputError for a time negative or not finite, or a size that is no whole number of at least 1.
    """
    require(0 <= batch_runtime_s < inf and is_count(batch_size, 1), "a finite time, and a batch of at least one")
    return batch_runtime_s / batch_size


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def denoised_image_runtime_s(repeats_s: Sequence[ArrayLike]) -> float:
    """Denoised runtime of an image model, in s: least of the repeats of each instance, then the mean over instances.

    `repeats_s` has one vector per instance. Raises MetricInputError for none, or a time not positive and finite.
    """
    require(len(repeats_s) >= 1, "at least one instance")
    instances = [as_floats(repeats) for repeats in repeats_s]
    for repeats in instances:
        require(repeats.ndim == 1 and repeats.size >= 1, "one time per repeat, and at least one repeat")
        require(bool((np.isfinite(repeats) & (repeats > 0)).all()), "a time is positive and finite")
    return as_finite(float(np.mean([repeats.min() for repeats in instances])))


@np.errstate(over="ignore", invalid="ignore")  # told by the profile
def fit_runtime_profile(prompt_tokens: ArrayLike, output_tokens: ArrayLike, runtime_s: ArrayLike) -> RuntimeProfile:
    """Profile of a reference stack from uncontended runs: T = f(prompt) + g * (output - 1), least squares.

    The slope over output tokens is g, one for all prompt lengths; each length has its own intercept f. All three are
    `(runs,)`. HELM fits slopes and intercepts in this sense; sharing the slope is our choice. Raises MetricInputError
    for no runs, lengths that differ, a prompt or an output of no tokens, no two output lengths for the same prompt
    length, or a fit with a negative time.
    """
    prompts, outputs, times = (as_floats(part) for part in (prompt_tokens, output_tokens, runtime_s))
    require(prompts.ndim == 1 and prompts.shape == outputs.shape == times.shape, "two counts and one time per run")
    require(prompts.size >= 1 and bool(np.isfinite([prompts, outputs, times]).all()), "runs of finite numbers")
    require(bool((prompts >= 1).all() and (outputs >= 1).all() and (times > 0).all()), "runs have tokens and take time")
    for counts in (prompts, outputs):
        require(bool((counts % 1 == 0).all() and (counts <= 2**53).all()), "counts are whole, and exact as floats")
    lengths, group = np.unique(prompts, return_inverse=True)
    runs = np.bincount(group)
    mean_output, mean_time = np.bincount(group, outputs - 1) / runs, np.bincount(group, times) / runs
    spread = outputs - 1 - mean_output[group]
    require(bool((spread != 0).any()), "a slope needs two output lengths for one prompt length")
    slope = as_finite(float(spread @ (times - mean_time[group]) / (spread @ spread)))
    encode = mean_time - slope * mean_output
    return RuntimeProfile(tuple(int(length) for length in lengths), tuple(encode.tolist()), slope)


def device_seconds(estimated_s: float, accelerators: int) -> float:
    """Cost-aware runtime: time * accelerators, in device seconds.

    Unverified: the paper has cost-aware variants by number and type of accelerator, but their exact form could not be
    read. This is a common reading, as are `device_seconds_usd` and `device_seconds_energy_j`. Each raises
    MetricInputError for an amount out of range, accelerators that are no whole number of at least 1, or a product
    larger than a float holds.
    """
    require(0 <= estimated_s < inf and is_count(accelerators, 1), "a finite time, and at least one accelerator")
    return as_finite(estimated_s * accelerators)


def device_seconds_usd(estimated_s: float, accelerators: int, usd_per_accelerator_s: float) -> float:
    """Cost-aware runtime in USD: time * accelerators * price of an accelerator second. Unverified, as there."""
    require(0 <= usd_per_accelerator_s < inf, "a price is finite and not negative")
    return as_finite(device_seconds(estimated_s, accelerators) * usd_per_accelerator_s)


def device_seconds_energy_j(estimated_s: float, accelerators: int, accelerator_w: float) -> float:
    """Cost-aware runtime in J: time * accelerators * power of one. Unverified, as there; an estimate, not a reading."""
    require(0 < accelerator_w < inf, "power is positive and finite")
    return as_finite(device_seconds(estimated_s, accelerators) * accelerator_w)


def runtime_over_idealized(raw_s: float, idealized_s: float) -> float:
    """Observed runtime / idealized runtime: what queueing, contention and the provider's own stack make of it.

    Raises MetricInputError unless both are positive and finite, and for a ratio larger than a float holds.
    """
    require(0 < raw_s < inf and 0 < idealized_s < inf, "runtimes are positive and finite")
    return as_finite(raw_s / idealized_s)
