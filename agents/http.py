"""How both clients (the agent's and the submitter's) speak HTTP: timeouts, trust, and what an answer means."""

import ipaddress
import ssl
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from agents.errors import RefusedError, UnreachableError, UserError
from leaderboard.protocol import PROTOCOL_VERSION, Problem

TIMEOUT = httpx.Timeout(connect=5, read=30, write=30, pool=5)
PROBLEM_TYPE = "application/problem+json"
TRY_LATER = frozenset({408, 425, 429})


def checked_url(url: str) -> str:
    """Return the server's address without a trailing slash, or say what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"{url!r} is not the address of a server; it starts with http:// or https://.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UserError("The server's address holds no user name, password, query or fragment.")
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_client(url: str, headers: dict[str, str], *, ca_file: str | None = None) -> httpx.Client:
    """A client for one server. It follows no redirect, so that the Authorization header stays with that server."""
    try:
        verify = ssl.create_default_context(cafile=ca_file) if url.startswith("https") else True
    except OSError as error:
        raise UserError(f"The certificate file {ca_file} cannot be used: {error.strerror or error}.") from None
    return httpx.Client(
        base_url=url,
        headers={"User-Agent": f"perwatt-agent (protocol {PROTOCOL_VERSION})", **headers},
        timeout=TIMEOUT,
        verify=verify,
        follow_redirects=False,
        trust_env=not is_loopback(url),  # a proxy variable must not carry loopback calls off the machine
    )


def check(response: httpx.Response) -> httpx.Response:
    """Return a good answer; raise RefusedError for a problem a Perwatt server states, else UnreachableError.

    Anything that is neither (a proxy's error page, a redirect, 5xx) says nothing about the request: try again later.
    """
    if response.is_success:
        return response
    status = response.status_code
    problem = _problem(response)
    if problem is None or status >= 500 or status in TRY_LATER:
        what = f" ({problem.title})" if problem else ""
        sentence = f"{_origin(response)} answered {status}{what}"
        raise UnreachableError(sentence, retry_after_s=_retry_after_s(response))
    raise RefusedError(problem)


def unreachable(error: httpx.HTTPError, url: str) -> UnreachableError:
    return UnreachableError(f"{url} cannot be reached ({type(error).__name__}: {error})")


def _origin(response: httpx.Response) -> str:
    url = response.request.url
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _problem(response: httpx.Response) -> Problem | None:
    if response.headers.get("content-type", "").partition(";")[0] != PROBLEM_TYPE:
        return None
    try:
        return Problem.model_validate_json(response.read())
    except (ValidationError, httpx.HTTPError):
        return None


def _retry_after_s(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None
