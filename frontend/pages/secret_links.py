"""What pages have in common that a link with a secret leads to: to sign in, to join, a new password, a mail address."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from frontend.pages.tries import link_counts, too_many
from leaderboard.accounts.limits import TooMany, take


def unreferred(answer: HttpResponse) -> HttpResponse:
    """Keep the address, which holds the secret, from travelling on.

    With `no-referrer` the form's own origin would be null.
    """
    answer["Referrer-Policy"] = "strict-origin"
    return answer


def spent(request: HttpRequest, show: Callable[[], HttpResponse], *, now: datetime) -> HttpResponse:
    """Show that a link is none, or used up: only such links count as tries."""
    try:
        take(link_counts(request), now=now)
    except TooMany as error:
        return too_many(request, error)
    return gone(request, show())


def gone(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    answer.status_code = 410 if request.method == "POST" else 200
    return answer
