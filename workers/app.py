"""The Celery application of the server's worker: `celery -A workers.app worker`."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # the web process runs them: they load every page that there is
django.setup()

from leaderboard import env  # noqa: E402  Django must be set up first
from leaderboard.queue.broker import server_app as app  # noqa: E402  as above
from workers import tasks  # noqa: E402, F401  registers the tasks
from workers.alive import show_life  # noqa: E402  as above
from workers.schedule import SCHEDULE  # noqa: E402  as above

app.conf.beat_schedule = SCHEDULE
if alive := env.text("PERWATT_ALIVE_FILE", ""):
    show_life(Path(alive))
