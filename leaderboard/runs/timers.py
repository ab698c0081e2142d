"""How long anything may last before somebody acts."""

from datetime import timedelta

LEASE = timedelta(seconds=60)
LOST_AFTER = timedelta(minutes=10)
CANCEL_FORCED_AFTER = timedelta(seconds=60)
OVERDUE_AFTER = timedelta(minutes=10)
RE_RING_AFTER = timedelta(seconds=30)
UNDO_DISPATCH_AFTER = timedelta(minutes=3)
DEADLINE_SLACK = timedelta(minutes=2)
REAPER_QUIET = timedelta(seconds=60)
FAIR_SHARE_WINDOW = timedelta(hours=1)
RESCORE_AFTER = timedelta(seconds=30)
RESCORE_AT_LEAST_EVERY = timedelta(hours=1)
MAX_INFRA_TRIES = 3
MAX_CLAIMS = 20
MAX_LOG_CHARACTERS = 1024**2
