"""The way to the server: NET-01 reached, NET-02 same protocol, CLK-01 same time."""

import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from agents.client import AgentClient
from agents.doctor.base import Check, Verdict
from agents.errors import RefusedError, StopAgent, UnreachableError, UserError
from agents.fingerprint import UNKNOWN_VERSION, agent_version
from agents.http import is_loopback
from leaderboard.protocol import PROTOCOL_VERSION, HelloAnswer

CLOCK_LIMIT_S = 0.2
# OpenSSL's numbers for a certificate whose time has not come, or is over.
_NOT_YET_VALID, _EXPIRED = 9, 10
_NO_ISSUER = frozenset({18, 19, 20, 21})


@dataclass(frozen=True)
class Server:
    """Where the server is, and what this agent says who it is; both as far as they are known."""

    url: str
    secret: SecretStr | None = None
    ca_file: str | None = None


@dataclass(frozen=True)
class Heard:
    """The server's answer, how long it took, and this machine's clock less the server's."""

    answer: HelloAnswer
    seconds: float
    offset: timedelta


def checks_of(server: Server | None) -> tuple[list[Check], HelloAnswer | None]:
    """The checks, and what the server said, where it said something."""
    if server is None:
        fix = "perwatt agent enrol --url URL --token-stdin; or perwatt agent doctor --url URL"
        return [Check("NET-01", Verdict.WARN, "no server is known: this folder is not enrolled", fix)], None
    try:
        heard = _ask(server)
    except UserError as error:
        return [Check("NET-01", Verdict.FAIL, str(error), "perwatt agent enrol --help says what is expected")], None
    except (UnreachableError, RefusedError, StopAgent) as error:
        return [_not_reached(server, error)], None
    return [_reached(server, heard), _protocol(heard.answer), _clock(heard)], heard.answer


def _ask(server: Server) -> Heard:
    secret = server.secret or SecretStr("unknown")
    with closing(AgentClient(server.url, secret, ca_file=server.ca_file)) as client:
        client.hello()  # opens the connection; the second one is timed
        asked_at, began = datetime.now(UTC), time.monotonic()
        answer = client.hello()
        seconds = time.monotonic() - began
    return Heard(answer, seconds, asked_at + timedelta(seconds=seconds / 2) - answer.server_time)


def _reached(server: Server, heard: Heard) -> Check:
    took = f"{heard.seconds * 1e3:.0f} ms"
    if server.url.startswith("https"):
        return Check("NET-01", Verdict.PASS, f"{server.url} reached, TLS ok, {took}")
    if is_loopback(server.url):
        return Check("NET-01", Verdict.PASS, f"{server.url} reached on this machine, {took}")
    fix = "give the server a certificate and enrol at its https:// address"
    return Check(
        "NET-01", Verdict.WARN, f"{server.url} reached without TLS: anybody on the way can read the secret", fix
    )


def _not_reached(server: Server, error: Exception) -> Check:
    certificate = _certificate_fault(error)
    if certificate is not None:
        evidence = f"the certificate of {server.url} is not accepted: {certificate.verify_message}"
        return Check("NET-01", Verdict.FAIL, evidence, _certificate_fix(certificate.verify_code))
    if isinstance(error, RefusedError) and error.problem.status == 404:
        fix = "upgrade the server, or install the agent that it offers at /agent/"
        return Check("NET-01", Verdict.FAIL, f"{server.url} is a Perwatt server that is older than this agent", fix)
    fix = f"try `curl -v {server.url}/healthz` here: name, port, proxy (HTTPS_PROXY), firewall"
    return Check("NET-01", Verdict.FAIL, str(error), fix)


def _certificate_fault(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The error of TLS behind ours, however deep."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def _certificate_fix(code: int) -> str:
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    if code == _NOT_YET_VALID:
        return f"this machine's clock says {now}: set it (timedatectl set-ntp true)"
    if code == _EXPIRED:
        return f"this machine's clock says {now}: if that is right, the server needs a new certificate"
    if code in _NO_ISSUER:
        return "copy the lab's certificate here and name it: enrol with --ca-file FILE"
    return "use the name that the certificate is for"


def _protocol(answer: HelloAnswer) -> Check:
    spoken = ", ".join(str(version) for version in answer.protocol_versions)
    offered = answer.agent_version
    if PROTOCOL_VERSION not in answer.protocol_versions:
        evidence = f"this agent speaks protocol {PROTOCOL_VERSION}, the server {spoken}"
        return Check("NET-02", Verdict.FAIL, evidence, "install the agent that the server offers at /agent/")
    if offered and agent_version() not in (offered, UNKNOWN_VERSION):
        evidence = f"protocol {PROTOCOL_VERSION}; agent {agent_version()}, the server offers {offered}"
        return Check("NET-02", Verdict.WARN, evidence, "install the agent that the server offers at /agent/")
    return Check("NET-02", Verdict.PASS, f"protocol {PROTOCOL_VERSION}, agent {agent_version()}")


def _clock(heard: Heard) -> Check:
    """Nothing that is measured hangs on the clock; TLS and the log of a job do."""
    offset_s = heard.offset.total_seconds()
    # The two ways may differ by the whole of the time they took together.
    if abs(offset_s) <= CLOCK_LIMIT_S + heard.seconds / 2:
        evidence = f"clock offset {offset_s * 1e3:+.0f} ms (limit {CLOCK_LIMIT_S * 1e3:.0f} ms)"
        return Check("CLK-01", Verdict.PASS, evidence)
    way = "behind" if offset_s < 0 else "ahead of"
    evidence = f"this clock is {_in_words(abs(offset_s))} {way} the server's (limit {CLOCK_LIMIT_S * 1e3:.0f} ms)"
    return Check("CLK-01", Verdict.WARN, evidence, "timedatectl set-ntp true; measured times do not depend on it")


def _in_words(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
