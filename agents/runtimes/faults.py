"""Errors of a runtime as outcomes of the model."""

from agents.child_outcome import says_out_of_memory
from leaderboard.protocol import Code


class ModelFaultError(Exception):
    """The model is to blame: an outcome of the attempt, with its code and what was found."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def fault_of(error: Exception, code: Code, sentence: str) -> ModelFaultError:
    """A refused allocation is `out_of_memory`, whatever the runtime was doing; anything else is `code`."""
    code = Code.OUT_OF_MEMORY if says_out_of_memory(str(error)) else code
    return ModelFaultError(code, f"{sentence}: {error}")
