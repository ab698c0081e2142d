"""Tensors to a container that speaks the protocol of items: `{"inputs": [...]}` in, `{"outputs": [...]}` out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from agents.process_tree import ProcessTree
from agents.runtimes.base import Answers, Items
from agents.runtimes.container import Container
from agents.runtimes.contract import answers_of
from agents.runtimes.faults import ModelFaultError
from agents.runtimes.item_protocol import ask, field_of
from agents.streaming.exchange import Answer
from leaderboard.protocol import Code, Limits, ModelContract


class ContainerTensors:
    fixed_batch = False
    call: Callable[[Any, Any], Any]
    wanted = None

    def __init__(self, container: Container, contract: ModelContract, limits: Limits) -> None:
        self.version = container.version
        self.provider = container.provider
        self.precision = container.precision
        self._container = container
        self._contract = contract
        self._limits = limits
        self.call = self._ask

    @property
    def served_by(self) -> ProcessTree | None:
        return self._container.served_by

    def load(self, path: Path) -> None:
        del path  # the image is the model
        self._container.load()

    def describe(self, path: Path) -> None:
        del path

    def close(self) -> None:
        self._container.close()

    def feed(self, batch: Items) -> bytes:
        asked = {"inputs": batch.tolist(), "dtype": str(batch.dtype)}
        return self._container.address.request("POST", "/answer", json.dumps(asked).encode())

    def _ask(self, _: None, feed: bytes) -> Answer:
        return ask(self._container, feed, self._limits)

    def answers(self, outputs: Answer, n: int) -> Answers:
        given = field_of(self._container, outputs, "outputs")
        for wanted in self._contract.outputs:
            try:
                found = np.asarray(given, dtype=wanted.dtype)
            except (ValueError, TypeError, OverflowError):
                continue
            if found.ndim == len(wanted.shape):
                return answers_of(found, n, self._contract)
        raise ModelFaultError(Code.WRONG_OUTPUT, "The container's outputs are no numbers in the right shape.")
