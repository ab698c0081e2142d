"""Batches of tensors through a library in this process, or to a container that takes them."""

import time
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from agents.answering import answer_all, guarded, in_stable_disorder, timed_batches
from agents.child_messages import MeasureOrder
from agents.process_tree import ProcessTree, cpu_clock
from agents.runtimes.base import Items, Runtime
from agents.timing import Window, timed_window
from agents.workloads.base import Answered


class TensorWorkload:
    prefills = 0

    def __init__(self, order: MeasureOrder, runtime: Runtime) -> None:
        self.runtime = order.spec.runtime.value
        self.batch = order.spec.options.batch
        self.warnings: list[str] = []
        self._runtime = runtime
        self._model_path = order.model_path or Path()  # an image has none
        self._seed = order.spec.benchmark.slug
        self._items: Items = np.load(order.inputs_path, allow_pickle=False)

    @property
    def version(self) -> str:
        return self._runtime.version

    @property
    def provider(self) -> str:
        return self._runtime.provider

    @property
    def precision(self) -> str:
        return self._runtime.precision

    @property
    def served_by(self) -> ProcessTree | None:
        return self._runtime.served_by

    @property
    def own_waits(self) -> bool:
        return self._runtime.served_by is not None

    def load(self) -> None:
        self._runtime.load(self._model_path)

    def describe(self) -> None:
        self._runtime.describe(self._model_path)

    def first_call(self) -> float:
        feed = self._feeds[0]
        start = time.perf_counter_ns()
        outputs = guarded(self._runtime, feed)
        seconds = (time.perf_counter_ns() - start) / 1e9
        self._runtime.answers(outputs, self.batch)
        return seconds

    def answer_all(self) -> Answered:
        return Answered(labels=tuple(answer_all(self._runtime, self._items, self.batch).tolist()))

    def window(self, min_calls: int, min_s: float) -> Window:
        clock = cpu_clock(self.served_by)
        ran = timed_window(self._runtime.call, self._runtime.wanted, self._feeds, min_calls, min_s, clock)
        return replace(ran, first_items=tuple(number * self.batch for number in self._order))

    def streamed(self) -> None:
        return None

    def prefill_window(self, min_s: float) -> Window:
        raise NotImplementedError("tensors have no prompts")  # nobody asks: `prefills` is 0

    def prompt_tokens(self) -> int:
        return 0

    def close(self) -> None:
        self._runtime.close()

    @cached_property
    def _feeds(self) -> list[Any]:
        batches = timed_batches(self._items, self.batch)
        return [self._runtime.feed(batches[number]) for number in self._order]

    @cached_property
    def _order(self) -> list[int]:
        return in_stable_disorder(list(range(len(timed_batches(self._items, self.batch)))), self._seed)
