"""Who asks, where only somebody who is signed in gets."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from leaderboard.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return who asks; behind `login_required` only."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for a request of somebody who is signed in")
    return user


def asking(request: HttpRequest) -> User | None:
    """Return who asks, where a page is for everybody and shows more to some."""
    return request.user if isinstance(request.user, User) else None


def for_reader(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let nothing keep what somebody who is signed in was shown: it may be private."""

    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if asking(request) is not None:
            add_never_cache_headers(answer)
        return answer

    return outer


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
