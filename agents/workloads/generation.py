"""Prompts to a server, one after the other, each streamed on a connection of its own."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.process_tree import ProcessTree, cpu_clock
from agents.runtimes.faults import ModelFaultError
from agents.runtimes.text_server import TextServer, fault_of_trouble
from agents.streaming.completion import Completion, completion_of
from agents.streaming.exchange import Answer, Bounds, exchange
from agents.streaming.faults import TroubleError
from agents.streaming.summary import cached_tokens, summary
from agents.timing import Window, timed_window
from agents.workloads.base import Answered
from leaderboard.protocol import Code, GenerationContract, Streamed

_PATHS = {"completion": "/completions", "chat": "/chat/completions"}
_ANSWER_CHARACTERS = 4000  # what a report holds of one answer
# A client that is kept waiting reads several events at once now and then; more than this is how the server streams.
_BURSTS_SHARE = 0.05
_PREFILL_WINDOWS = 3
_PREFILL_REQUESTS = 10
# A measurement needs many answers within its time limit, so one alone may not take more than this part of it.
_SHARE_OF_LIMIT = 0.1


class GenerationWorkload:
    batch = 1
    own_waits = True

    def __init__(self, server: TextServer, contract: GenerationContract, prompts: Sequence[str], wall_s: float) -> None:
        self.warnings: list[str] = []
        self.runtime = server.runtime
        self._server = server
        self._contract = contract
        self._prompts = prompts
        self._wall_s = wall_s
        self._random = random.Random(0)
        self._texts: tuple[str, ...] = ()
        self._kept: list[tuple[int, Answer]] = []
        self._max_new_tokens = contract.max_new_tokens

    @property
    def version(self) -> str:
        return self._server.version

    @property
    def provider(self) -> str:
        return self._server.provider

    @property
    def precision(self) -> str:
        return self._server.precision

    @property
    def served_by(self) -> ProcessTree | None:
        return self._server.served_by

    @property
    def prefills(self) -> int:
        """None where prompts come from a cache: reading them was not measured then."""
        return 0 if "prompt_cache_hits" in self.warnings else _PREFILL_WINDOWS

    def load(self) -> None:
        self._server.load()

    def describe(self) -> None:
        self._server.describe()

    def first_call(self) -> float:
        answer = self._ask(self._bounds(), self._feed(0))
        self._read(answer)
        return answer.took_ns / 1e9

    def answer_all(self) -> Answered:
        self._kept.clear()
        for number in range(len(self._prompts)):
            self._ask(self._bounds(), self._feed(number))
        self._texts = tuple(checked_text(number, self._read(answer).text) for number, answer in self._kept)
        return Answered(texts=self._texts)

    def window(self, min_calls: int, min_s: float) -> Window:
        return self._window(self._contract.max_new_tokens, min_calls, min_s)

    def prefill_window(self, min_s: float) -> Window:
        return self._window(1, _PREFILL_REQUESTS, min_s)

    def streamed(self) -> Streamed:
        completions = [self._read(answer) for _, answer in self._kept]
        if any(one.text != self._texts[number] for (number, _), one in zip(self._kept, completions, strict=True)):
            self.warnings.append("answers_vary")
        if cached_tokens(completions):
            self.warnings.append("prompt_cache_hits")
        without_time = sum(one.tpot_s is None and one.usage.output_tokens > 2 for one in completions)
        if without_time > _BURSTS_SHARE * len(completions):
            self.warnings.append("tokens_in_bursts")
        return summary(completions)

    def prompt_tokens(self) -> int:
        return sum(self._read(answer).usage.prompt_tokens for _, answer in self._kept)

    def close(self) -> None:
        self._server.close()

    def _window(self, max_new_tokens: int, min_calls: int, min_s: float) -> Window:
        self._kept.clear()
        self._max_new_tokens = max_new_tokens
        order = self._random.sample(range(len(self._prompts)), len(self._prompts))
        ran = timed_window(
            self._ask,
            self._bounds(),
            [self._feed(number) for number in order],
            min_calls,
            min_s,
            cpu_clock(self.served_by),
        )
        return replace(ran, first_items=tuple(order))

    def _ask(self, bounds: Bounds, feed: tuple[int, bytes]) -> Answer:
        number, request = feed
        try:
            answer = exchange(self._server.address, request, bounds)
        except TroubleError as error:
            raise fault_of_trouble(error, self._server) from error
        self._kept.append((number, answer))
        return answer

    def _read(self, answer: Answer) -> Completion:
        try:
            return completion_of(answer, self._max_new_tokens, self._contract.stop)
        except TroubleError as error:
            error.answer = answer
            raise fault_of_trouble(error, self._server) from error

    def _bounds(self) -> Bounds:
        return Bounds.of(max_new_tokens=self._contract.max_new_tokens, seconds=self._wall_s * _SHARE_OF_LIMIT)

    def _feed(self, number: int) -> tuple[int, bytes]:
        prompt = self._prompts[number]
        said = {"prompt": prompt}
        asked: dict[str, Any] = dict(self._server.body) | {
            "model": self._server.model,
            **(said if self._contract.api == "completion" else {"messages": [{"role": "user", "content": prompt}]}),
            "max_tokens": self._max_new_tokens,
            "temperature": 0,
            "seed": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self._contract.stop:
            asked["stop"] = list(self._contract.stop)
        path = _PATHS[self._contract.api]
        return number, self._server.address.request("POST", path, json.dumps(asked).encode())


def checked_text(number: int, text: str) -> str:
    """An answer that a report can hold. Raises ModelFaultError: a cut one could be graded wrongly."""
    if len(text) > _ANSWER_CHARACTERS:
        raise ModelFaultError(
            Code.WRONG_OUTPUT,
            f"The answer to item {number + 1} has {len(text)} characters, and a report holds "
            f"{_ANSWER_CHARACTERS} of each; the benchmark would have to ask for fewer tokens.",
        )
    return text
