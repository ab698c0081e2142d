"""Prompts to a server that answers each with one piece of JSON: nothing is streamed, so no token has a time."""

import json
from collections.abc import Sequence
from random import Random

from agents.process_tree import ProcessTree, cpu_clock
from agents.runtimes.base import ModelFaultError
from agents.runtimes.item_protocol import ask, field_of
from agents.runtimes.text_server import TextServer
from agents.streaming.exchange import Answer
from agents.timing import Window, timed_window
from agents.workloads.base import Answered
from agents.workloads.generation import checked_text
from leaderboard.protocol import Code, GenerationContract, Limits


class TextItemsWorkload:
    batch = 1
    prefills = 0

    def __init__(
        self, server: TextServer, contract: GenerationContract, prompts: Sequence[str], limits: Limits
    ) -> None:
        self.warnings: list[str] = []
        self.runtime = server.runtime
        self.version = server.version
        self.provider = server.provider
        self.precision = server.precision
        self._server = server
        self._contract = contract
        self._prompts = prompts
        self._limits = limits
        self._random = Random(0)

    @property
    def served_by(self) -> ProcessTree | None:
        return self._server.served_by

    def load(self) -> None:
        self._server.load()

    def describe(self) -> None:
        self._server.describe()

    def first_call(self) -> float:
        answer = self._ask(self._limits, self._feed(self._prompts[0]))
        self._text(0, answer)
        return answer.took_ns / 1e9

    def answer_all(self) -> Answered:
        given = (self._ask(self._limits, self._feed(prompt)) for prompt in self._prompts)
        return Answered(texts=tuple(self._text(number, answer) for number, answer in enumerate(given)))

    def window(self, min_calls: int, min_s: float) -> Window:
        order = self._random.sample(self._prompts, len(self._prompts))
        feeds = [self._feed(prompt) for prompt in order]
        return timed_window(self._ask, self._limits, feeds, min_calls, min_s, cpu_clock(self.served_by))

    def streamed(self) -> None:
        return None

    def prefill_window(self, min_s: float) -> Window:
        raise NotImplementedError("reading and answering are one here")

    def prompt_tokens(self) -> int:
        return 0

    def close(self) -> None:
        self._server.close()

    def _ask(self, limits: Limits, request: bytes) -> Answer:
        return ask(self._server, request, limits)

    def _feed(self, prompt: str) -> bytes:
        asked = {"prompt": prompt, "max_new_tokens": self._contract.max_new_tokens, "stop": list(self._contract.stop)}
        return self._server.address.request("POST", "/answer", json.dumps(asked).encode())

    def _text(self, number: int, answer: Answer) -> str:
        text = field_of(self._server, answer, "text")
        if not isinstance(text, str):
            raise ModelFaultError(Code.WRONG_OUTPUT, f"{self._server.title}: the text of an answer is no text.")
        return checked_text(number, text)
