"""Errors of a runtime as outcomes of the model."""

from agents.child_outcome import says_out_of_memory
from agents.runtimes.base import ModelFaultError
from leaderboard.protocol import Code


def fault_of(error: Exception, code: Code, sentence: str) -> ModelFaultError:
    """A refused allocation is `out_of_memory`, whatever the runtime was doing; anything else is `code`."""
    code = Code.OUT_OF_MEMORY if says_out_of_memory(str(error)) else code
    return ModelFaultError(code, f"{sentence}: {error}")
