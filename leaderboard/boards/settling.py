"""What becomes of an accepted result: an entry, a reasoned refusal, or another try later."""

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError

from leaderboard.boards.reference_checks import settle_reference
from leaderboard.boards.services import Unscorable, score_result
from leaderboard.protocol import Code
from leaderboard.runs.models import Job, Result
from leaderboard.runs.reporting import put_off_scoring, reject_result

log = logging.getLogger(__name__)


def settle_result(*, result: Result, now: datetime) -> None:
    """Score a result; whatever keeps it from an entry is said at its job. Raises only when the database is away."""
    try:
        if result.job.purpose == Job.Purpose.REFERENCE:
            settle_reference(result=result, now=now)
        else:
            score_result(result=result, now=now)
    except Unscorable as error:
        log.warning("result %s cannot be scored: %s", result.pk, error)
        reject_result(result=result, code=Code.INVALID_REPORT, message=str(error), now=now)
    except (InterfaceError, OperationalError):
        raise  # nothing could be written down either; the next sweep asks again
    except Exception as error:
        log.exception("result %s could not be scored", result.pk)
        put_off_scoring(result=result, reason=type(error).__name__, now=now)
