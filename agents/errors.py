"""What can go wrong between an agent and its server, told apart by what the agent does about it."""

from enum import IntEnum

from leaderboard.protocol import FAILURES, Code, FailureKind, Problem


class Exit(IntEnum):
    """Exit codes of every command; a script can tell whose turn it is."""

    OK = 0
    INVALID = 2
    FAILED_MODEL = 3
    FAILED_SYSTEM = 4
    CANCELLED = 5
    TIMED_OUT = 6


def exit_of(code: Code | None) -> Exit:
    """What the failure of a measurement means for whoever waited for it; None is a newer server's word."""
    if code is Code.TIMEOUT:
        return Exit.TIMED_OUT
    is_model = code is not None and FAILURES[code].kind is FailureKind.OUTCOME
    return Exit.FAILED_MODEL if is_model else Exit.FAILED_SYSTEM


# The running agent has one more: a younger instance of itself took over, so a supervisor should not start it again.
EXIT_SUPERSEDED = 3


class UserError(Exception):
    """Something the person at the keyboard can put right; printed as it is, without a traceback."""

    def __init__(self, sentence: str, *, exit_code: int = Exit.INVALID) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class StopAgent(Exception):  # an order to stop, with its reason; not a fault of the code that raises it
    """The agent must end now; nothing it could try again would help."""

    def __init__(self, sentence: str, *, exit_code: int) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class UnreachableError(Exception):
    """No answer of a Perwatt server: network, TLS, a proxy's page, 5xx or 429. Worth trying again later."""

    def __init__(self, sentence: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class RefusedError(Exception):
    """The server understood and said no; the same request would be refused again."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(": ".join(part for part in (problem.title, problem.detail) if part))
        self.problem = problem


class BadTicketError(Exception):
    """What came where a ticket should be is not one."""


class BadBlobError(Exception):
    """A downloaded file is not what its reference promises."""


class GiveBack(Exception):  # an ending of an attempt, raised from wherever it becomes clear
    """The attempt cannot be finished here, through no fault of the model."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class NotOurs(Exception):  # an ending of an attempt, as above
    """The server took the attempt away: stop, and send nothing more about it."""
