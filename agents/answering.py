"""Items in, answers out: the batches that are timed, and the full pass over all items."""

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np

from agents.runtimes.base import Answers, Items, Runtime
from agents.runtimes.faults import ModelFaultError, fault_of
from leaderboard.metrics.statistics.resampling import stable_seed
from leaderboard.protocol import Code

T = TypeVar("T")


def timed_batches(items: Items, batch: int) -> list[Items]:
    """Full batches over all items; a last short one is left out. Fewer items than one batch are repeated to fill it."""
    if len(items) < batch:
        return [np.resize(items, (batch, *items.shape[1:]))]
    return [items[start : start + batch] for start in range(0, len(items) - batch + 1, batch)]


def in_stable_disorder(batches: list[T], *seed: str) -> list[T]:
    """The batches in a random order that is the same for every model: in many sets items of a kind lie together."""
    order = np.random.default_rng(stable_seed("timed order", *seed)).permutation(len(batches))
    return [batches[index] for index in order]


def answer_all(runtime: Runtime, items: Items, batch: int) -> Answers:
    """The answer to every item, in item order. A model whose batch is fixed gets a last short batch filled up."""
    return np.concatenate(list(_answers(runtime, items, batch)))


def guarded(runtime: Runtime, feed: Any) -> Any:
    """One call, with the runtime's error as the model's fault."""
    try:
        return runtime.call(runtime.wanted, feed)
    except (MemoryError, ModelFaultError):
        raise
    except Exception as error:  # a runtime's errors share no other base
        raise fault_of(error, Code.CRASHED, "The model failed while it ran") from error


def _answers(runtime: Runtime, items: Items, batch: int) -> Iterator[Answers]:
    for start in range(0, len(items), batch):
        part = items[start : start + batch]
        given = len(part)
        if given < batch and runtime.fixed_batch:
            part = np.resize(part, (batch, *items.shape[1:]))
        yield runtime.answers(guarded(runtime, runtime.feed(part)), len(part))[:given]
