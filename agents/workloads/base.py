"""The one shape of everything that can be measured."""

from dataclasses import dataclass
from typing import Protocol

from agents.process_tree import ProcessTree
from agents.timing import Window
from leaderboard.protocol import Streamed


@dataclass(frozen=True)
class Answered:
    """What the model said to every item, in item order: labels or texts."""

    labels: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()


class Workload(Protocol):
    """One model with the items of one benchmark. All of it raises ModelFaultError where the model is to blame.

    `batch` items make a call. `served_by` is the process that works for this one where it is another: its CPU time
    counts, and no other's does.
    """

    runtime: str
    batch: int
    warnings: list[str]

    @property
    def version(self) -> str: ...

    @property
    def provider(self) -> str: ...

    @property
    def precision(self) -> str: ...

    @property
    def served_by(self) -> ProcessTree | None: ...

    @property
    def own_waits(self) -> bool:
        """Whether client and server take turns on the same cores."""

    @property
    def prefills(self) -> int:
        """How many prefill windows make sense; 0 where reading and answering are one."""

    def load(self) -> None:
        """Make the model ready for its first call; timed."""

    def describe(self) -> None:
        """Fill in what can be learned beside running it; outside every timed window."""

    def first_call(self) -> float:
        """Seconds of one call, whose answer can be scored."""

    def answer_all(self) -> Answered:
        """One answer per item."""

    def window(self, min_calls: int, min_s: float) -> Window:
        """Timed calls until both minima are reached, and nothing else between them."""

    def streamed(self) -> Streamed | None:
        """What the stream of each request in the last window says; `None` where nothing is streamed."""

    def prefill_window(self, min_s: float) -> Window:
        """Like `window`, but prompts are only read."""

    def prompt_tokens(self) -> int:
        """Tokens of the prompts in the last window."""

    def close(self) -> None:
        """End whatever was started."""
