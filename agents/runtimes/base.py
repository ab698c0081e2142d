"""The one shape of every runtime."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from leaderboard.protocol import Code

Items = NDArray[np.generic]
Answers = NDArray[np.int64]


class ModelFaultError(Exception):
    """The model is to blame: an outcome of the attempt, with its code and what was found."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


class Runtime(Protocol):
    """One loaded model. `call(feed(batch))` is one inference, with nothing of ours inside `call`."""

    version: str
    provider: str
    precision: str
    fixed_batch: bool
    call: Callable[[Any], Any]

    def load(self, path: Path) -> None:
        """Read the model and check it against the contract. Raises ModelFaultError."""

    def describe(self, path: Path) -> None:
        """Fill in what can be learned from the file beside running it; outside every timed window."""

    def feed(self, batch: Items) -> Any:
        """What `call` takes for this batch; made before the clock starts."""

    def answers(self, outputs: Any, n: int) -> Answers:
        """The `n` answers in what `call` returned. Raises ModelFaultError where they cannot be scored."""
