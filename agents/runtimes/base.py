"""The one shape of every runtime."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.process_tree import ProcessTree

Items = NDArray[np.generic]
Answers = NDArray[np.int64]


class Runtime(Protocol):
    """One loaded model. `call(wanted, feed(batch))` is one inference.

    `call` is the vendor's own method with nothing of ours around it, and `wanted` its constant first argument: a
    partial that bound the two cost 0.1 us, 3 % of the smallest bundled model.
    """

    version: str
    provider: str
    precision: str
    fixed_batch: bool
    call: Callable[[Any, Any], Any]
    wanted: Any

    @property
    def served_by(self) -> ProcessTree | None:
        """The process that computes, where it is another than this one."""

    def load(self, path: Path) -> None:
        """Read the model and check it against the contract. Raises ModelFaultError."""

    def describe(self, path: Path) -> None:
        """Fill in what can be learned from the file beside running it; outside every timed window."""

    def close(self) -> None:
        """End what `load` started."""

    def feed(self, batch: Items) -> Any:
        """What `call` takes for this batch beside `wanted`; made before the clock starts."""

    def answers(self, outputs: Any, n: int) -> Answers:
        """The `n` answers in what `call` returned. Raises ModelFaultError where they cannot be scored."""
