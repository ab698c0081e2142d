"""Who asks, where only somebody who is signed in gets."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from leaderboard.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return who asks; behind `login_required` only."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for a request of somebody who is signed in")
    return user


def signed_in_at(page: str) -> Callable[[Callable[[HttpRequest, UUID], HttpResponse]], Callable[..., HttpResponse]]:
    """Let whoever is not signed in come back to `page`, where the button is: what it sends to answers no GET."""

    def decorate(view: Callable[[HttpRequest, UUID], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, uuid: UUID) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(page.format(uuid=uuid))
            return view(request, uuid)

        return guarded

    return decorate
