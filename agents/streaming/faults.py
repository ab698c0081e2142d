"""What can be wrong with an answer, before it is decided whose fault that is."""

from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.streaming.exchange import Answer


class Trouble(Enum):
    UNREACHABLE = auto()  # nobody listens, the name is unknown, the certificate is refused
    NO_HTTP = auto()  # somebody listens and speaks something else
    REFUSED = auto()  # an HTTP status other than 200
    NEVER_ENDS = auto()  # over its time or its size
    CLOSED_EARLY = auto()  # cut off before the model had finished
    SAID_ERROR = auto()  # the stream itself reports an error
    GARBAGE = auto()  # bytes that are no such stream
    LIES = auto()  # token counts that cannot be true


class TroubleError(Exception):
    """`found` is a clause without its subject's name: it follows `The server's answer: `."""

    def __init__(self, kind: Trouble, found: str, answer: "Answer | None" = None) -> None:
        super().__init__(found)
        self.kind = kind
        self.found = found
        self.answer = answer
