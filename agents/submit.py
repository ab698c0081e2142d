"""The submitter's side of `/api/v1`: upload, submit, follow, cancel, retry."""

import logging
import os
import stat
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

import agents
from agents import http
from agents.backoff import Backoff
from agents.errors import UnreachableError, UserError
from leaderboard.protocol import Options

log = logging.getLogger(__name__)

DATA_DIR_VARIABLE = "PERWATT_DATA_DIR"
TRIES = 4
SAID_FROM_S = 5
LONGEST_WAIT_S = 75  # calls that change something are counted by the minute
SHARED_WITH_OTHERS = stat.S_IRWXG | stat.S_IRWXO

Answer = TypeVar("Answer", bound=BaseModel)


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")  # --json shows all that came, also from a newer server


class Artefact(_Answered):
    sha256: str
    size: int
    format: str


class JobLink(_Answered):
    id: UUID
    url: str


class Submission(_Answered):
    id: UUID
    jobs: tuple[JobLink, ...]


class Span(_Answered):
    low_s: float
    high_s: float
    n: int


class Estimate(_Answered):
    devices: tuple[str, ...] = ()
    ahead: int = 0
    run_time: Span | None = None
    run_time_note: str = ""
    start: Span | None = None
    start_note: str = ""


class Quota(_Answered):
    """Of `limit` jobs within that time; `left` are those that can still be submitted."""

    limit: int
    within_s: float
    left: int


class DryRun(_Answered):
    estimate: Estimate
    quota: Quota | None = None


class Reason(_Answered):
    code: str
    sentence: str = ""
    fault: str = ""
    hint: str = ""


class Try(_Answered):
    detail: str = ""


class Overdue(_Answered):
    """It waits or runs, `step`, since then: twice as long as three in four of the last `n` jobs there did."""

    step: str
    since: datetime
    expected_s: float
    n: int


class Job(_Answered):
    """`fault` says who a failure is up to: `user`, `system`, or None where nothing failed or the server is older."""

    id: UUID
    state: str
    is_over: bool
    cancelling: bool = False
    fault: str | None = None
    reason: Reason | None = None
    overdue: Overdue | None = None
    private: bool = False
    message: str = ""
    phase: str | None = None
    progress: float | None = None
    html_url: str = ""
    log_url: str = ""
    entry_url: str | None = None
    attempts: tuple[Try, ...] = ()


class Page(BaseModel):
    id: UUID
    url: str


@dataclass(frozen=True)
class Wish:
    """What is to be measured, and where: on `device`, or on any of `device_class`."""

    name: str
    licence: str
    benchmark: str
    device: str | None = None
    device_class: str = "cpu"
    options: Options = field(default_factory=Options)
    organisation: str = ""
    family: str = ""
    released_on: str = ""
    private: bool = False

    def body(self, source: Mapping[str, str]) -> dict[str, Any]:
        """`source` is the `sha256` of an uploaded file, or the `format` and `reference` of what is served elsewhere."""
        place = {"device": self.device} if self.device else {"device_class": self.device_class}
        told = {"organisation": self.organisation, "family": self.family, "released_on": self.released_on}
        more = {name: value for name, value in told.items() if value}
        return {
            "model": {"name": self.name, "licence": self.licence, **more, **source},
            "benchmark": self.benchmark,
            "options": self.options.model_dump(),
            **place,
            **({"private": True} if self.private else {}),
        }


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where `perwatt up` of this very checkout keeps its address and its header."""
    return Path(environ.get(DATA_DIR_VARIABLE) or Path(agents.__file__).parents[1] / ".perwatt")


def find_url(option: str | None, environ: Mapping[str, str]) -> str:
    if option:
        return http.checked_url(option)
    try:
        return http.checked_url((data_dir(environ) / "address").read_text("utf-8").strip())
    except OSError:
        where = data_dir(environ)
        raise UserError(
            f"No `perwatt up` is serving from {where}: start it, name a server with --url, or set {DATA_DIR_VARIABLE}"
            " to the folder that `up` was given as --data-dir."
        ) from None


def read_header(option: str | None, environ: Mapping[str, str]) -> SecretStr:
    """Return the value of the Authorization header in a file that only its owner can read."""
    path = Path(option) if option else data_dir(environ) / "authorization.header"
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            name, _, value = file.read(4096).decode("ascii", "replace").strip().partition(":")
    except OSError as error:
        hint = "`perwatt up` writes one, and --header-file names another"
        raise UserError(f"The authorisation header {path} cannot be read ({error.strerror}); {hint}.") from None
    if mode & SHARED_WITH_OTHERS:
        raise UserError(f"{path} can be read by others; `chmod 600 {path}` first, and make a new token if it matters.")
    if name.lower() != "authorization" or not value.strip().isprintable() or not value.strip():
        raise UserError(f"{path} does not hold one line `Authorization: Bearer TOKEN`.")
    return SecretStr(value.strip())


class Api:
    """Raises RefusedError with the server's problem, and UnreachableError after some tries without an answer."""

    def __init__(
        self, url: str, authorization: SecretStr, *, ca_file: str | None = None, say: Callable[[str], None] = log.info
    ) -> None:
        """`say` is told of a wait that a person would wonder about."""
        self.url = url
        self._say = say
        self._stop = threading.Event()
        headers = {"Authorization": authorization.get_secret_value()}
        self._http = http.open_client(f"{url}/api/v1/", headers, ca_file=ca_file)

    def __repr__(self) -> str:
        return f"<Api of {self.url}>"

    def close(self) -> None:
        self._http.close()

    def upload(self, path: Path) -> Artefact:
        def send() -> httpx.Response:
            with path.open("rb") as file:
                return self._http.post("artefacts", content=file, headers={"Content-Type": "application/octet-stream"})

        try:
            return self._ask(send, Artefact)
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}.") from None

    def submit(self, body: Mapping[str, Any]) -> Submission:
        key = {"Idempotency-Key": str(uuid4())}  # so that a try whose answer was lost does not submit twice
        return self._ask(lambda: self._http.post("submissions", json=body, headers=key), Submission)

    def dry_run(self, body: Mapping[str, Any]) -> DryRun:
        """Return what to expect of a submission that would be taken; nothing is made."""
        return self._ask(lambda: self._http.post("submissions", json=body, params={"dry_run": "true"}), DryRun)

    def job(self, job_id: UUID) -> Job:
        return self._ask(lambda: self._http.get(f"jobs/{job_id}"), Job)

    def cancel(self, job_id: UUID) -> Job:
        return self._ask(lambda: self._http.post(f"jobs/{job_id}/cancel"), Job)

    def publish(self, job_id: UUID) -> Job:
        return self._ask(lambda: self._http.post(f"jobs/{job_id}/publish"), Job)

    def retry(self, job_id: UUID, *, device: str | None = None) -> Job:
        """Return the new job; asked again after a lost answer, the server gives the same one."""
        body = {"device": device} if device else {}
        return self._ask(lambda: self._http.post(f"jobs/{job_id}/retry", json=body), Job)

    def _ask(self, send: Callable[[], httpx.Response], answer: type[Answer]) -> Answer:
        backoff = Backoff(self._stop, cap_s=8, believed_s=LONGEST_WAIT_S)
        for left in range(TRIES - 1, -1, -1):
            try:
                return self._once(send, answer)
            except UnreachableError as error:
                if not left:
                    raise
                if (asked_s := min(error.retry_after_s or 0, LONGEST_WAIT_S)) >= SAID_FROM_S:
                    self._say(f"{error}; again in {asked_s:.0f} s")
                backoff.pause(error.retry_after_s)
        raise AssertionError("at least one try")

    def _once(self, send: Callable[[], httpx.Response], answer: type[Answer]) -> Answer:
        try:
            return answer.model_validate_json(http.check(send()).content)
        except httpx.HTTPError as error:
            raise http.unreachable(error, self.url) from None
        except ValidationError:
            raise UnreachableError(f"{self.url} does not answer like a Perwatt server") from None


def job_id_of(text: str) -> UUID:
    """A job's id, or an address that ends in one."""
    try:
        return UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError:
        raise UserError(f"{text!r} is not the id of a job.") from None
