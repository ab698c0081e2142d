"""The Docker engine of this machine: whether it is there, and what measurements left behind in it.

Asked without the SDK, which an idle agent does without; a measuring child imports it. An engine elsewhere is none: what
it runs would not be measured here.
"""

import contextlib
import importlib.metadata
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agents.streaming.address import Address
from agents.streaming.exchange import Answer, Bounds, exchange
from agents.streaming.faults import TroubleError

WORK_LABEL = "perwatt.work"  # the work folder of the measurement that started a container
_DEFAULT = "unix:///var/run/docker.sock"
_SCHEME = "unix://"
_BOUNDS = Bounds(seconds=30, size_bytes=1 << 24)


def is_usable() -> bool:
    """Whether an engine answers and the SDK is installed. A folder called docker/ can be imported, and is no SDK."""
    try:
        importlib.metadata.version("docker")
    except importlib.metadata.PackageNotFoundError:
        return False
    return engine_answers()


def engine_answers() -> bool:
    answer = _ask("GET", "/_ping")
    return answer is not None and answer.status == 200


def remove_containers(under: Path) -> int:
    """Remove what measurements with a work folder at or below `under` started, running or not; return how many."""
    wanted = quote(json.dumps({"label": [WORK_LABEL]}))
    removed = 0
    for container in _list(_ask("GET", f"/containers/json?all=1&filters={wanted}")):
        if Path(container["Labels"][WORK_LABEL]).is_relative_to(under):
            answer = _ask("DELETE", f"/containers/{container['Id']}?force=1&v=1")
            removed += answer is not None and answer.status == 204
    return removed


def _list(answer: Answer | None) -> list[Any]:
    with contextlib.suppress(ValueError):
        found = json.loads(bytes(answer.body)) if answer is not None and answer.status == 200 else []
        return found if isinstance(found, list) else []
    return []


def _ask(method: str, path: str) -> Answer | None:
    """`None` where no engine answers."""
    where = os.environ.get("DOCKER_HOST") or _DEFAULT
    if not where.startswith(_SCHEME):
        return None
    address = Address("docker", 80, "", socket_path=Path(where.removeprefix(_SCHEME)))
    try:
        return exchange(address, address.request(method, path), _BOUNDS)
    except TroubleError:
        return None
