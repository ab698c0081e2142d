"""When beat rings. A tick with nothing to do costs a query or two; a tick that piles up is dropped."""

from typing import Any

from leaderboard.queue.broker import TaskName

# Everything that can free a machine or bring a job leads to the dispatcher itself: its tick is for what was lost.
_EVERY_S = {
    TaskName.DISPATCH: 15,
    TaskName.REAP: 15,
    TaskName.RE_RING: 15,
    TaskName.SWEEP: 30,
    TaskName.HEALTH: 60,
    TaskName.MAIL: 60,
    TaskName.PRUNE: 3600,
}

SCHEDULE: dict[str, dict[str, Any]] = {
    task.value: {"task": task.value, "schedule": seconds} for task, seconds in _EVERY_S.items()
}
