"""The server's own tasks: each reads the clock once and makes one domain call. All are idempotent and swept."""

import logging

from leaderboard.boards.services import Unscorable, score_result
from leaderboard.clock import database_now
from leaderboard.protocol import Code
from leaderboard.queue.broker import TaskName, server_app
from leaderboard.runs import dispatching, reaping
from leaderboard.runs.models import Result
from leaderboard.runs.reporting import reject_result

log = logging.getLogger(__name__)


@server_app.task(name=TaskName.DISPATCH.value)
def dispatch() -> None:
    dispatching.dispatch(now=database_now())


@server_app.task(name=TaskName.REAP.value)
def reap() -> None:
    reaping.reap(now=database_now())


@server_app.task(name=TaskName.RE_RING.value)
def re_ring() -> None:
    dispatching.re_ring(now=database_now())


@server_app.task(name=TaskName.SWEEP.value)
def sweep() -> None:
    reaping.sweep(now=database_now())


@server_app.task(name=TaskName.SCORE.value)
def score(result_id: int) -> None:
    result = Result.objects.get(pk=result_id)
    now = database_now()
    try:
        score_result(result=result, now=now)
    except Unscorable as error:
        log.warning("result %s cannot be scored: %s", result_id, error)
        reject_result(result=result, code=Code.INVALID_REPORT, message=str(error), now=now)
