"""Energy of the tokens of an answer, by phase."""

from leaderboard.metrics.vocabulary import require


def decode_energy_per_token_j(energy_j: float, output_tokens: int, requests: int) -> float | None:
    """Energy in J of each token after the first of its answer: energy / (output tokens - requests), a Perwatt rule.

    `energy_j` is what all requests took between first and last token, gross; the first token of each belongs to its
    prefill. `None` where no answer went beyond its first token. Raises MetricInputError for no requests, fewer tokens
    than requests, or energy that is negative or not finite.
    """
    require(0 <= energy_j < float("inf"), "an energy is finite and not negative")
    require(requests >= 1, "at least one request")
    require(requests <= output_tokens, "a request that was answered has a first token")
    decoded = output_tokens - requests
    return energy_j / decoded if decoded else None
