"""A sign of life for health checks: a file that is touched whenever a task was rung or done."""

from pathlib import Path
from typing import Any

from celery.signals import after_task_publish, beat_init, task_success, worker_ready


def show_life(file: Path) -> None:
    """Touch the file from now on; its age is how long this process has brought nothing about."""

    def touch(**_: Any) -> None:
        file.touch()

    # Of a worker and of beat: first that it is there, then that it gets through to the broker and back.
    for signal in (worker_ready, beat_init, after_task_publish, task_success):
        signal.connect(touch, weak=False)
