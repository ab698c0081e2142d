"""When the database does not do what was asked: what it is, in words, for a reader and for an operator."""

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection


@dataclass(frozen=True)
class Outage:
    """Why an answer cannot be given now: a stable code, what happened, what to do."""

    code: str
    sentence: str
    hint: str


UNREACHABLE = Outage(
    "unavailable",
    "The database does not answer.",
    "Try again in a moment; the reason is in the server's log, for an operator. Nothing that was stored is lost.",
)
FULL = Outage(
    "no_space",
    "The database has no disk space left.",
    "An operator must free some; until then results wait at their agents. Nothing that was stored is lost.",
)
SLOW = Outage("too_slow", "The database took too long.", "Try again in a moment; a narrower view asks less of it.")
OLDER = Outage(
    "not_migrated",
    "The database is not of the version of this program.",
    "An operator must run `manage.py migrate`, and then start the server again.",
)

# By SQLSTATE, as PostgreSQL says it, and by what SQLite says.
_BY_STATE = {"53100": FULL, "57014": SLOW, "55P03": SLOW, "40P01": SLOW, "42P01": OLDER, "42703": OLDER}
_BY_WORDS = {"disk is full": FULL, "database is locked": SLOW, "no such table": OLDER, "no such column": OLDER}
# The server is not there, is starting or stopping, or takes no more connections.
_UNREACHABLE_CLASSES = ("08", "57", "53", "28", "3D")


def outage(error: DatabaseError) -> Outage | None:
    """Return what a database error means to whoever waits for an answer; None for a mistake of this program."""
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        return _BY_STATE.get(state) or (UNREACHABLE if state.startswith(_UNREACHABLE_CLASSES) else None)
    text = str(error)
    found = next((value for words, value in _BY_WORDS.items() if words in text), None)
    # Without a state no server has spoken; a file always has, in words.
    return found or (UNREACHABLE if connection.vendor != "sqlite" and _is_operational(error) else None)


def for_a_command(error: DatabaseError) -> str | None:
    """Return the same for whoever runs a management command, who may have meant another data folder."""
    found = outage(error)
    if found is not OLDER or connection.vendor != "sqlite":
        return f"{found.sentence} {found.hint}" if found else None
    name = connection.settings_dict["NAME"]
    return (
        f"{name} is empty, or not of the version of this program. Where `up` was given another --data-dir,"
        " set PERWATT_DATA_DIR to it; else run `./perwatt manage prepare`."
    )


def _is_operational(error: DatabaseError) -> bool:
    return isinstance(error, InterfaceError | OperationalError)


def why_unusable() -> str | None:
    """Return in one line why the database server cannot be used, or None when it can be, or is a file.

    A connection of its own, because the pool would only say that it waited; the password is in none of the words.
    """
    if connection.vendor == "sqlite":
        return None
    import psycopg

    options: dict[str, Any] = connection.get_connection_params()
    options.pop("pool", None)
    try:
        psycopg.connect(**options).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0].strip()
        return f"the database of DATABASE_URL cannot be used: {reason}; start it, or correct the address"
    return None
