"""Windows that last seconds and compute next to nothing: those of a module pass at the same time."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


def at_once(windows: Mapping[str, Callable[[], Any]], most: int = 16) -> dict[str, Future[Any]]:
    """Call each in a thread of its own and wait for all; whoever asks for a result meets the error that it raised.

    `most` are open at a time: so many that none gets its samples late.
    """
    with ThreadPoolExecutor(most) as pool:
        return {name: pool.submit(window) for name, window in windows.items()}
