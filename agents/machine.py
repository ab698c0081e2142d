"""Who else is on this machine."""

import os
from itertools import pairwise
from pathlib import Path

import psutil


def running_agents() -> list[int]:
    """Processes that were started as `... agent run`, as far as this user may look; this one is not among them."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        words = process.info["cmdline"] or []
        is_ours = any(Path(word).name in ("perwatt", "agents") for word in words[:5])
        if is_ours and ("agent", "run") in pairwise(words) and process.info["pid"] != os.getpid():
            found.append(process.info["pid"])
    return found
