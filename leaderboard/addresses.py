"""Addresses of the database, the broker and the mail server: what each may be, and what follows. Nothing is reached."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url

from leaderboard.env import BadSetting

POSTGRES = ("postgres", "postgresql")
BROKERS = ("filesystem", "amqp", "amqps")
MAILERS = ("smtp", "smtps")

# A web page or a task that the database keeps waiting longer than this will not become right by waiting.
_STATEMENT_TIMEOUT_MS = 30_000
_LOCK_TIMEOUT_MS = 10_000
# Threads of one process that want a connection at once wait here, not in the server's own limit.
_POOL = {"min_size": 1, "max_size": 16, "timeout": 5}


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL at `url`, or for a file in `folder` where it is empty.

    Raises BadSetting, which never repeats the password.
    """
    return _postgres(url) if url else _sqlite(folder)


def _sqlite(folder: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "perwatt.sqlite3",
        # IMMEDIATE: a transaction that will write takes its lock at once; without it, writers collide halfway.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    _check("DATABASE_URL", url, POSTGRES, "postgres://USER:PASSWORD@HOST:5432/NAME, or nothing for a file")
    # The pool keeps connections, not Django, and looks at each before it lends it: one may be of before a restart.
    found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True))
    if not found["NAME"]:
        raise BadSetting("DATABASE_URL names no database: postgres://USER:PASSWORD@HOST:5432/NAME.")
    limits = f"-c statement_timeout={_STATEMENT_TIMEOUT_MS} -c lock_timeout={_LOCK_TIMEOUT_MS}"
    options = {"connect_timeout": 5, "application_name": "perwatt", **found.get("OPTIONS", {})}
    options["options"] = f"{limits} {options.get('options', '')}".rstrip()
    return found | {"OPTIONS": options | {"pool": _POOL}}


def broker(url: str) -> str:
    """Return the broker's address if it is one; raises BadSetting, which never repeats the password."""
    _check("BROKER_URL", url, BROKERS, "amqp://USER:PASSWORD@HOST:5672/VHOST, or nothing for a folder")
    return url


def mail(url: str) -> dict[str, Any]:
    """Return host, port, user, password, sender, `starttls` and `ssl` of a mail server; empty for no address.

    Raises BadSetting, which never repeats the password.
    """
    if not url:
        return {}
    example = "smtp://USER:PASSWORD@HOST:587/?from=perwatt@example.org, or nothing for no mail"
    _check("EMAIL_URL", url, MAILERS, example)
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if not parts.hostname or "@" not in query.get("from", ""):
        raise BadSetting(f"EMAIL_URL names no host or no sender; wanted is {example}.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():  # smtplib would fail with each mail
        raise BadSetting("EMAIL_URL has a user or password with letters beyond ASCII, which mail servers are not told.")
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtps" else 587),
        "user": user,
        "password": password,
        "sender": query["from"],
        "ssl": parts.scheme == "smtps",
        "starttls": parts.scheme == "smtp" and query.get("tls") != "0",
    }


def mail_origin(origins: Sequence[str]) -> str:
    """Return what links in mails begin with: the first origin that is one. Raises BadSetting where there is none."""
    for origin in origins:
        if "*" not in origin:
            return origin.rstrip("/")
    raise BadSetting("EMAIL_URL needs PERWATT_ORIGINS: links in mails begin with the first of them.")


def _check(name: str, url: str, schemes: tuple[str, ...], example: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise BadSetting(f"{name} cannot be read; a percent-encoded address like {example}, is wanted.") from None
    if parts.scheme not in schemes:
        found = f"starts with {parts.scheme}:" if parts.scheme else "is no address"
        raise BadSetting(f"{name} {found}; wanted is {example}.")
