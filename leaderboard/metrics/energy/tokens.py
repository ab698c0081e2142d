"""Energy of the tokens of an answer, by phase."""

from math import inf

from leaderboard.metrics.vocabulary import is_count, require


def decode_energy_per_token_j(energy_j: float, output_tokens: int, requests: int) -> float | None:
    """Energy in J of each token after the first of its answer: energy / (output tokens - requests), a Perwatt rule.

    `energy_j` is what all requests took between first and last token, gross; the first token of each belongs to its
    prefill. `None` where no answer went beyond its first token. Raises MetricInputError for no requests, fewer tokens
    than requests, or energy that is negative or not finite.
    """
    require(0 <= energy_j < inf, "an energy is finite and not negative")
    require(is_count(requests, 1), "a whole number of requests, and at least one")
    require(is_count(output_tokens, requests), "a whole number of tokens, and a first one for each answered request")
    decoded = output_tokens - requests
    return energy_j / decoded if decoded else None
