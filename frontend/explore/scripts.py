"""Dash's scripts: one file of all that a page needs, and single ones for what is fetched later."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from http import HTTPStatus

import brotli
from dash.exceptions import DependencyException

from frontend.explore.application import PREFIX, page_scripts
from frontend.explore.mount import asked

SUITES = f"{PREFIX}_dash-component-suites/"
TABLES = "dash/dash_table/"
"""Nothing here is a DataTable, and its script would be a third of all of Dash."""

QUALITY = 9
"""Of Brotli: as small as its best within a few per cent, in a tenth of the time. Once per process and script."""


class NoScript(Exception):
    """Dash has no such script."""


@dataclass(frozen=True, slots=True)
class Script:
    plain: bytes
    packed: bytes


@cache
def tags() -> str:
    """What a page needs to run the application: its configuration, its scripts as one, and their start."""
    config, _, start = _between()
    return f'{config}<script src="{SUITES}{_whole()[0]}"></script>{start}'


@lru_cache(maxsize=32)
def script(path: str) -> Script:
    """Return the file of all scripts, or one; raises NoScript. Names with any version lead to one, so few are kept."""
    name, plain = _whole()
    if path != name:
        plain = _one(path)
    return Script(plain, brotli.compress(plain, quality=QUALITY))


@cache
def _whole() -> tuple[str, bytes]:
    """Each file more is a request more, of which a browser makes six at a time. Its folder is where parts are sought.

    A semicolon in front keeps one script's strictness from the others.
    """
    plain = b"".join(b";\n" + _one(path) for path in _between()[1])
    return f"dash/dcc/all.{sha256(plain).hexdigest()[:12]}.js", plain


def _between() -> tuple[str, tuple[str, ...], str]:
    """Return what Dash would write: before its scripts, their paths, and after them."""
    whole = page_scripts()
    found = list(re.finditer(rf'<script src="{SUITES}([^"?]+)[^"]*"></script>', whole))
    paths = tuple(match[1] for match in found if not match[1].startswith(TABLES))
    return whole[: found[0].start()], paths, whole[found[-1].end() :]


def _one(path: str) -> bytes:
    try:
        found = asked(f"_dash-component-suites/{path}")
    except DependencyException:
        raise NoScript from None
    if found.status_code != HTTPStatus.OK or not path.endswith(".js"):
        raise NoScript
    return found.get_data()
