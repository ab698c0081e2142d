"""Why attempts end without an entry: code, kind, whose fault, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class FailureKind(StrEnum):
    """An outcome counts as a result of the model; infra never counts against it; a cancel is nobody's failure."""

    OUTCOME = "outcome"
    INFRA = "infra"
    CANCEL = "cancel"


class Code(StrEnum):
    """Why an attempt or a job ended without an entry."""

    CANNOT_LOAD = "cannot_load"
    CONTRACT_MISMATCH = "contract_mismatch"
    WRONG_OUTPUT = "wrong_output"
    OUT_OF_MEMORY = "out_of_memory"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    NEVER_CLAIMED = "never_claimed"
    LOST = "lost"
    AGENT_STOPPED = "agent_stopped"
    AGENT_ERROR = "agent_error"
    DOWNLOAD_FAILED = "download_failed"
    DISK_FULL = "disk_full"
    NOISY_MACHINE = "noisy_machine"
    UNHEALTHY = "unhealthy"
    INVALID_REPORT = "invalid_report"
    SCORING_FAILED = "scoring_failed"


# What only the server can know; an agent that says so is wrong.
SERVER_CODES = frozenset({Code.NEVER_CLAIMED, Code.LOST, Code.INVALID_REPORT, Code.SCORING_FAILED})


@dataclass(frozen=True)
class Failure:
    kind: FailureKind
    fault: Literal["the model", "the device", "the agent", "the server", "nobody"]
    sentence: str
    hint: str


FAILURES: Mapping[Code, Failure] = MappingProxyType(
    {
        Code.CANNOT_LOAD: Failure(
            FailureKind.OUTCOME,
            "the model",
            "The runtime could not load the model.",
            "Load the file with the runtime version named in the log and submit it again.",
        ),
        Code.CONTRACT_MISMATCH: Failure(
            FailureKind.OUTCOME,
            "the model",
            "The model's inputs or outputs are not the benchmark's.",
            "Compare what was found with the contract on the benchmark's page.",
        ),
        Code.WRONG_OUTPUT: Failure(
            FailureKind.OUTCOME,
            "the model",
            "The model answered with something that cannot be scored.",
            "The message names what came; the contract is on the benchmark's page.",
        ),
        Code.OUT_OF_MEMORY: Failure(
            FailureKind.OUTCOME,
            "the model",
            "The model needed more memory than the device gives to one measurement.",
            "Submit a smaller or a quantised model, or choose a device with more memory.",
        ),
        Code.TIMEOUT: Failure(
            FailureKind.OUTCOME,
            "the model",
            "The measurement did not finish within its time limit.",
            "The log shows how far it came; a smaller batch or a faster model would finish.",
        ),
        Code.CRASHED: Failure(
            FailureKind.OUTCOME,
            "the model",
            "The process that ran the model died.",
            "The log ends with what the process last said and the signal that ended it.",
        ),
        Code.CANCELLED: Failure(
            FailureKind.CANCEL, "nobody", "The job was cancelled.", "Submit it again whenever you like."
        ),
        Code.NEVER_CLAIMED: Failure(
            FailureKind.INFRA,
            "the device",
            "The device was offered the job and did not take it.",
            "It goes back to the queue by itself; if this repeats, look at the device's page.",
        ),
        Code.LOST: Failure(
            FailureKind.INFRA,
            "the device",
            "The device went silent while it was measuring.",
            "It is tried again by itself, up to three times.",
        ),
        Code.AGENT_STOPPED: Failure(
            FailureKind.INFRA,
            "the agent",
            "The agent was stopped while it was measuring.",
            "It is tried again by itself; a restart is never counted against the job.",
        ),
        Code.AGENT_ERROR: Failure(
            FailureKind.INFRA,
            "the agent",
            "The agent itself failed; the model is not to blame.",
            "It is tried again by itself; the log belongs in a bug report.",
        ),
        Code.DOWNLOAD_FAILED: Failure(
            FailureKind.INFRA,
            "the agent",
            "The agent could not fetch the model or the items.",
            "It is tried again by itself; check the network between agent and server.",
        ),
        Code.DISK_FULL: Failure(
            FailureKind.INFRA,
            "the device",
            "The device has no disk space left.",
            "Free some space in the agent's folder; the job is tried again by itself.",
        ),
        Code.NOISY_MACHINE: Failure(
            FailureKind.INFRA,
            "the device",
            "Other work kept the device busy while it was measuring.",
            "Stop the other work; the job is tried again by itself.",
        ),
        Code.UNHEALTHY: Failure(
            FailureKind.INFRA,
            "the device",
            "The device fails its own health checks.",
            "See the device's page; the job is tried again once it is well.",
        ),
        Code.INVALID_REPORT: Failure(
            FailureKind.INFRA,
            "the agent",
            "The agent's report could not be scored.",
            "Update the agent to the server's version; the report is kept.",
        ),
        Code.SCORING_FAILED: Failure(
            FailureKind.INFRA,
            "the server",
            "The server failed while it derived the scores; the report is kept.",
            "It is tried again by itself, at longer and longer intervals; the server's log has the traceback.",
        ),
    }
)
