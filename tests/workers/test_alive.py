import os

import pytest
from celery.signals import after_task_publish, beat_init, task_success, worker_ready

from workers.alive import show_life


@pytest.fixture
def file(tmp_path):
    signals = (worker_ready, beat_init, after_task_publish, task_success)
    before = [list(signal.receivers or []) for signal in signals]
    show_life(tmp_path / "alive")
    yield tmp_path / "alive"
    for signal, receivers in zip(signals, before, strict=True):
        signal.receivers = receivers


@pytest.mark.parametrize("signal", [worker_ready, beat_init, after_task_publish, task_success])
def test_whatever_gets_through_renews_the_sign_of_life(file, signal):
    assert not file.exists()
    signal.send(sender=None)
    os.utime(file, (0, 0))
    signal.send(sender=None)
    assert file.stat().st_mtime > 0
