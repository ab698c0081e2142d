"""The server's own tasks: each reads the clock and makes its domain call. All are idempotent and swept."""

from leaderboard.accounts.letters import send_due
from leaderboard.boards.settling import settle_result
from leaderboard.clock import database_now
from leaderboard.health.planning import plan_checks
from leaderboard.queue.broker import TaskName, server_app
from leaderboard.runs import dispatching, mailing, pruning, reaping, trace_checks
from leaderboard.runs.models import Result


@server_app.task(name=TaskName.DISPATCH.value)
def dispatch() -> None:
    dispatching.dispatch(now=database_now())


@server_app.task(name=TaskName.HEALTH.value)
def health() -> None:
    plan_checks(now=database_now())
    dispatch()


@server_app.task(name=TaskName.MAIL.value)
def mail() -> None:
    send_due(now=database_now())  # somebody waits for these
    mailing.mail_due(now=database_now())


@server_app.task(name=TaskName.PRUNE.value)
def prune() -> None:
    pruning.prune(now=database_now())


@server_app.task(name=TaskName.REAP.value)
def reap() -> None:
    reaping.reap(now=database_now())


@server_app.task(name=TaskName.RE_RING.value)
def re_ring() -> None:
    dispatching.re_ring(now=database_now())


@server_app.task(name=TaskName.SWEEP.value)
def sweep() -> None:
    reaping.sweep(now=database_now())
    trace_checks.sweep_unchecked()


@server_app.task(name=TaskName.SCORE.value)
def score(result_id: int) -> None:
    settle_result(result=Result.objects.get(pk=result_id), now=database_now())
    dispatch()  # the ring was for its machine too; scoring came first, so that it disturbs no measurement here


@server_app.task(name=TaskName.CHECK_TRACE.value)
def check_trace(artefact_id: int) -> None:
    trace_checks.check_artefact(artefact_id=artefact_id, now=database_now())
