"""Enrolment, session and tickets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from leaderboard.protocol.base import Count, Seconds, Short, Text, Wire
from leaderboard.protocol.machine import Inventory
from leaderboard.protocol.words import SyncVerdict


class EnrolRequest(Wire):
    """The agent makes its own secret and has it on disk before it asks; the same pair again gets the same answer."""

    protocol_version: int
    token: Annotated[str, Field(min_length=20, max_length=200)]
    secret: Annotated[str, Field(min_length=32, max_length=200)]
    inventory: Inventory


class EnrolAnswer(Wire):
    agent_id: UUID
    name: str
    queue: str
    devices: Mapping[str, str]
    server_time: datetime


class DoctorLine(Wire):
    """A line as the machine's terminal shows it: `result` is pass, warn, fail or skip."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}-[0-9]{2}$")]
    result: Literal["pass", "warn", "fail", "skip"]
    evidence: Text
    fix: Text = ""


class DoctorReport(Wire):
    """What the doctor printed on an enrolled machine. Optional: an older server answers 404."""

    lines: Annotated[tuple[DoctorLine, ...], Field(max_length=200)]


class DeviceHealth(Wire):
    slug: str
    health: Short
    reason: Short = ""


class HelloAnswer(Wire):
    """Which server this is, and what it knows of the agent that asks. Asking opens no session and changes nothing.

    `agent` and what follows are of the agent whose secret came along; `agent_version` is the one that `/agent/` offers.
    """

    protocol_versions: tuple[int, ...]
    agent_version: Short | None
    server_time: datetime
    agent: str | None = None
    silent_s: Seconds | None = None
    devices: tuple[DeviceHealth, ...] = ()


class SyncRequest(Wire):
    """`session_epoch` is None for a new process; a process with an older epoch than the server's is told to stop.

    `agent_time` is the machine's wall clock as it asks: data, never a decision.
    """

    protocol_version: int
    session_epoch: Count | None
    running: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    spooled: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    inventory: Inventory
    agent_time: AwareDatetime | None = None


class SyncItem(Wire):
    attempt_id: UUID
    verdict: SyncVerdict


class SyncAnswer(Wire):
    agent_id: UUID
    session_epoch: int
    queue: str
    devices: Mapping[str, str]
    attempts: tuple[SyncItem, ...]
    server_time: datetime


class TicketAnswer(Wire):
    """One Celery message, as its transport wrote it."""

    message: str
    server_time: datetime
