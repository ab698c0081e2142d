"""Several configurations of one model: every batch with every number of threads, each a submission of its own."""

import random
from itertools import product

from pydantic import ValidationError

from agents.errors import UserError
from leaderboard.protocol import Options

MOST_CONFIGURATIONS = 32


def configurations(batches: str, threads: str) -> tuple[Options, ...]:
    """Return the options of `--batch 1,8,64 --threads 1,2`; raises UserError.

    In a random order that is the same each time: what drifts while they are measured must not look like an effect of
    the batch.
    """
    from leaderboard.metrics.statistics.resampling import stable_seed  # NumPy comes with it

    chosen = list(product(_numbers("--batch", batches), _numbers("--threads", threads)))
    if len(chosen) > MOST_CONFIGURATIONS:
        raise UserError(f"{len(chosen)} configurations; {MOST_CONFIGURATIONS} at once are the most.")
    # Not for secrets: an order.
    random.Random(stable_seed("configurations", batches, threads)).shuffle(chosen)
    try:
        return tuple(Options(batch=batch, threads=count) for batch, count in chosen)
    except ValidationError as error:
        faults = "; ".join(f"--{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise UserError(f"{faults}.") from None


def _numbers(option: str, text: str) -> list[int]:
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdecimal() and len(word) < 10 for word in words):
        raise UserError(f"{option} {text}: numbers, with commas between them.")
    numbers = [int(word) for word in words]
    if len(set(numbers)) != len(numbers):
        raise UserError(f"{option} {text} names a number twice.")
    return numbers
