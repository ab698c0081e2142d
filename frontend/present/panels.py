"""The parts of a page that fail alone: what one of them can't show, the others still do."""

import logging
from collections.abc import Callable
from typing import TypeVar

log = logging.getLogger(__name__)
Part = TypeVar("Part")


def panel(name: str, build: Callable[[], Part]) -> Part | None:
    """Return what a panel shows, or None where building it failed; the failure is logged like any other."""
    try:
        return build()
    except Exception:
        log.exception("the %s of a board could not be made", name)
        return None
