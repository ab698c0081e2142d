"""Settings from the environment: one reader, one kind of error."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

_DAYS = {"day": 1, "week": 7, "month": 30}


class BadSetting(Exception):
    """A setting that cannot be used; the message names the variable and says what would do."""


def text(name: str, default: str, environ: Mapping[str, str] = os.environ) -> str:
    return environ.get(name, "") or default


def flag(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    value = environ.get(name, "").lower()
    if value not in {"", "0", "1", "false", "true"}:
        raise BadSetting(f"{name}={value!r} is neither 1 nor 0.")
    return value in {"1", "true"}


def choice(name: str, options: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """Return one of the options, the first where nothing is said."""
    value = environ.get(name, "").lower() or options[0]
    if value not in options:
        raise BadSetting(f"{name}={value!r} is none of {', '.join(options)}.")
    return value


def number(name: str, default: int, environ: Mapping[str, str] = os.environ, *, least: int = 1) -> int:
    value = environ.get(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise BadSetting(f"{name}={value!r} is not a whole number above {least - 1}.")
    return int(value)


def quota(name: str, environ: Mapping[str, str] = os.environ) -> tuple[int, timedelta] | None:
    """Return how many in which time, of `20/week`; None where nothing is said: no quota."""
    value = environ.get(name, "")
    count, _, per = value.partition("/")
    if value and not (count.isascii() and count.isdigit() and int(count) > 0 and per in _DAYS):
        raise BadSetting(f"{name}={value!r} is no quota such as 20/week; it takes {', '.join(_DAYS)}.")
    return (int(count), timedelta(days=_DAYS[per])) if value else None


def words(name: str, default: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    return [word.strip() for word in text(name, default, environ).split(",") if word.strip()]


def secret(name: str, fallback_file: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Return the secret in the file that NAME_FILE names, else in `fallback_file`, made (0600) when missing."""
    path = Path(environ.get(f"{name}_FILE", "") or fallback_file)
    if path == fallback_file and not path.exists():
        _make_secret(path)
    return _read(name, path)


def address(name: str, default: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return an address that may hold a password: from NAME, or from the file that NAME_FILE names."""
    file = environ.get(f"{name}_FILE", "")
    if file and environ.get(name, ""):
        raise BadSetting(f"{name} and {name}_FILE are both set; keep the one that is meant.")
    return _read(name, Path(file)) if file else text(name, default, environ)


def _read(name: str, path: Path) -> str:
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise BadSetting(f"{name}_FILE: {path} cannot be read ({why}).") from None
    if not found:
        raise BadSetting(f"{name}_FILE: {path} is empty.")
    return found


def _make_secret(path: Path) -> None:
    import secrets

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and linked: of two processes that start at once, none reads a file that is not written yet.
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(new)
    new.unlink()
